"""Cases as text files: read with both languages, checked at their line, loaded once."""

from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command

from courses.case_graph import read_case, write_case
from courses.curriculum.folder import read_curriculum
from courses.curriculum.ledger import Decision
from courses.curriculum.problems import CurriculumError
from courses.enums import ItemKind
from courses.models import Case, CasePage, CaseVersion, CourseRelease
from tests.courses.curriculum.conftest import Load
from tests.courses.curriculum.records import english, rows, spanish, totals
from tests.factories.cases import case_content
from tests.factories.curriculum import change

CASE = "cases/consulta.yaml"
PAGE = "courses/curso/modulo-1/caso-1.yaml"
SPANISH = "courses/curso/modulo-1/caso-1.es.md"
MODULE = "courses/curso/modulo-1/module.yaml"
QUIZ = "courses/curso/modulo-1/prueba.yaml"


def without_empty(value: object) -> object:
    """Return content as an author writes it: what is empty is left out."""
    if isinstance(value, dict):
        found = {name: without_empty(below) for name, below in value.items()}
        return {name: below for name, below in found.items() if below not in ("", None, {}, [])}
    return [without_empty(one) for one in value] if isinstance(value, list) else value


@pytest.fixture
def folder(folder: Path) -> Path:
    """Return the small curriculum with a case in its module."""
    content = without_empty(case_content())
    assert isinstance(content, dict)
    text = yaml.safe_dump(
        {"key": "consulta", "name": "Consulta", **content}, allow_unicode=True, sort_keys=False
    )
    (folder / "cases").mkdir()
    (folder / CASE).write_text(text, encoding="utf-8")
    (folder / PAGE).write_text(
        "case: consulta\nminutes: 15\nrequires: [leccion-1]\n", encoding="utf-8"
    )
    for code, title in (("es", "Caso"), ("en", "Case")):
        (folder / f"courses/curso/modulo-1/caso-1.{code}.md").write_text(
            f"---\ntitle: {title}\nobjective: Podrá decidir.\ncontent_notice: Habla de daño.\n"
            "after_care: Converse.\n---\nLea **con calma**.\n",
            encoding="utf-8",
        )
    change(folder, MODULE, "leccion-2, prueba", "leccion-2, caso-1, prueba")
    change(folder, QUIZ, "requires: [leccion-1, leccion-2]", "requires: [caso-1]")
    return folder


def problems_of(folder: Path) -> list[str]:
    with pytest.raises(CurriculumError) as caught:
        read_curriculum(folder)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.django_db
def test_voluntary_case_is_promised_as_such_until_the_file_says_no_more(
    folder: Path, load: Load
) -> None:
    change(folder, PAGE, "minutes: 15", "minutes: 15\nvoluntary: true")
    load()
    promise = CourseRelease.objects.get().typed_promise
    case = next(item for item in promise.items() if item.kind == ItemKind.CASE)
    change(folder, PAGE, "voluntary: true\n", "")
    load()

    assert case.is_voluntary
    assert case not in promise.asked_items()
    assert promise.minutes == sum(item.minutes for item in promise.items()) - 15
    assert not CasePage.objects.filter(is_voluntary=True).exists()


def test_a_case_reads_as_its_graph(folder: Path) -> None:
    spec = read_curriculum(folder).cases["consulta"]
    assert write_case(read_case(spec.content)) == case_content()


def test_paragraphs_are_kept_and_lines_joined(folder: Path) -> None:
    change(folder, CASE, "es: Texto llegada", "es: |\n      Uno\n      dos.\n\n      Tres.")
    scene = read_curriculum(folder).cases["consulta"].content["scenes"][0]
    assert scene["texts"]["es"] == "Uno dos.\n\nTres."


@pytest.mark.parametrize(
    ("path", "old", "new", "message"),
    [
        (CASE, "target: se-va", "target: nada", "No hay"),
        (CASE, "en: Texto sala (en)\n", "en: ''\n", "`en` is empty"),
        (CASE, "    en: Texto sala (en)\n", "", "the field `en` is missing"),
        (CASE, "kind: incomplete", "kind: bad", "`kind` must be one of safe, incomplete, harmful"),
        (CASE, "drawing: mesa-de-atencion", "drawing: mesa", "`drawing` must be one of"),
        (CASE, "moves:\n      confianza: 2", "moves:\n      confianza: dos", "`confianza` must be"),
        (CASE, "key: consulta", "key: otra", "`key` and the name of the file differ"),
        (CASE, "es: Texto sala", "es: Texto **sala**", "is plain text: no bold"),
        (CASE, "  ending:\n    kind: safe", "  final:\n    kind: safe", "unknown field `final`"),
        (PAGE, "case: consulta", "case: otra", "there is no case `otra` in the folder `cases`"),
        (PAGE, "minutes: 15", "minutes: 0", "`minutes` must be a whole number"),
        (PAGE, "minutes: 15", "pass_mark: 3\nminutes: 15", "unknown field `pass_mark`"),
        (SPANISH, "after_care: Converse.\n", "", "a case with a `content_notice` needs `after_care`"),
    ],
)  # fmt: skip
def test_mistakes_are_reported_with_file_and_line(
    folder: Path, path: str, old: str, new: str, message: str
) -> None:
    line = change(folder, path, old, new)
    found = problems_of(folder)
    near = [f"{path}:{n}: " for n in range(line - 3, line + 3)]
    assert [text for text in found if message in text and text.startswith(tuple(near))] or (
        message == "No hay" and found[0].startswith(tuple(near))
    ), found


def test_a_scene_that_nobody_reaches_is_reported_at_its_line(folder: Path) -> None:
    line = change(folder, CASE, "target: dano", "target: se-va")
    found = problems_of(folder)
    text = (folder / CASE).read_text(encoding="utf-8").splitlines()
    at = next(n for n, row in enumerate(text, 1) if row == "- id: dano")
    assert line < at
    assert [one.split(": ")[0] for one in found] == [f"{CASE}:{at}"]


@pytest.mark.django_db
def test_a_load_makes_case_pages_and_promise(load: Load, folder: Path) -> None:
    load()
    case = Case.objects.get()
    assert (case.key, case.name, case.live_version.number) == ("consulta", "Consulta", 1)
    page, translated = spanish(CasePage, "caso-1"), english(CasePage, "caso-1")
    assert (page.case, translated.case, page.live, translated.live) == (case, case, True, True)
    assert (page.minutes, page.intro, page.after_care) == (
        15,
        "<p>Lea <b>con calma</b>.</p>",
        "Converse.",
    )
    assert [block.value.slug for block in page.requires] == ["leccion-1"]
    items = list(CourseRelease.objects.get().typed_promise.items())
    assert [(str(item.kind), item.minutes) for item in items] == [
        ("lesson", 5),
        ("lesson", 6),
        ("case", 15),
        ("quiz", 10),
    ]
    assert items[2].kind == ItemKind.CASE
    assert items[2].requires == (items[0].key,)
    assert items[3].requires == (items[2].key,)


@pytest.mark.django_db
def test_a_second_load_writes_nothing(load: Load, folder: Path) -> None:
    load()
    before = rows()
    report = load()
    assert rows() == before
    assert totals(report).keys() == {Decision.UNCHANGED}


@pytest.mark.django_db
def test_a_changed_file_makes_the_next_version(load: Load, folder: Path) -> None:
    load()
    change(folder, CASE, "es: Texto sala", "es: Texto nuevo")
    report = load()
    case = Case.objects.get()
    assert case.live_version.number == 2
    assert case.live_version.graph.scenes[1].texts["es"] == "Texto nuevo"
    assert totals(report)[Decision.UPDATE] == 1


@pytest.mark.django_db
def test_what_a_trainer_edited_is_kept(load: Load, folder: Path) -> None:
    load()
    case = Case.objects.get()
    case.name = "Otro nombre"
    case.save()
    change(folder, CASE, "es: Texto sala", "es: Texto nuevo")
    report = load()
    assert report.kept == [f"{CASE}: edited by a trainer"]
    assert CaseVersion.objects.count() == 1
    load(overwrite=True)
    case.refresh_from_db()
    assert (case.name, case.live_version.number) == ("Consulta", 2)


def test_check_case_prints_the_outline(folder: Path) -> None:
    out = StringIO()
    call_command("check_case", folder / CASE, stdout=out)
    lines = [line.strip() for line in out.getvalue().splitlines()]
    assert lines[0] == "1. Título llegada"
    assert "3. Título seguro [safe]" in lines
    assert lines[-1] == "no mistakes found"


def test_check_case_prints_the_mistakes(folder: Path) -> None:
    change(folder, CASE, "target: se-va", "target: nada")
    err = StringIO()
    with pytest.raises(CommandError):
        call_command("check_case", folder / CASE, stderr=err)
    assert err.getvalue().startswith("consulta.yaml:")

"""Practices as files: read, loaded, loaded again, and the one of the starter curriculum."""

import re
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import yaml
from django.conf import settings

from courses.curriculum.folder import read_curriculum
from courses.curriculum.ledger import Decision
from courses.curriculum.problems import CurriculumError
from courses.models import CoursePage, CourseRelease, PracticePage
from courses.promises import CoursePromise
from tests.courses.curriculum.conftest import Load
from tests.courses.curriculum.records import english, spanish, totals
from tests.factories.curriculum import change

STARTER = Path(settings.BASE_DIR) / "fixtures/curriculum/courses/practica-primer-contacto"
YAML, MODULE = "courses/curso/modulo-1/practica-1.yaml", "courses/curso/modulo-1/module.yaml"
COURSE = "courses/curso/course.yaml"
LINES = """\
    minutes: 20
    needed: 3
    requires: [leccion-1]
    criteria:
      - key: saluda
        essential: true
        texts: {es: Saluda., en: Greets.}
      - key: escucha
        texts: {es: Escucha., en: Listens.}
      - key: explica
        essential: true
        texts: {es: Explica., en: Explains.}
"""
TEXT = """\
    ---
    title: {title}
    objective: Hacer un primer contacto seguro.
    after_care: Converse con alguien.
    ---

    {body}
"""


@pytest.fixture
def practice(folder: Path) -> Path:
    """Return the small curriculum with a practice, attendance and approval."""
    (folder / YAML).write_text(dedent(LINES))
    for code, title in (("es", "Práctica"), ("en", "Practice")):
        text = dedent(TEXT).format(title=title, body="De a tres.")
        (folder / YAML.replace(".yaml", f".{code}.md")).write_text(text)
    change(folder, MODULE, "items: [leccion-1, ", "items: [leccion-1, practica-1, ")
    with (folder / COURSE).open("a") as course:
        course.write("\nattendance_percent: 75\nneeds_approval: true\n")
    return folder


def problems(folder: Path) -> list[str]:
    with pytest.raises(CurriculumError) as refused:
        read_curriculum(folder)
    return [str(problem) for problem in refused.value.problems]


def promise() -> CoursePromise:
    return CourseRelease.objects.latest("number").typed_promise


@pytest.mark.django_db
def test_practice_is_loaded_in_both_languages_and_promised(practice: Path, load: Load) -> None:
    load()

    assert spanish(PracticePage, "practica-1").title == "Práctica"
    assert [block.value["text"] for block in english(PracticePage, "practica-1").criteria] == [
        "Greets.",
        "Listens.",
        "Explains.",
    ]
    item = next(item for item in promise().items() if item.kind == "practice")
    assert (item.minutes, item.needed, len(item.requires)) == (20, 3, 1)
    assert [(line.texts["en"], line.is_essential) for line in item.criteria] == [
        ("Greets.", True),
        ("Listens.", False),
        ("Explains.", True),
    ]
    assert (promise().attendance_percent, promise().needs_approval) == (75, True)
    assert not load().has_changes


@pytest.mark.django_db
def test_line_keeps_its_key_where_it_moves_and_what_is_asked_no_more_is_let_go(
    practice: Path, load: Load
) -> None:
    load()
    before = {line.texts["es"]: line.key for item in promise().items() for line in item.criteria}
    text = (practice / YAML).read_text()
    new = "criteria:\n  - key: nueva\n    texts: {es: Mira., en: Looks.}"
    (practice / YAML).write_text(text.replace("criteria:", new))
    change(practice, COURSE, "attendance_percent: 75\n", "")
    change(practice, COURSE, "needs_approval: true\n", "")

    report = load()

    after = {line.texts["es"]: line.key for item in promise().items() for line in item.criteria}
    assert list(after) == ["Mira.", "Saluda.", "Escucha.", "Explica."]
    assert before.items() < after.items()
    assert (promise().attendance_percent, promise().needs_approval) == (None, False)
    assert totals(report)[Decision.UPDATE] == 4
    assert CoursePage.objects.filter(attendance_percent=None, needs_approval=False).count() == 2


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("needed: 3", "needed: 1", "`needed` must be a whole number from 2 to 3, not “1”"),
        ("needed: 3", "needed: 4", "`needed` must be a whole number from 2 to 3, not “4”"),
        ("key: escucha", "key: saluda", "the key `saluda` is taken by another line"),
        ("en: Listens.", "fr: x", "the field `en` is missing"),
        ("essential: true", "essential: sure", "`essential` must be one of true, false, not"),
    ],
)
def test_mistakes_in_a_checklist_are_named(
    practice: Path, old: str, new: str, message: str
) -> None:
    text = (practice / YAML).read_text()
    (practice / YAML).write_text(text.replace(old, new, 1))

    assert any(message in problem for problem in problems(practice))


def test_checklist_needs_three_lines_and_words_how_it_goes(practice: Path) -> None:
    text = (
        (practice / YAML).read_text().split("  - key: escucha")[0].replace("needed: 3", "needed: 1")
    )
    (practice / YAML).write_text(text)
    path = practice / YAML.replace(".yaml", ".en.md")
    path.write_text(path.read_text().replace("De a tres.", ""))

    found = problems(practice)
    assert any("`criteria` has at least 3 lines" in problem for problem in found)
    assert any("says how the practice goes" in problem for problem in found)


def starter_texts() -> dict[str, str]:
    """Return everything that the second starter course says, by language."""
    found = {}
    for code in ("es", "en"):
        parts = [path.read_text() for path in sorted(STARTER.rglob(f"*.{code}.md"))]
        data: Any = yaml.safe_load((STARTER / "modulo-1/practica-1.yaml").read_text())
        parts += [line["texts"][code] for line in data["criteria"]]
        found[code] = "\n".join(parts)
    return found


def test_starter_practice_keeps_to_the_content_policy() -> None:
    texts = starter_texts()
    spanish_words = (
        r"trata de blancas|\bilegal(es)?\b|prostitución|enfoque de género|\btú\b|\btus?\b"
    )
    assert re.findall(spanish_words, texts["es"], re.IGNORECASE) == []
    assert re.findall(r"\billegals?\b|prostitut|gender ideology", texts["en"], re.IGNORECASE) == []
    for text in texts.values():
        assert re.findall("[!¡]", text) == []
        assert re.findall(r"\b\d[\d .]{5,}\d\b", text) == []

"""The list of sources in files: read with its mistakes, loaded once, kept where somebody edited."""

from pathlib import Path

import pytest

from courses.curriculum.folder import read_curriculum
from courses.curriculum.problems import CurriculumError
from courses.models import LessonPage, SourceRecord
from tests.courses.curriculum.conftest import Load

pytestmark = pytest.mark.django_db

LIST = """- key: ds-1
  kind: norm
  number: "DS 1"
  title: {es: Reglamento anterior, en: Earlier regulation}
  date: 2016
  mark: R
  state: repealed
  state_checked: 2026-11-23
  replaced_by: ds-2
  needs_legal_review: false

- key: ds-2
  kind: norm
  number: "DS 2"
  title: {es: Reglamento, en: Regulation}
  mark: M-M
  state: unknown
  needs_legal_review: true
"""
CITING = "sources:\n  - record: ds-2\n    place: artículo 3\n"
PLAIN = "sources:\n  - label: Ficha de prueba\n    date: 2026-11\n    mark: R\n"


def write(folder: Path, text: str = LIST, *, citing: str = CITING) -> Path:
    (folder / "sources.yaml").write_text(text)
    lesson = next(path for path in folder.rglob("*.es.md") if PLAIN in path.read_text())
    lesson.write_text(lesson.read_text().replace(PLAIN, citing))
    return lesson


def test_list_is_loaded_once_and_lessons_cite_it(load: Load, folder: Path) -> None:
    write(folder)
    assert load().has_changes
    earlier, later = SourceRecord.objects.order_by("key")
    assert (earlier.replaced_by, earlier.state, earlier.issued) == (later, "repealed", "2016")
    assert (later.needs_legal_review, later.mark, later.revisions.count()) == (True, "M-M", 1)
    cited = [
        (block.value["record"], block.value["place"])
        for page in LessonPage.objects.filter(locale__language_code="en")
        for block in page.sources
        if block.value["record"]
    ]
    assert cited == [(later, "artículo 3")]
    assert not load().has_changes


def test_record_that_changed_in_the_admin_is_left_alone(load: Load, folder: Path) -> None:
    write(folder)
    load()
    SourceRecord.objects.filter(key="ds-2").update(state="amended")
    (folder / "sources.yaml").write_text(LIST.replace("Regulation}", "The regulation}"))
    report = load()
    assert report.kept == ["sources.yaml#ds-2: edited by a trainer"]
    assert SourceRecord.objects.get(key="ds-2").title_en == "Regulation"


@pytest.mark.parametrize(
    ("text", "citing", "problem"),
    [
        (LIST, CITING.replace("ds-2", "ds-9"), "the list of sources has no `ds-9`"),
        (LIST, "sources:\n  - mark: R\n", "the field `label` is missing"),
        (LIST.replace("ds-1\n", "ds-2\n", 1), CITING, "the key `ds-2` is taken by line 1"),
        (LIST.replace("  state_checked: 2026-11-23\n", ""), CITING, "the field `state_checked`"),
        (
            LIST.replace("state: unknown", "state: unknown\n  replaced_by: ds-1"),
            CITING,
            "`ds-1` would replace itself, by way of `ds-2`",
        ),
        (LIST.replace("repealed", "amended"), CITING, "what another source replaces"),
        (LIST.replace("state: unknown", "state: gone"), CITING, "`state`"),
    ],
)
def test_mistakes_are_told_with_their_file_and_line(
    folder: Path, text: str, citing: str, problem: str
) -> None:
    lesson = write(folder, text, citing=citing)
    with pytest.raises(CurriculumError) as error:
        read_curriculum(folder)
    found = [one for one in error.value.problems if problem in one.message]
    assert found, [str(one) for one in error.value.problems]
    assert found[0].path in ("sources.yaml", lesson.relative_to(folder).as_posix())
    assert found[0].line > 0

"""Sources of the list, lessons that ground questions, and norms of the past."""

from pathlib import Path

import pytest

from courses.curriculum.quality.grounds import check_grounds
from tests.courses.curriculum.quality.conftest import Ask
from tests.factories.curriculum import SOURCES, change

LESSON = "courses/curso/modulo-1/leccion-1.es.md"
HARD = "courses/curso/modulo-1/leccion-2.es.md"
QUESTIONS = (
    "questions/modulo-1/q-1.md",
    "questions/modulo-1/q-2.md",
    "questions/modulo-1/mitos/q-3.md",
)
OLD, NEW = "protocolo-viejo", "ley-28950"
LIST = """- key: {key}
  kind: norm
  number: "{number}"
  mark: M-H
  state: {state}
  state_checked: 2026-11-23
  needs_legal_review: false
  title:
    es: Una norma
    en: A norm
"""


@pytest.fixture(autouse=True)
def good(folder: Path) -> None:
    """Let everything rest on a norm of the list."""
    records = LIST.format(key=NEW, number="Ley 28950", state="in_force")
    records += LIST.format(key=OLD, number="DS 005-2016-IN", state="repealed")
    (folder / "sources.yaml").write_text(records, encoding="utf-8")
    for path in (LESSON, HARD, *QUESTIONS):
        change(folder, path, SOURCES, f"sources:\n  - record: {NEW}\n")


def test_good_grounds_pass(ask: Ask) -> None:
    assert ask(check_grounds) == []


@pytest.mark.parametrize("path", [LESSON, QUESTIONS[0]])
def test_sources_name_one_of_the_list(folder: Path, ask: Ask, path: str) -> None:
    change(folder, path, f"sources:\n  - record: {NEW}\n", SOURCES)
    message = "no source here is one of the list, or said to be good practice or our own"
    assert any(one.startswith(f"{path}:") and one.endswith(message) for one in ask(check_grounds))


def test_question_shares_a_source_with_its_lesson(folder: Path, ask: Ask) -> None:
    line = (
        change(folder, QUESTIONS[0], f"record: {NEW}", f"record: {OLD}\n    place: norma derogada")
        - 2
    )
    message = "`modulo-1/leccion-1` and this question share no source"
    assert ask(check_grounds) == [f"{QUESTIONS[0]}:{line}: {message}"]


def test_repealed_norm_is_said_to_be_one_of_the_past(folder: Path, ask: Ask) -> None:
    line = change(folder, LESSON, f"record: {NEW}", f"record: {NEW}\n  - record: {OLD}") + 1
    message = f"`{OLD}` is repealed: say in `place` or `label` that it is historical"
    assert ask(check_grounds) == [f"{LESSON}:{line}: {message}"]
    change(
        folder, LESSON, f"record: {OLD}", f"record: {OLD}\n    place: protocolo derogado en 2023"
    )
    assert ask(check_grounds) == []


@pytest.mark.parametrize(
    "text", ["la Ley 99999", "el DS 123-2020-IN", "el Decreto Legislativo 1999", "Law 99999"]
)
def test_norm_that_a_text_names_is_in_the_list(folder: Path, ask: Ask, text: str) -> None:
    line = change(folder, LESSON, "Primero la seguridad.", f"Según {text}, sí.")
    found = ask(check_grounds)
    assert len(found) == 1
    assert found[0].startswith(f"{LESSON}:{line}: “")
    assert found[0].endswith("is no norm of the list of sources")


@pytest.mark.parametrize("text", ["la Ley 28950", "el DS 005-2016-IN", "la Ley N.º 28950"])
def test_norm_of_the_list_may_be_named(folder: Path, ask: Ask, text: str) -> None:
    change(folder, LESSON, "Primero la seguridad.", f"Según {text}, sí.")
    assert ask(check_grounds) == []


def worded(label: str) -> str:
    """Return sources in words only."""
    return f"sources:\n  - label: {label}\n    date: 2026-11-23\n    mark: M-H\n"


def test_good_practice_may_be_a_source_where_the_lesson_names_it_too(
    folder: Path, ask: Ask
) -> None:
    named = f"sources:\n  - record: {NEW}\n"
    practice = "Gestión de caso con persona responsable (buena práctica)"
    change(folder, QUESTIONS[0], named, worded(practice))
    assert [one.partition(": ")[2] for one in ask(check_grounds)] == [
        "`modulo-1/leccion-1` and this question share no source"
    ]
    twin = "  - label: Una gestión con persona responsable (buena práctica)\n    date: 2026-11-23\n    mark: M-H\n"
    change(folder, LESSON, named, named + twin)
    assert ask(check_grounds) == []


def test_what_the_course_made_itself_is_grounded_in_its_lesson(folder: Path, ask: Ask) -> None:
    named = f"sources:\n  - record: {NEW}\n"
    change(folder, QUESTIONS[0], named, worded("Orden de los pasos (esquema de este curso)"))
    assert ask(check_grounds) == []

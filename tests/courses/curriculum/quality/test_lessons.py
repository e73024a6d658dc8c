"""Minutes, length, the brief way and alternative texts of lessons."""

from pathlib import Path

import pytest

from courses.curriculum.quality.lessons import check_lessons
from tests.courses.curriculum.quality.conftest import Ask
from tests.factories.curriculum import change

FOLDER = "courses/curso/modulo-1"
LESSON = f"{FOLDER}/leccion-1.es.md"
HARD = f"{FOLDER}/leccion-2.es.md"
HARD_EN = f"{FOLDER}/leccion-2.en.md"
TASK = "::: task T\nminutes: 2\nx\n:::"


@pytest.fixture(autouse=True)
def good(folder: Path) -> None:
    """Make both lessons such that the rules find nothing."""
    change(folder, LESSON, "Primero la seguridad.", "palabra " * 850)
    change(folder, LESSON, "minutes: 5", "minutes: 8")
    change(folder, HARD, "Una persona llega y pide agua.", "palabra " * 850)
    change(folder, HARD, "minutes: 6", "minutes: 8")
    change(folder, HARD, "alt: Tres piezas.", "alt: Tres piezas que encajan una en otra.")
    change(folder, HARD_EN, "alt: Three pieces.", "alt: Three pieces that fit into each other.")
    change(folder, HARD_EN, "A person arrives and asks for water.", "word " * 60)
    for path in (HARD, HARD_EN):
        change(folder, path, "+++ brief", f"{TASK}\n\n+++ brief")


def test_good_lessons_pass(ask: Ask) -> None:
    assert ask(check_lessons) == []


def test_minutes_count_words_pauses_and_tasks(folder: Path, ask: Ask) -> None:
    change(folder, LESSON, "minutes: 8", "minutes: 10")
    found = ask(check_lessons)
    assert len(found) == 1
    assert found[0].startswith(f"{LESSON}:4: `minutes` says 10; 8")
    for path in (LESSON, f"{FOLDER}/leccion-1.en.md"):
        change(folder, path, "::: think", f"{TASK}\n\n::: think")
    assert ask(check_lessons) == []


def test_lesson_has_a_bounded_number_of_words(folder: Path, ask: Ask) -> None:
    change(folder, LESSON, "Un **texto**", "palabra " * 100 + "Un **texto**")
    assert any(f"{LESSON}:2: the lesson has" in found for found in ask(check_lessons))


def test_lesson_takes_eight_to_fifteen_minutes_where_a_quiz_counts(folder: Path, ask: Ask) -> None:
    change(folder, LESSON, "palabra " * 850, "palabra " * 300)
    change(folder, LESSON, "minutes: 8", "minutes: 5")
    message = f"{LESSON}:4: `minutes` says 5; a lesson takes from 8 to 15"
    assert ask(check_lessons) == [message]
    change(folder, f"{FOLDER}/module.yaml", ", prueba]", "]")
    for ending in ("yaml", "es.md", "en.md"):
        (folder / f"{FOLDER}/prueba.{ending}").unlink()
    assert ask(check_lessons) == []


def test_brief_way_is_briefer(folder: Path, ask: Ask) -> None:
    change(folder, HARD_EN, "The same, more briefly.", "word " * 90)
    found = ask(check_lessons)
    assert len(found) == 1
    assert "it is not briefer" in found[0]


def test_brief_way_keeps_what_never_to_do_and_the_idea(folder: Path, ask: Ask) -> None:
    for path in (HARD, HARD_EN):
        change(
            folder, path, "+++ brief", "::: idea\nUna.\n:::\n\n::: never N\n- No\n:::\n\n+++ brief"
        )
    found = ask(check_lessons)
    assert [one.partition(": ")[2] for one in found] == [
        "the brief way leaves out the `::: idea`",
        "the brief way leaves out the `::: never`",
    ] * 2


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("alt: Three pieces that fit into each other.", "alt: Three pieces.", "the alternative text says too little"),
        ("alt: Three pieces that fit into each other.", "alt: Tres piezas que encajan una en otra.", "the alternative text is the same in both languages"),
    ],
)  # fmt: skip
def test_pictures_are_said_in_words_of_their_language(
    folder: Path, ask: Ask, old: str, new: str, message: str
) -> None:
    line = change(folder, HARD_EN, old, new) - 1
    assert ask(check_lessons) == [f"{HARD_EN}:{line}: {message}"]

"""Feedback, lengths, balance and levels of questions."""

from pathlib import Path

import pytest

from courses.curriculum.quality.questions import check_questions
from tests.courses.curriculum.quality.conftest import Ask
from tests.factories.curriculum import change, question

SINGLE = "questions/modulo-1/q-1.md"
MULTIPLE = "questions/modulo-1/q-2.md"
CATEGORY = "questions/modulo-1/category.yaml"
LETTERS = "abcd"


def options(right: str, *, is_long: bool = False) -> str:
    """Return four options with feedback, of which one is right."""
    lines = []
    for letter in LETTERS:
        mark = "x" if letter == right else " "
        more = " y algo más" if is_long and letter == right else ""
        lines.append(f"- [{mark}] {letter}: Respuesta{more} {letter}\n  > Porque sí.\n")
    return "".join(lines)


def write_questions(folder: Path, rights: str, *, long_ones: int = 0) -> None:
    """Write a category of its own: a question for each right letter."""
    place = folder / "questions" / "otra"
    place.mkdir()
    for number, right in enumerate(rights):
        text = options(right, is_long=number < long_ones)
        (place / f"o-{number}.md").write_text(
            question(f"o-{number}", "single_choice", text, text), encoding="utf-8"
        )


def of_other(found: list[str]) -> list[str]:
    """Return the findings of the category that was written."""
    return [one for one in found if one.startswith("questions/otra/")]


def test_every_option_has_feedback(folder: Path, ask: Ask) -> None:
    found = [one for one in ask(check_questions) if MULTIPLE in one]
    assert len(found) == 6
    assert found[0].endswith("the option `a` has no feedback")
    assert not [one for one in ask(check_questions) if SINGLE in one]
    line = change(folder, SINGLE, "  > It cannot be kept.\n", "") - 1
    message = f"{SINGLE}:{line}: the option `b` has no feedback"
    assert [one for one in ask(check_questions) if SINGLE in one] == [message]


def test_options_are_of_even_length(folder: Path, ask: Ask) -> None:
    line = change(folder, SINGLE, "b: Prometer", f"b: {'Prometer ' * 5}")
    found = [one for one in ask(check_questions) if SINGLE in one]
    assert found == [f"{SINGLE}:{line}: the option `b` has 44 letters, the shortest 8"]


def test_short_options_may_differ_in_length(folder: Path, ask: Ask) -> None:
    change(folder, SINGLE, "b: Prometer", f"b: {'Prometer ' * 4}")
    assert not [one for one in ask(check_questions) if SINGLE in one]


@pytest.mark.parametrize(
    ("rights", "messages"),
    [
        ("abcdabcdabcd", []),
        ("aaaaaabcdbcd", ["questions/otra/category.yaml:1: `a` is the right option in 6 of 12 questions"]),
        ("aaaaaaaaaaa", []),
    ],
)  # fmt: skip
def test_letters_of_the_right_option_are_balanced(
    folder: Path, ask: Ask, rights: str, messages: list[str]
) -> None:
    write_questions(folder, rights)
    assert of_other(ask(check_questions)) == messages


def test_right_option_is_not_the_longest_too_often(folder: Path, ask: Ask) -> None:
    write_questions(folder, "abcd" * 3, long_ones=6)
    message = "questions/otra/category.yaml:1: the right option is the longest in 6 of 12 questions"
    assert of_other(ask(check_questions)) == [f"{message} (en)", f"{message} (es)"]


def test_right_option_may_be_the_longest_now_and_then(folder: Path, ask: Ask) -> None:
    write_questions(folder, "abcd" * 3, long_ones=5)
    assert of_other(ask(check_questions)) == []


def test_module_has_enough_questions_of_each_level(ask: Ask) -> None:
    assert [one for one in ask(check_questions) if CATEGORY in one] == [
        f"{CATEGORY}:1: the module has 0 questions of `remember`; 5 are the fewest",
        f"{CATEGORY}:1: the module has 0 questions of `understand`; 8 are the fewest",
        f"{CATEGORY}:1: the module has 3 questions of `apply`; 11 are the fewest",
    ]

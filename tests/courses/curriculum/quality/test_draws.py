"""Every quiz can be filled, and two that are compared, both without a question twice."""

from pathlib import Path

import pytest

from courses.curriculum.quality.draws import Draw, check_draws, unfilled
from tests.courses.curriculum.quality.conftest import Ask
from tests.factories.curriculum import FILES, change

FOLDER = "courses/curso/modulo-1"
QUIZ = f"{FOLDER}/prueba.yaml"


def draw(line: int, *pool: str) -> Draw:
    """Return one question to be drawn."""
    return Draw("q.yaml", line, "a draw", frozenset(pool))


@pytest.mark.parametrize(
    ("draws", "missing"),
    [
        ([draw(1, "a", "b"), draw(2, "a")], []),
        ([draw(1, "a", "b"), draw(2, "a", "b"), draw(3, "a", "b")], [3]),
        ([draw(1, "a", "b"), draw(2, "a", "c"), draw(3, "a"), draw(4, "b")], [4]),
        ([draw(1)], [1]),
    ],
)
def test_unfilled_lets_draws_make_way_for_each_other(draws: list[Draw], missing: list[int]) -> None:
    assert [one.line for one in unfilled(draws)] == missing


def test_good_quiz_can_be_filled(ask: Ask) -> None:
    assert ask(check_draws) == []


def test_draw_by_level_needs_questions_of_that_level(folder: Path, ask: Ask) -> None:
    line = change(folder, QUIZ, "from: modulo-1", "from: modulo-1\n    level: remember")
    message = "the draw of 2 from `modulo-1`, `remember` cannot be filled without a question twice"
    assert ask(check_draws) == [f"{QUIZ}:{line}: {message}: 2 are missing"]


def test_draw_by_tag_needs_questions_with_that_tag(folder: Path, ask: Ask) -> None:
    change(folder, QUIZ, "from: modulo-1", "from: modulo-1\n    tag: derechos")
    assert len(ask(check_draws)) == 1
    for key in ("q-2", "mitos/q-3"):
        change(
            folder, f"questions/modulo-1/{key}.md", "level: apply", "level: apply\ntags: [derechos]"
        )
    assert ask(check_draws) == []


def write_diagnoses(folder: Path, count: int) -> None:
    """Write two diagnoses of the same pool, the second compared with the first."""
    rules = FILES[QUIZ].replace("pass_mark: 70\n", "mode: diagnosis\n")
    rules = rules.partition("sources:")[0].replace("[leccion-1, leccion-2]", "[]")
    draws = f"sources:\n  - draw: {count}\n    from: modulo-1\n"
    for name, more in (("antes", ""), ("despues", "compared_with: antes\n")):
        (folder / f"{FOLDER}/{name}.yaml").write_text(rules + more + draws, encoding="utf-8")
        for code in ("es", "en"):
            text = FILES[f"{FOLDER}/prueba.{code}.md"]
            (folder / f"{FOLDER}/{name}.{code}.md").write_text(text, encoding="utf-8")
    change(folder, f"{FOLDER}/module.yaml", "prueba]", "prueba, antes, despues]")


def test_compared_diagnoses_need_twice_the_questions(folder: Path, ask: Ask) -> None:
    write_diagnoses(folder, 2)
    found = ask(check_draws)
    message = "cannot be filled with other questions than those of `antes`: 1 are missing"
    assert [one.startswith(f"{FOLDER}/despues.yaml:") for one in found] == [True]
    assert found[0].endswith(message)


def test_compared_diagnoses_with_enough_questions_pass(folder: Path, ask: Ask) -> None:
    write_diagnoses(folder, 1)
    assert ask(check_draws) == []

"""Words that no text has, and the exceptions that a folder may name."""

from pathlib import Path

import pytest

from courses.curriculum.quality.forbidden import check_words
from tests.courses.curriculum.quality.conftest import Ask
from tests.factories.curriculum import change

LESSON = "courses/curso/modulo-1/leccion-1.es.md"
QUESTION = "questions/modulo-1/q-1.md"
GOOD = "Primero la seguridad."


def test_good_words_pass(ask: Ask) -> None:
    assert ask(check_words) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Llame al 0800-2-3232.", "0800-2-3232"),
        ("Llame al 0800 23 232.", "0800 23 232"),
        ("Es la trata de blancas.", "trata de blancas"),
        ("Es la trata\n  de blancas.", "trata de blancas"),
        ("They are illegals here.", "illegals"),
        ("El Programa Aurora atiende.", "Aurora"),
        ("Son 71,8 %.", "71,8"),
        ("Cuidado ¡ahora.", "¡"),
        ("Su DNI es 40506070.", "40506070"),
        ("Su celular es 987 654 321.", "987 654 321"),
        ("Un curso de 12 horas.", "curso de 12 horas"),
        ("Son veinticuatro horas académicas.", "veinticuatro horas académicas"),
        ("It is a 12-hour course.", "12-hour course"),
        ("El DS 005-2016-IN manda.", "005-2016-IN"),
        ("Llame a la línea 1919.", "1919"),
    ],
)
def test_forbidden_words_are_found_at_their_line(
    folder: Path, ask: Ask, text: str, words: str
) -> None:
    line = change(folder, LESSON, GOOD, text)
    found = ask(check_words)
    assert found
    assert all(one.startswith(f"{LESSON}:{line}") for one in found)
    assert any(f"“{words}”" in one for one in found)


@pytest.mark.parametrize(
    "text",
    [
        "Atienden las 24 horas.",
        "Llame a la línea 105.",
        "En 2026 hubo 40 506 personas.",
        "El DS 005-2016-IN fue derogado en 2023.",
        "Vea https://example.org/40506070/aviso.",
        "La aurora es hermosa.",
        "El 20 de 2026-11-27.",
    ],
)
def test_what_only_looks_like_it_is_left_alone(folder: Path, ask: Ask, text: str) -> None:
    change(folder, LESSON, GOOD, text)
    assert ask(check_words) == []


def test_words_in_questions_are_found(folder: Path, ask: Ask) -> None:
    line = change(folder, QUESTION, "What do you do first?", "Who are illegal migrants?")
    assert ask(check_words)[0].startswith(f"{QUESTION}:{line}: “illegal migrants” is not written")


def allow(folder: Path, words: str) -> None:
    """Write one exception."""
    text = f"- file: {LESSON}\n  words: {words}\n  reason: La lección corrige esta palabra.\n"
    (folder / "allowed.yaml").write_text(text, encoding="utf-8")


def test_exception_allows_words_in_one_file(folder: Path, ask: Ask) -> None:
    change(folder, LESSON, GOOD, "No diga «trata de blancas».")
    allow(folder, "Trata de blancas")
    assert ask(check_words) == []
    change(folder, QUESTION, "¿Qué hace primero?", "¿Es trata de blancas?")
    assert [one.partition(":")[0] for one in ask(check_words)] == [QUESTION]


def test_exception_that_nothing_needs_is_found(folder: Path, ask: Ask) -> None:
    allow(folder, "trata de blancas")
    message = f"`{LESSON}` does not need this exception: “trata de blancas”"
    assert ask(check_words) == [f"allowed.yaml:1: {message}"]


def test_exception_gives_its_reason(folder: Path, ask: Ask) -> None:
    (folder / "allowed.yaml").write_text(f"- file: {LESSON}\n  words: x\n", encoding="utf-8")
    assert "allowed.yaml:1: the field `reason` is missing" in ask(check_words)

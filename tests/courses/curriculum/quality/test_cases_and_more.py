"""Cases, glossary, languages and modules; and all rules through the command."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from courses.case_graph import read_case
from courses.curriculum.folder import read_curriculum
from courses.curriculum.quality.cases import check_cases, safe_ways
from courses.curriculum.quality.glossary import check_glossary
from courses.curriculum.quality.languages import check_languages
from courses.curriculum.quality.modules import check_modules
from tests.courses.curriculum.quality.conftest import Ask
from tests.factories.curriculum import change

FOLDER = "courses/curso/modulo-1"
LESSON = f"{FOLDER}/leccion-1.es.md"
ENGLISH = f"{FOLDER}/leccion-1.en.md"
CASE = "cases/caso.yaml"


def scene(name: str, choices: str) -> str:
    """Return a scene whose choices are written as `id>target`, or that ends."""
    both = "{es: Una frase, en: A sentence}"
    text = f"  - id: {name}\n    titles: {both}\n    texts: {both}\n"
    if ">" not in choices:
        source = "        - label: Ficha\n          date: 2026-11\n          mark: R\n"
        return f"{text}    ending:\n      kind: {choices}\n      debriefs: {both}\n      sources:\n{source}"
    text += "    choices:\n"
    for choice in choices.split():
        key, _arrow, target = choice.partition(">")
        text += f"      - id: {key}\n        texts: {both}\n        consequences: {both}\n        target: {target}\n"
    return text


def write_case(folder: Path, scenes: dict[str, str], minutes: int) -> None:
    """Write a case and the page that shows it."""
    both = "{es: Una frase, en: A sentence}"
    body = "".join(scene(name, choices) for name, choices in scenes.items())
    (folder / "cases").mkdir(exist_ok=True)
    (folder / CASE).write_text(
        f"key: caso\nname: Caso\ntitles: {both}\nscenes:\n{body}"
        f"debrief_questions:\n  - {both}\nfacilitator_notes: {both}\n",
        encoding="utf-8",
    )
    (folder / f"{FOLDER}/caso-1.yaml").write_text(
        f"case: caso\nminutes: {minutes}\nrequires: []\n", encoding="utf-8"
    )
    for code in ("es", "en"):
        (folder / f"{FOLDER}/caso-1.{code}.md").write_text(
            "---\ntitle: Caso\nobjective: Decidir.\n---\nTexto.\n", encoding="utf-8"
        )
    change(folder, f"{FOLDER}/module.yaml", "prueba]", "prueba, caso-1]")


GOOD = {
    "uno": "a>dos b>uno-mal",
    "uno-mal": "a>uno",
    "dos": "a>tres b>fin-mal",
    "tres": "a>fin b>dos",
    "fin": "safe",
    "fin-mal": "harmful",
}


def test_scene_that_may_leave_one_choice_of_two_is_found(folder: Path, ask: Ask) -> None:
    write_case(folder, GOOD, 6)
    facts = "facts:\n  - id: dato\n    texts: {es: Un dato, en: A fact}\n"
    change(folder, CASE, "scenes:\n", f"{facts}scenes:\n")
    change(folder, CASE, "        target: dos\n", "        target: dos\n        unlocks: [dato]\n")
    ways = "        target: fin\n      - id: b"
    change(folder, CASE, ways, ways.replace("fin\n", "fin\n        condition: {facts: [dato]}\n"))

    assert ask(check_cases) == []
    change(folder, CASE, "        unlocks: [dato]\n", "")
    change(
        folder,
        CASE,
        "        target: uno-mal\n",
        "        target: uno-mal\n        unlocks: [dato]\n",
    )

    assert [line for line in ask(check_cases) if "fewer than two" in line]


def test_good_case_passes(folder: Path, ask: Ask) -> None:
    write_case(folder, GOOD, 6)
    assert ask(check_cases) == []


def test_safe_ways_come_to_no_scene_twice(folder: Path) -> None:
    write_case(folder, GOOD, 6)
    graph = read_case(read_curriculum(folder).cases["caso"].content)
    ways = [[one.id for one, _choice in way] for way in safe_ways(graph)]
    assert ways == [["uno", "dos", "tres", "fin"]]


def test_page_of_a_case_says_what_the_ways_take(folder: Path, ask: Ask) -> None:
    write_case(folder, GOOD, 12)
    message = "`minutes` says 12; the ways to a safe ending take from 6 to 6"
    assert ask(check_cases) == [f"{FOLDER}/caso-1.yaml:2: {message}"]


def test_case_has_scenes_and_endings_enough(folder: Path, ask: Ask) -> None:
    write_case(folder, {"uno": "a>fin b>fin", "fin": "safe"}, 4)
    assert ask(check_cases) == [
        f"{CASE}:4: every ending of the case is safe: nothing is at stake",
        f"{CASE}:4: the case has 1 ending; 2 are the fewest",
        f"{CASE}:4: the case has 2 scenes; 6 are the fewest",
    ]


def test_glossary_is_large_and_linked(folder: Path, ask: Ask) -> None:
    few = "glossary.yaml:1: the glossary has 1 terms; 60 are the fewest"
    no_link = f"{FOLDER}/leccion-2.es.md:1: the lesson links no term of the glossary"
    assert ask(check_glossary) == [no_link, few]
    for path in (LESSON, ENGLISH):
        change(folder, path, "::: term enganche\n:::\n", "")
    assert "glossary.yaml:1: no lesson links the term `enganche`" in ask(check_glossary)


def test_texts_are_translated(folder: Path, ask: Ask) -> None:
    assert ask(check_languages) == []
    spanish = "Primero va siempre la seguridad de todas."
    change(folder, LESSON, "Primero la seguridad.", spanish)
    line = change(folder, ENGLISH, "Safety first.", spanish) - 1
    assert ask(check_languages) == [f"{ENGLISH}:{line}: “{spanish}” is not translated"]


def test_questions_are_translated(folder: Path, ask: Ask) -> None:
    path = "questions/modulo-1/q-1.md"
    spanish = "¿Qué hace usted primero en la noche?"
    change(folder, path, "¿Qué hace primero?", spanish)
    line = change(folder, path, "What do you do first?", spanish)
    assert ask(check_languages) == [f"{path}:{line}: “{spanish}” is not translated"]


def test_module_that_is_taught_has_a_guide(folder: Path, ask: Ask) -> None:
    message = "this file is missing: a module that is taught has a trainer's guide"
    assert ask(check_modules) == [f"{FOLDER}/guia.es.md:1: {message}"]
    for code in ("es", "en"):
        (folder / f"{FOLDER}/guia.{code}.md").write_text("---\ntitle: G\n---\nX.\n", "utf-8")
    assert ask(check_modules) == []


def test_drawings_have_a_template(folder: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    drawings = [("tres-elementos", ""), ("nadie-lo-hizo", "")]
    monkeypatch.setattr("courses.curriculum.body.DRAWINGS", drawings)
    for code in ("es", "en"):
        path = f"{FOLDER}/leccion-2.{code}.md"
        line = change(folder, path, "drawing tres-elementos", "drawing nadie-lo-hizo")
        assert line
    found = [one for one in ask(check_modules) if "guia" not in one]
    assert [one.partition(": ")[2] for one in found] == [
        "the drawing `nadie-lo-hizo` has no template"
    ] * 2


def test_check_curriculum_prints_findings_and_fails_without_a_database(folder: Path) -> None:
    errors = StringIO()
    with pytest.raises(CommandError, match="findings: "):
        call_command("check_curriculum", str(folder), stderr=errors)
    lines = errors.getvalue().splitlines()
    message = "no source here is one of the list, or said to be good practice or our own"
    assert [line for line in lines if line.startswith(LESSON) and line.endswith(message)]
    assert "glossary.yaml:1: the glossary has 1 terms; 60 are the fewest" in lines


def test_check_curriculum_tells_why_a_folder_cannot_be_read(folder: Path) -> None:
    change(folder, LESSON, "title: Primera", "titulo: Primera")
    errors = StringIO()
    with pytest.raises(CommandError):
        call_command("check_curriculum", str(folder), stderr=errors)
    assert "unknown field `titulo`" in errors.getvalue()

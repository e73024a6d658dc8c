"""The files of questions: what every question may say, and the types that they can hold."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import translation
from wagtail.images.tests.utils import get_test_image_file

from courses.curriculum.folder import read_curriculum
from courses.curriculum.problems import CurriculumError
from courses.curriculum.structures import QuestionSpec
from courses.models import Question, QuestionVersion
from courses.question_types import question_type
from courses.question_types.typed import TextRule
from tests.courses.curriculum.conftest import Load

HEADER = """---
key: nueva
type: {kind}
level: apply
lesson: modulo-1/leccion-1
sources:
  - label: Ficha
    date: "2026"
    mark: R
needs_legal_review: false
{more}---
"""
WHY = "\n## explanation\nPorque sí.\n"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def place_of(folder: Path) -> Path:
    """Return the file of a new question in the first category of the folder."""
    category = sorted((folder / "questions").rglob("category.yaml"))[0].parent
    return category / "nueva.md"


def alt_first(body: str) -> str:
    """Return a section's text with its question; an alternative text stands before it."""
    alt, has_alt, rest = body.partition("Una sala.\n")
    return f"{alt}{has_alt}¿Qué?\n\n{rest}" if has_alt else f"¿Qué?\n\n{body}"


def write(folder: Path, kind: str, body: str, *, more: str = "", english: str | None = None) -> int:
    """Write a question whose languages say the same; return the line of `# es`."""
    header = HEADER.format(kind=kind, more=more)
    other = body if english is None else english
    parts = {"es": body, **({"en": other} if other else {})}
    sections = [f"# {code}\n{alt_first(part)}{WHY}" for code, part in parts.items()]
    place_of(folder).write_text(header + "".join(sections))
    return header.count("\n") + 1


def read(folder: Path) -> QuestionSpec:
    return read_curriculum(folder).questions["nueva"]


def problems(folder: Path) -> list[tuple[int, str]]:
    with pytest.raises(CurriculumError) as refused:
        read_curriculum(folder)
    found = [p for p in refused.value.problems if p.path.endswith("nueva.md")]
    assert len(found) == len(refused.value.problems)
    return [(problem.line, problem.message) for problem in found]


def test_pairs_and_distractors_are_read(folder: Path) -> None:
    body = "- [x] a: Uno => Mitad uno\n  > Bien.\n- [x] b: Dos => Mitad dos\n- [ ] c: Nada\n"
    write(folder, "matching", body)

    content = read(folder).content

    assert [(p["id"], p["texts"]["es"], p["matches"]["en"]) for p in content["pairs"]] == [
        ("a", "Uno", "Mitad uno"),
        ("b", "Dos", "Mitad dos"),
    ]
    assert content["pairs"][0]["feedback"] == {"es": "Bien.", "en": "Bien."}
    assert content["distractors"] == [{"id": "c", "texts": {"es": "Nada", "en": "Nada"}}]


def test_steps_are_read_in_their_order(folder: Path) -> None:
    write(folder, "ordering", "- [1] a: Uno\n- [2] b: Dos\n- [3] c: Tres\n")

    assert [step["texts"]["es"] for step in read(folder).content["steps"]] == ["Uno", "Dos", "Tres"]


def test_accepted_answers_and_numbers_are_read(folder: Path) -> None:
    write(folder, "short_answer", "- [x] a: uno\n- [50%] b: uno*\n")
    words = read(folder).content["answers"]
    write(folder, "number", "- [x] a: 12.5 +- 0.5\n")
    numbers = read(folder).content["answers"]

    assert [(answer["texts"]["es"], answer["fraction"]) for answer in words] == [
        ("uno", "1"),
        ("uno*", "0.5"),
    ]
    assert [(n["value"], n["tolerance"], n["fraction"]) for n in numbers] == [("12.5", "0.5", "1")]


def test_accepted_answer_may_begin_with_a_star(folder: Path) -> None:
    write(folder, "short_answer", "- [x] a: *deuda*\n  > Va bien.\n", more="heeds: [accents]\n")
    content = read(folder).content

    assert content["answers"][0]["texts"] == {"es": "*deuda*", "en": "*deuda*"}
    assert content["heeds_accents"] is True
    assert question_type("short_answer").read(content).rule == TextRule(heeds_accents=True)


GAPS = """La ley agrega [[a]]; son [[b]] años y lo guarda [[c]].

- [choice] a:
  - [x] a: retener
    > Va bien.
  - [ ] b: trasladar
- [number 0.5] b:
  - [x] a: 18 +- 1
- [text 2] c:
  - [x] a: su dueña
  - [50%] b: *ella*
"""


def test_gaps_are_read_with_what_each_takes(folder: Path) -> None:
    write(folder, "gaps", GAPS)
    content = read(folder).content
    typed = question_type("gaps").read(content)

    assert [(gap.id, str(gap.kind), gap.weight) for gap in typed.gaps] == [
        ("a", "choice", Decimal(1)),
        ("b", "number", Decimal("0.5")),
        ("c", "text", Decimal(2)),
    ]
    choice, number, words = content["gaps"]
    assert [(one["texts"]["en"], one["fraction"]) for one in choice["answers"]] == [
        ("retener", "1"),
        ("trasladar", "0"),
    ]
    assert choice["answers"][0]["feedback"] == {"es": "Va bien.", "en": "Va bien."}
    assert [(one["value"], one["tolerance"]) for one in number["answers"]] == [("18", "1")]
    assert [(one["texts"]["es"], one["fraction"]) for one in words["answers"]] == [
        ("su dueña", "1"),
        ("*ella*", "0.5"),
    ]


def test_gap_that_the_text_does_not_mark_is_said_at_its_section(folder: Path) -> None:
    start = write(folder, "gaps", GAPS.replace("[[c]]", "ella"))

    assert next(line for line, message in problems(folder) if "[[c]]" in message) == start


RUBRIC = """- [60%] hechos: Hechos
  - [100%] todo: Todos
    > Dice quién y cuándo.
  - [0%] nada: Ninguno
- [40%] trato: Trato
  - [x] bien: Con cuidado
  - [ ] mal: Sin cuidado

## model
Escribo la hora.
"""


def test_open_answer_is_read_with_its_rubric(folder: Path) -> None:
    write(folder, "open", RUBRIC, more="words: 120\n")
    content = read(folder).content
    typed = question_type("open").read(content)

    assert [(one.id, one.titles["es"], one.weight) for one in typed.criteria] == [
        ("hechos", "Hechos", Decimal("0.6")),
        ("trato", "Trato", Decimal("0.4")),
    ]
    assert [
        (level.id, level.fraction, level.descriptions["en"]) for level in typed.criteria[0].levels
    ] == [("todo", Decimal(1), "Dice quién y cuándo."), ("nada", Decimal(0), "")]
    assert (typed.most_words, typed.model_answers["es"]) == (120, "Escribo la hora.")


def test_problem_of_a_level_stands_at_its_line(folder: Path) -> None:
    weak = RUBRIC.replace("- [x] bien", "- [50%] bien").replace("Sin cuidado", "")
    start = write(folder, "open", weak)

    assert problems(folder) == [
        (start + 7, "The best level must be worth the whole criterion."),
        (start + 9, "This text is missing in “es”."),
        (start + 9 + 16, "This text is missing in “en”."),
    ]


def test_spots_are_read_from_their_marks(folder: Path) -> None:
    body = "- [x 10, 20,15,12.5] a: Mesa\n- [50,0,10,10] b: Puerta\n"
    start = write(folder, "hotspots", body)
    without = problems(folder)
    body = f"figure_alt: Una sala.\n{body}"
    write(folder, "hotspots", body, more="choose: one\nfigure: sala.png\n")
    drawing = get_test_image_file()
    drawing.seek(0)
    (place_of(folder).parent / "sala.png").write_bytes(drawing.read())
    content = read(folder).content

    assert without == [(start, "The question needs a picture.")]
    assert content["is_multiple"] is False
    assert content["figure"]["alts"] == {"es": "Una sala.", "en": "Una sala."}
    assert [
        (spot["is_right"], *(spot[side] for side in ("x", "y", "width", "height")))
        for spot in content["spots"]
    ] == [(True, "10", "20", "15", "12.5"), (False, "50", "0", "10", "10")]


def test_what_every_question_may_say_is_read(folder: Path) -> None:
    body = "- [x] a: Sí\n- [ ] b: No\n" + "".join(
        f"\n## {name}\nTexto de {name}.\n"
        for name in ("hint", "safety", "right", "partly", "wrong")
    )
    write(folder, "single_choice", body, more="tags: [niñez, trabajo forzoso]\ndifficulty: hard\n")

    spec = read(folder)

    assert (spec.tags, spec.difficulty) == (("niñez", "trabajo forzoso"), "hard")
    names = ("hints", "safety_rules", "feedback_right", "feedback_partly", "feedback_wrong")
    assert [spec.content[name]["es"] for name in names] == [
        "Texto de hint.",
        "Texto de safety.",
        "Texto de right.",
        "Texto de partly.",
        "Texto de wrong.",
    ]


def test_question_may_be_in_spanish_alone(folder: Path) -> None:
    body = "- [x] a: Sí\n- [ ] b: No\n"
    write(folder, "single_choice", body, more="languages: [es]\n", english="")

    assert read(folder).content["languages"] == ["es"]


BAD: list[tuple[str, str, str, int, str]] = [
    ("matching", "- [x] a: Uno\n- [x] b: Dos => D\n", "", 3, "a pair is written"),
    ("matching", "- [y] a: Uno => U\n- [x] b: Dos => D\n", "", 3, "`[y]` is no mark"),
    ("ordering", "- [1] a: Uno\n- [3] b: Dos\n- [2] c: Tres\n", "", 4, "this one has `[2]`"),
    ("hotspots", "- [x 1,2,3] a: Mesa\n- [1,2,3,4] b: P\n", "", 3, "a spot is written"),
    ("number", "- [x] a: doce\n", "", 3, "a number is written"),
    ("text", "- [x] a: Sí\n", "", 3, "a text asks nothing"),
    ("single_choice", "- [x] a: Sí\n- [ ] b: No\n\n## nada\n", "", 6, "unexpected heading"),
    ("single_choice", "- [x] a: Sí\n- [ ] b: No\n", "difficulty: imposible\n", -2, "`difficulty`"),
    ("single_choice", "- [x] a: Sí\n- [ ] b: No\n", "languages: [en, es]\n", -2, "`languages`"),
    ("oddity", "- [x] a: Sí\n", "", -9, "`type` must be one of"),
    ("gaps", "- [x] a: Sí\n", "", 3, "a gap is written"),
    ("gaps", "- [text] a: Sí\n  - [x] a: Sí\n", "", 3, "what a gap takes stands below it"),
    ("gaps", "- [text] a:\n  - [y] a: Sí\n", "", 4, "`[y]` is no mark"),
    ("gaps", "- [text] a:\n  - [x] a: Sí\n  - [x] a: No\n", "", 5, "is given twice"),
    ("gaps", "- [number] a:\n  - [x] a: doce\n", "", 4, "a number is written"),
    ("gaps", "- [text] a:\n  - [x] a: Sí\n", "heeds: [size]\n", -2, "`heeds` takes"),
    ("open", "- [x] a: Uno\n  > Así\n  - [x] b: Dos\n", "", 3, "what a level shows"),
    ("open", "- [x] a: Uno\n  - [x] b: Dos\n", "words: muchas\n", -2, "`words` must be"),
    ("single_choice", "- [x] a: Sí\n  - [x] b: Ya\n- [ ] c: No\n", "", 4, "not for this type"),
    ("single_choice", "- [x] a: Sí\n- [ ] b: No\n\n## model\nX\n", "", 6, "unexpected heading"),
    ("single_choice", "- [x] a: *Sí*\n- [ ] b: No\n", "", 3, "is plain text"),
    ("short_answer", "- [x] a: **sí**\n", "", 3, "is plain text"),
]


@pytest.mark.parametrize(("kind", "body", "more", "line", "message"), BAD)
def test_mistakes_are_said_at_their_line(
    folder: Path, kind: str, body: str, more: str, line: int, message: str
) -> None:
    start = write(folder, kind, body, more=more)

    found = problems(folder)

    lines = [number for number, text in found if message in text]
    assert lines[:1] == [start + line]


def test_problems_of_the_type_stand_at_the_line_of_their_part(folder: Path) -> None:
    body = "- [x] a: Uno => Mitad\n- [ ] c: Mitad\n- [x] b: Dos => Otra\n"
    start = write(folder, "matching", body)

    assert problems(folder) == [(start + 4, "This is the right answer of an item.")]


@pytest.mark.django_db
def test_tags_and_difficulty_are_loaded_once_and_left_alone_where_no_file_names_them(
    folder: Path, load: Load
) -> None:
    body = "- [1] a: Uno\n- [2] b: Dos\n- [3] c: Tres\n"
    write(folder, "ordering", body, more="tags: [campo]\ndifficulty: easy\n")
    load()
    question = Question.objects.get(key="nueva")
    versions = QuestionVersion.objects.count()

    again = load()

    assert (list(question.tags.names()), question.difficulty) == (["campo"], "easy")
    assert question.live_version.kind == "ordering"
    assert QuestionVersion.objects.count() == versions
    assert not again.has_changes
    others = Question.objects.exclude(pk=question.pk)
    assert {(other.difficulty, other.tags.count()) for other in others} == {("", 0)}

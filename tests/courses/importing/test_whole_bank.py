"""Content of all types, as trainers may write it, out into files and in again equal."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.formats.carried import aiken_carries, gift_carries, moodle_xml_carries
from courses.formats.reading import read_questions, write_questions
from courses.importing.common import content_of, exchanged
from courses.models import Question, QuestionBank, QuestionVersion
from courses.question_types import question_type, question_types
from courses.question_types.common import write_common
from courses.question_types.exchange import Attachment, ExchangedQuestion
from courses.question_types.form_blocks import plain_number
from tests.courses.importing.test_types import question_with
from tests.courses.question_types import parts, samples

KINDS = [kind.name for kind in question_types()]
LETTERS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp"))
WORDS = st.text(LETTERS, max_size=12).map("uno{}dos".format)
TEXTS = st.fixed_dictionaries({"es": WORDS, "en": WORDS})
FRACTIONS = st.decimals(min_value=0, max_value=1, places=4).map(plain_number)
SIGNED = st.decimals(min_value=-1, max_value=1, places=4).map(plain_number)
NUMBERS = st.decimals(min_value=-(10**6), max_value=10**6, places=3).map(plain_number)
TRUTH = st.booleans()
RULE = {"heeds_case": TRUTH, "heeds_accents": TRUTH, "heeds_punctuation": TRUTH}


def rows(*bounds: int, **fields: Any) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Return lists of records; the bounds are the least number and the most (1 and 4)."""
    least, most = (*bounds, *(1, 4)[len(bounds) :])
    return st.lists(st.fixed_dictionaries(fields), min_size=least, max_size=most)


def named(prefix: str, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give each part the id with which it comes back from a file."""
    return [{**one, "id": f"{prefix}{number}"} for number, one in enumerate(found, start=1)]


def lettered(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**one, "id": chr(ord("a") + number)} for number, one in enumerate(found)]


ANSWERS = rows(texts=TEXTS, fraction=FRACTIONS, feedback=TEXTS)
NUMBER_ANSWERS = rows(
    value=NUMBERS,
    tolerance=NUMBERS.map(lambda n: n.lstrip("-")),
    fraction=FRACTIONS,
    feedback=TEXTS,
)
SIDES = {side: st.sampled_from(["1", "12.5", "40"]) for side in ("x", "y", "width", "height")}


@st.composite
def pairs(draw: st.DrawFn) -> dict[str, Any]:
    """Draw pairs of which some take the half of another one too."""
    found = draw(rows(2, texts=TEXTS, matches=TEXTS, feedback=TEXTS))
    for number, one in enumerate(found):
        one["texts"] = {code: f"{number} {text}" for code, text in one["texts"].items()}
        others = [other["matches"]["es"] for other in found if other is not one]
        one["also"] = draw(st.lists(st.sampled_from(others), max_size=2, unique=True))
    return {
        "pairs": named("p", found),
        "distractors": named("d", draw(rows(0, 2, texts=TEXTS))),
    }


@st.composite
def gaps(draw: st.DrawFn) -> dict[str, Any]:
    found, marks = [], []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        kind = draw(st.sampled_from(["choice", "text", "number"]))
        answers = draw(NUMBER_ANSWERS if kind == "number" else ANSWERS)
        found.append(
            {"id": f"g{number}", "kind": kind, "weight": "2.5", "answers": named("a", answers)}
        )
        marks.append(f"[[g{number}]]")
    stems = {code: f"{text} {' '.join(marks)}" for code, text in draw(TEXTS).items()}
    return {"gaps": found, "stems": stems, **draw(st.fixed_dictionaries(RULE))}


@st.composite
def rubrics(draw: st.DrawFn) -> dict[str, Any]:
    criteria = draw(rows(0, 2, titles=TEXTS, weight=FRACTIONS))
    for one in criteria:
        levels = draw(rows(0, 3, titles=TEXTS, descriptions=TEXTS, fraction=FRACTIONS))
        one["levels"] = named("l", levels)
    return {
        "criteria": named("c", criteria),
        "most_words": draw(st.integers(0, 800)),
        "model_answers": draw(TEXTS),
    }


OPTIONS = {"texts": TEXTS, "feedback": TEXTS}
OWN: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "single_choice": rows(2, **OPTIONS, weight=FRACTIONS).map(lambda r: {"options": lettered(r)}),
    "multiple_choice": rows(2, **OPTIONS, weight=SIGNED).map(lambda r: {"options": lettered(r)}),
    "true_false": st.tuples(TEXTS, TEXTS, TRUTH).map(
        lambda drawn: {
            "options": [
                {**samples.stored("true_false")["options"][0], "feedback": drawn[0]},
                {**samples.stored("true_false")["options"][1], "feedback": drawn[1]},
            ]
        }
    ),
    "short_answer": st.builds(
        lambda answers, rule: {"answers": named("a", answers), **rule},
        ANSWERS,
        st.fixed_dictionaries(RULE),
    ),
    "number": st.builds(
        lambda answers, units: {"answers": named("a", answers), "units": units},
        NUMBER_ANSWERS,
        TEXTS,
    ),
    "gaps": gaps(),
    "open": rubrics(),
    "text": st.just({}),
    "matching": pairs(),
    "ordering": rows(3, **OPTIONS).map(lambda found: {"steps": named("s", found)}),
    "hotspots": st.builds(
        lambda spots, is_multiple: {
            "spots": named("s", spots),
            "is_multiple": is_multiple,
            "figure": {"image_id": 7, "alts": parts.bilingual("plan"), "is_decorative": False},
        },
        rows(2, **OPTIONS, **SIDES, is_right=TRUTH),
        TRUTH,
    ),
}


@st.composite
def contents(draw: st.DrawFn, name: str) -> Any:
    """Draw typed content of a type with everything that every question may say."""
    kind = question_type(name)
    said = {one: draw(TEXTS) for one in ("stems", "explanations", "hints", "feedback_right")}
    rules = draw(st.sampled_from([{}, parts.bilingual("rule")]))
    common = samples.common(**said, safety_rules=rules, lesson=draw(st.sampled_from(["", "m/l-1"])))
    return kind.read({**common, **draw(OWN[name])})


def filed(name: str, content: Any) -> ExchangedQuestion:
    figure = (
        Attachment("plano.png", b"\x89PNG\r\n\x1a\n not checked") if name == "hotspots" else None
    )
    found = exchanged(name, question_type(name).write(content), figure=figure)
    return replace(found, name="q", key="q", tags=("uno",), category="modulo-1")


def back(written: ExchangedQuestion, format_name: str) -> ExchangedQuestion:
    """Return what a file with this question brings in."""
    file = write_questions([written], format_name=format_name, language="es")
    contents = read_questions(file.text.encode(), format_name=format_name, language="es")
    assert contents.refusals == ()
    assert len(contents.questions) == 1
    return replace(contents.questions[0], line=0, lost=())


patient = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("name", KINDS)
def test_moodle_xml_brings_equal_content_of_every_type(name: str) -> None:
    @patient
    @given(contents(name))
    def check(content: Any) -> None:
        written = filed(name, content)
        arrived = back(written, "moodle_xml")

        assert arrived == moodle_xml_carries(written)
        figure_id = 7 if name == "hotspots" else None
        stored = content_of(moodle_xml_carries(written), name, figure_id=figure_id)
        assert content_of(arrived, name, figure_id=figure_id) == stored
        assert exchanged(name, stored).extra == {
            one: value for one, value in arrived.extra.items() if one != "difficulty"
        }

    check()


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("format_name", ["gift", "aiken"])
def test_other_formats_bring_equal_content_of_what_they_carry(name: str, format_name: str) -> None:
    carries = {"gift": gift_carries, "aiken": aiken_carries}[format_name]

    @patient
    @given(contents(name))
    def check(content: Any) -> None:
        written = filed(name, content)
        carried = carries(written, language="es").question
        if carried is None:
            file = write_questions([written], format_name=format_name, language="es")
            assert (file.text.strip(), len(file.left_out)) == ("", 1)
        else:
            arrived = back(written, format_name)
            assert arrived == carried
            assert carries(arrived, language="es").question == carried

    check()


def test_one_spot_only_and_further_halves_survive_moodle_xml() -> None:
    for name, data in (
        ("hotspots", parts.hotspots(is_multiple=False)),
        ("matching", parts.matching()),
    ):
        kind = question_type(name)
        content = kind.read(data)
        arrived = kind.from_exchange(back(filed(name, content), "moodle_xml"))
        again = kind.read({**write_common(content.common), **arrived})
        mended = kind.write(again)
        assert mended.get("is_multiple", False) is False
        assert [pair["also"] for pair in mended.get("pairs", [])] == (
            [[], ["half 1 es"], []] if name == "matching" else []
        )


def stored_texts(bank: QuestionBank) -> dict[str, ExchangedQuestion]:
    found = {}
    for question in Question.objects.filter(category__bank=bank):
        version = question.versions.order_by("-number").first()
        assert version is not None
        found[question.key] = exchanged(version.kind, version.content)
    return found


@pytest.mark.django_db
def test_bank_of_all_types_goes_by_command_into_another_database(tmp_path: Path) -> None:
    """The other database is this one with every question taken out: no id is left to help."""
    bank = QuestionBank.objects.create(name="Uno", slug="uno")
    for name in KINDS:
        question_with(name, bank)
    before = stored_texts(bank)
    file = tmp_path / "banco.xml"
    with translation.override("es"):
        call_command(
            "export_questions", "uno", "--format", "moodle_xml", "--output", str(file),
            stdout=io.StringIO(), stderr=io.StringIO(),
        )  # fmt: skip
    empty = QuestionBank.objects.create(name="Dos", slug="dos")
    Question.objects.filter(category__bank=bank).update(live_version=None)
    QuestionVersion.objects.filter(question__category__bank=bank).delete()
    Question.objects.filter(category__bank=bank).delete()
    bank.categories.all().delete()
    bank.delete()

    call_command(
        "import_questions", str(file), "--format", "moodle_xml", "--bank", "dos",
        stdout=io.StringIO(), stderr=io.StringIO(),
    )  # fmt: skip

    assert len(before) == 11
    assert stored_texts(empty) == before
    assert set(empty.categories.values_list("path", flat=True)) == {"uno"}

"""Whatever a trainer writes is stored, read, filed and put into the form without a loss."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.question_types import question_type
from courses.question_types.common import write_common
from courses.question_types.form_blocks import plain_number
from tests.courses.question_types.samples import common

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=30)
TEXTS = st.fixed_dictionaries({"es": WORDS, "en": WORDS})
IDS = st.text(st.sampled_from("abcdefgh0123456789-"), min_size=1, max_size=12)
FRACTIONS = st.decimals(min_value=0, max_value=1, places=5).map(plain_number)
NUMBERS = st.decimals(min_value=-(10**9), max_value=10**9, places=4).map(plain_number)
TOLERANCES = st.decimals(min_value=0, max_value=10**6, places=4).map(plain_number)
TRUTH = st.booleans()
RULE = {"heeds_case": TRUTH, "heeds_accents": TRUTH, "heeds_punctuation": TRUTH}


def records(most: int = 4, **fields: Any) -> Any:
    """Return lists of records, each with an id of its own."""
    record = st.fixed_dictionaries({"id": IDS, **fields})
    return st.lists(record, max_size=most, unique_by=lambda one: one["id"])


ACCEPTED = records(texts=TEXTS, fraction=FRACTIONS, feedback=TEXTS)
ACCEPTED_NUMBERS = records(
    value=st.one_of(NUMBERS, NUMBERS, st.just("*")),
    tolerance=TOLERANCES,
    fraction=FRACTIONS,
    feedback=TEXTS,
).map(lambda rows: [{**row, "tolerance": "0"} if row["value"] == "*" else row for row in rows])
WEIGHTS = st.decimals(min_value=Decimal("0.01"), max_value=100, places=2).map(plain_number)
GAPS = records(
    kind=st.sampled_from(["choice", "text", "number"]), weight=WEIGHTS, answers=st.none()
)
LEVELS = records(titles=TEXTS, descriptions=TEXTS, fraction=FRACTIONS)

OWN = {
    "short_answer": st.fixed_dictionaries({"answers": ACCEPTED, **RULE}),
    "number": st.fixed_dictionaries({"answers": ACCEPTED_NUMBERS, "units": TEXTS}),
    "gaps": st.fixed_dictionaries({"gaps": GAPS, **RULE}),
    "open": st.fixed_dictionaries(
        {
            "criteria": records(titles=TEXTS, weight=FRACTIONS, levels=LEVELS),
            "most_words": st.integers(0, 800),
            "model_answers": TEXTS,
        }
    ),
    "text": st.just({}),
}


@st.composite
def contents(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    """Draw the stored content of a type; it need not be fit for publishing."""
    own = draw(OWN[kind])
    for gap in own.get("gaps", []):
        gap["answers"] = draw(ACCEPTED_NUMBERS if gap["kind"] == "number" else ACCEPTED)
    return {**common(stems=draw(TEXTS)), **own}


@pytest.mark.parametrize("name", OWN)
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_written_content_is_read_as_it_was(name: str, data: st.DataObject) -> None:
    kind = question_type(name)
    content = kind.read(data.draw(contents(name)))

    assert kind.read(json.loads(json.dumps(kind.write(content)))) == content


@pytest.mark.parametrize("name", OWN)
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_filed_content_is_read_as_it_was(name: str, data: st.DataObject) -> None:
    kind = question_type(name)
    content = kind.read(data.draw(contents(name)))
    filed = kind.to_exchange(content)

    with translation.override("en"):
        again = kind.read({**write_common(content.common), **kind.from_exchange(filed)})

    assert kind.to_exchange(again) == filed


@pytest.mark.parametrize("name", OWN)
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_every_answer_has_an_exact_mark_and_a_bounded_key(name: str, data: st.DataObject) -> None:
    kind = question_type(name)
    content = kind.read(data.draw(contents(name)))
    words = st.one_of(WORDS, st.text(max_size=200), NUMBERS)
    answer: dict[str, Any] = {"text": data.draw(words)}
    if name == "gaps":
        answer = {"gaps": {gap.id: data.draw(words) for gap in content.gaps}}

    mark = kind.mark(content, answer)

    assert isinstance(mark, Decimal)
    assert 0 <= mark <= 1
    assert mark == mark.quantize(Decimal("0.0001"))
    for key in kind.tallied(content, answer):
        assert 0 < len(key) <= 120
        kind.tally_label(content, key, language="es")

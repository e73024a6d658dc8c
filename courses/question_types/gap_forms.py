"""The form of a text's gaps, and their way to and from files."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy
from wagtail import blocks

from courses.question_types.accepted import MOST_ANSWERS, AcceptedNumber, AcceptedText
from courses.question_types.accepted_forms import (
    number_from_text,
    numbers_from_exchange,
    numbers_to_exchange,
    texts_from_exchange,
    texts_to_exchange,
)
from courses.question_types.exchange import ExchangedAnswer, ExchangedGap, Shape
from courses.question_types.form_blocks import (
    BilingualBlock,
    BilingualLineBlock,
    PercentBlock,
    kept_children,
    list_to_form,
    percent_of,
    plain_number,
    texts_from_form,
)
from courses.texts import languages

NUMBER = "number"


class GapAnswerBlock(blocks.StructBlock):
    """One option or accepted answer of a gap."""

    texts = BilingualLineBlock(
        label=gettext_lazy("Option or accepted answer"),
        help_text=gettext_lazy("A number is written in the first field only."),
    )
    tolerance = blocks.CharBlock(
        label=gettext_lazy("Tolerance (numbers only)"), required=False, max_length=30
    )
    percent = PercentBlock(
        label=gettext_lazy("Part of the gap's mark, in per cent"),
        help_text=gettext_lazy("100 for what is right; empty or 0 for a wrong option."),
    )
    feedback = BilingualBlock(label=gettext_lazy("What we say to whoever answers it"))

    class Meta:
        label = gettext_lazy("Answer")
        label_format = "{texts}"


def gaps_block(kinds: Sequence[tuple[str, Any]], most: int, most_weight: int) -> blocks.ListBlock:
    """Return the form's list of gaps."""
    gap = blocks.StructBlock(
        [
            (
                "mark",
                blocks.CharBlock(
                    label=gettext_lazy("Its mark in the text"),
                    required=False,
                    max_length=40,
                    help_text=gettext_lazy(
                        "Such as a; write [[a]] into the question, in every language, where the "
                        "gap stands."
                    ),
                ),
            ),
            (
                "kind",
                blocks.ChoiceBlock(
                    label=gettext_lazy("The answer is"),
                    choices=[(str(kind), label) for kind, label in kinds],
                    default=str(kinds[0][0]),
                ),
            ),
            (
                "weight",
                blocks.DecimalBlock(
                    label=gettext_lazy("Weight among the gaps"),
                    required=False,
                    default=Decimal(1),
                    max_value=Decimal(most_weight),
                    max_digits=8,
                    decimal_places=5,
                ),
            ),
            (
                "answers",
                blocks.ListBlock(
                    GapAnswerBlock(),
                    label=gettext_lazy("Options or accepted answers"),
                    default=[{"percent": Decimal(100)}, {}],
                    max_num=MOST_ANSWERS,
                    collapsed=False,
                ),
            ),
        ],
        label=gettext_lazy("Gap"),
        label_format="{mark}",
    )
    return blocks.ListBlock(gap, label=gettext_lazy("Gaps"), max_num=most, collapsed=False)


def gaps_to_form(gaps: Any) -> list[dict[str, Any]]:
    """Return stored gaps as raw values."""
    return list_to_form(
        [
            {
                "id": gap["id"],
                "mark": gap["id"],
                "kind": gap["kind"],
                "weight": Decimal(gap["weight"]),
                "answers": list_to_form(
                    [_answer_to_form(answer, gap["kind"]) for answer in gap["answers"]]
                ),
            }
            for gap in gaps or []
        ]
    )


def _answer_to_form(answer: Mapping[str, Any], kind: str) -> dict[str, Any]:
    is_number = kind == NUMBER
    return {
        "id": answer["id"],
        "texts": {languages()[0]: answer["value"]} if is_number else answer["texts"],
        "tolerance": answer["tolerance"] if is_number else "",
        "percent": percent_of(answer["fraction"]),
        "feedback": answer["feedback"],
    }


def gaps_from_form(value: Any) -> list[dict[str, Any]]:
    """Return the form's gaps as content; a gap is named by its mark."""
    return [
        {
            "id": (child.value["mark"] or "").strip().strip("[]").strip().lower(),
            "kind": child.value["kind"],
            "weight": _weight_text(child.value["weight"]),
            "answers": [
                _answer_from_form(str(answer.id), answer.value, child.value["kind"])
                for answer in kept_children(child.value["answers"], _is_empty_answer)
            ],
        }
        for child in kept_children(value, _is_empty_gap)
    ]


def _weight_text(weight: Decimal | None) -> str:
    return "1" if weight is None else plain_number(weight)


def _answer_from_form(answer_id: str, value: Mapping[str, Any], kind: str) -> dict[str, Any]:
    texts = texts_from_form(value["texts"])
    part = {
        "id": answer_id,
        "fraction": plain_number((value["percent"] or Decimal(0)) / 100),
        "feedback": texts_from_form(value["feedback"]),
    }
    if kind != NUMBER:
        return {**part, "texts": texts}
    written = next((text for text in texts.values() if text), "")
    number, tolerance = number_from_text(written, value["tolerance"])
    return {**part, "value": number, "tolerance": tolerance}


def _is_empty_answer(value: Mapping[str, Any]) -> bool:
    texts = (*value["texts"].values(), *value["feedback"].values())
    return not any((text or "").strip() for text in texts)


def _is_empty_gap(value: Mapping[str, Any]) -> bool:
    return not (value["mark"] or "").strip() and not kept_children(
        value["answers"], _is_empty_answer
    )


def to_exchanged_answers(
    texts: Sequence[AcceptedText], numbers: Sequence[AcceptedNumber]
) -> tuple[ExchangedAnswer, ...]:
    """Return the answers of one gap, which has either texts or numbers, as files know them."""
    return texts_to_exchange(texts) + numbers_to_exchange(numbers)


def gap_from_exchange(gap: ExchangedGap) -> dict[str, Any]:
    """Return the gap of a file as content; the caller names its kind."""
    is_number = gap.shape == Shape.NUMBER
    return {
        "id": gap.id,
        "weight": plain_number(gap.weight),
        "answers": numbers_from_exchange(gap.answers)
        if is_number
        else texts_from_exchange(gap.answers),
    }

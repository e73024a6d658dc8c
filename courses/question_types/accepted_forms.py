"""Accepted answers in the trainer's form, and on their way to and from files."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, localcontext
from typing import Any

from django.utils.translation import gettext_lazy
from wagtail import blocks

from courses.question_types.accepted import ANY, AcceptedNumber, AcceptedText
from courses.question_types.decimals import MOST_DIGITS, NoNumber, read_exact, read_typed_number
from courses.question_types.exchange import ExchangedAnswer
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


class AcceptedTextBlock(blocks.StructBlock):
    """One accepted answer in words."""

    texts = BilingualLineBlock(
        label=gettext_lazy("Accepted answer"),
        help_text=gettext_lazy(
            "Each is accepted in both languages. * stands for any letters, \\* for a star."
        ),
    )
    percent = PercentBlock()
    feedback = BilingualBlock(label=gettext_lazy("What we say to whoever answers it"))

    class Meta:
        label = gettext_lazy("Accepted answer")
        label_format = "{texts}"


class AcceptedNumberBlock(blocks.StructBlock):
    """One accepted number."""

    value = blocks.CharBlock(
        label=gettext_lazy("Accepted number"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("Such as 1.5, or 1..2 for all from 1 to 2, or * for any other."),
    )
    tolerance = blocks.CharBlock(
        label=gettext_lazy("Tolerance"),
        required=False,
        max_length=30,
        help_text=gettext_lazy("How far from the number an answer may lie; empty for not at all."),
    )
    percent = PercentBlock()
    feedback = BilingualBlock(label=gettext_lazy("What we say to whoever answers it"))

    class Meta:
        label = gettext_lazy("Accepted number")
        label_format = "{value}"


def accepted_to_form(answers: Any) -> list[dict[str, Any]]:
    """Return stored answers as raw values of either block."""
    return list_to_form(
        [
            {**answer, "percent": percent_of(answer.get("fraction") or "0")}
            for answer in answers or []
        ]
    )


def texts_to_content(value: Any) -> list[dict[str, Any]]:
    """Return the answers of `AcceptedTextBlock`s as content."""
    return [
        {
            "id": str(child.id),
            "texts": texts_from_form(child.value["texts"]),
            **_part_from_form(child.value),
        }
        for child in kept_children(value, _is_empty_text)
    ]


def numbers_to_content(value: Any) -> list[dict[str, Any]]:
    """Return the answers of `AcceptedNumberBlock`s as content."""
    found = []
    for child in kept_children(value, _is_empty_number):
        number, tolerance = number_from_text(child.value["value"], child.value["tolerance"])
        found.append(
            {
                "id": str(child.id),
                "value": number,
                "tolerance": tolerance,
                **_part_from_form(child.value),
            }
        )
    return found


def _part_from_form(value: Mapping[str, Any]) -> dict[str, Any]:
    percent = value["percent"]
    fraction = Decimal(1) if percent is None else percent / 100
    return {"fraction": plain_number(fraction), "feedback": texts_from_form(value["feedback"])}


def _is_empty_text(value: Mapping[str, Any]) -> bool:
    texts = (*value["texts"].values(), *value["feedback"].values())
    return not any((text or "").strip() for text in texts)


def _is_empty_number(value: Mapping[str, Any]) -> bool:
    texts = (value["value"], *value["feedback"].values())
    return not any((text or "").strip() for text in texts)


def number_from_text(text: str, tolerance: str | Decimal | None) -> tuple[str, str]:
    """Return value and tolerance as they are stored; `1..2` is 1.5 with a tolerance of 0.5.

    What is no number is returned as it was written, so that `read` names it at its place.
    """
    text = (text or "").strip()
    low, dots, high = text.partition("..")
    ends = _stored_number(low), _stored_number(high)
    if dots and ends[0] is not None and ends[1] is not None:
        with localcontext() as context:
            context.prec = 4 * MOST_DIGITS
            return (
                plain_number((ends[0] + ends[1]) / 2),
                plain_number((ends[1] - ends[0]) / 2),
            )
    written = "" if tolerance is None else str(tolerance).strip()
    value, reach = _stored_number(text), _stored_number(written or "0")
    return (
        text if value is None else plain_number(value),
        written if reach is None else plain_number(reach),
    )


def _stored_number(text: str) -> Decimal | None:
    try:
        return read_typed_number(text)
    except NoNumber:
        return read_exact(text.strip())


# -- files -----------------------------------------------------------------------------------------


def texts_to_exchange(answers: Sequence[AcceptedText]) -> tuple[ExchangedAnswer, ...]:
    """Return accepted texts as files know them."""
    return tuple(
        ExchangedAnswer(texts=answer.texts, fraction=answer.fraction, feedback=answer.feedback)
        for answer in answers
    )


def numbers_to_exchange(answers: Sequence[AcceptedNumber]) -> tuple[ExchangedAnswer, ...]:
    """Return accepted numbers as files know them: the same digits in every language."""
    return tuple(
        ExchangedAnswer(
            texts=dict.fromkeys(
                languages(), ANY if answer.value is None else plain_number(answer.value)
            ),
            fraction=answer.fraction,
            feedback=answer.feedback,
            tolerance=answer.tolerance,
        )
        for answer in answers
    )


def texts_from_exchange(answers: Sequence[ExchangedAnswer]) -> list[dict[str, Any]]:
    """Return the accepted texts of a file as content, with the ids `a1`, `a2`…"""
    return [
        {
            "id": f"a{number}",
            "texts": dict(answer.texts),
            "fraction": plain_number(answer.fraction),
            "feedback": dict(answer.feedback),
        }
        for number, answer in enumerate(answers, start=1)
    ]


def numbers_from_exchange(answers: Sequence[ExchangedAnswer]) -> list[dict[str, Any]]:
    """Return the accepted numbers of a file as content; a text may be a range such as `1..2`."""
    found = []
    for number, answer in enumerate(answers, start=1):
        text = next((one for one in answer.texts.values() if one.strip()), "")
        value, tolerance = number_from_text(text, answer.tolerance)
        found.append(
            {
                "id": f"a{number}",
                "value": value,
                "tolerance": tolerance,
                "fraction": plain_number(answer.fraction),
                "feedback": dict(answer.feedback),
            }
        )
    return found

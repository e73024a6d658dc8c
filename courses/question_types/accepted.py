"""Accepted answers: the texts and numbers that earn a part of the mark, and their forms.

An answer is compared in the author's order and the first that fits counts, as in Moodle, so that
`*` at the end can catch all others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from courses.question_types.base import Problem
from courses.question_types.common import read_parts, text_problems
from courses.question_types.decimals import (
    MOST_DIGITS,
    NoNumber,
    is_near,
    read_exact,
    read_fraction,
    read_typed_number,
)
from courses.question_types.exchange import ExchangedAnswer
from courses.question_types.form_blocks import (
    BilingualBlock,
    BilingualLineBlock,
    PercentBlock,
    kept_children,
    list_to_form,
    plain_number,
    texts_from_form,
)
from courses.question_types.typed import MOST_LETTERS, TextRule, matches, shown_pattern
from courses.texts import Texts, in_language, languages, read_texts

MOST_ANSWERS = 30
ANY = "*"


@dataclass(frozen=True)
class AcceptedText:
    """An answer in words; what is written in any language is accepted from every reader."""

    id: str
    texts: Texts
    fraction: Decimal
    feedback: Texts

    def fits(self, typed: str, rule: TextRule) -> bool:
        """Say whether a typed answer is this one."""
        return any(text.strip() and matches(text, typed, rule) for text in self.texts.values())

    def shown(self, language: str) -> str:
        """Return it as a reader sees it."""
        wanted = in_language(self.texts, language)
        return shown_pattern(wanted or next(filter(None, self.texts.values()), ""))


@dataclass(frozen=True)
class AcceptedNumber:
    """A number with how far from it an answer may lie; without a value it is any number."""

    id: str
    value: Decimal | None
    tolerance: Decimal
    fraction: Decimal
    feedback: Texts

    def fits(self, number: Decimal) -> bool:
        """Say whether a number is this one."""
        return self.value is None or is_near(number, self.value, self.tolerance)

    def shown(self, unit: str = "") -> str:
        """Return it as a reader sees it, with the unit and the ends of what is accepted."""
        if self.value is None:
            return _("any other number")
        value = f"{plain_number(self.value)} {unit}".strip()
        if not self.tolerance:
            return value
        with localcontext() as context:
            context.prec = 4 * MOST_DIGITS
            low, high = self.value - self.tolerance, self.value + self.tolerance
        ends = {"low": plain_number(low), "high": plain_number(high)}
        return _("%(value)s (accepted from %(low)s to %(high)s)") % {
            "value": value,
            **ends,
        }


# -- stored content --------------------------------------------------------------------------------


def read_accepted_texts(data: Any, place: str, problems: list[Problem]) -> tuple[AcceptedText, ...]:
    """Check and type a list of accepted texts, adding every problem."""
    return tuple(
        AcceptedText(
            id=str(item.get("id") or ""),
            texts=read_texts(item.get("texts")),
            fraction=read_fraction(item.get("fraction", "0"), f"{place}.{n}.fraction", problems),
            feedback=read_texts(item.get("feedback")),
        )
        for n, item in enumerate(read_parts(data, place, MOST_ANSWERS, problems))
    )


def write_accepted_texts(answers: Sequence[AcceptedText]) -> list[dict[str, Any]]:
    """Return accepted texts as plain JSON values."""
    return [
        {
            "id": answer.id,
            "texts": dict(answer.texts),
            "fraction": plain_number(answer.fraction),
            "feedback": dict(answer.feedback),
        }
        for answer in answers
    ]


def read_accepted_numbers(
    data: Any, place: str, problems: list[Problem]
) -> tuple[AcceptedNumber, ...]:
    """Check and type a list of accepted numbers, adding every problem."""
    answers = []
    for n, item in enumerate(read_parts(data, place, MOST_ANSWERS, problems)):
        value, tolerance = read_exact(item.get("value")), read_exact(item.get("tolerance", "0"))
        if value is None and item.get("value") != ANY:
            message = _("An accepted number is written in figures, such as 1.5, or * for any.")
            problems.append(Problem(f"{place}.{n}.value", message))
        if tolerance is None or tolerance < 0:
            message = _("The tolerance is a number that is not below 0.")
            problems.append(Problem(f"{place}.{n}.tolerance", message))
        answers.append(
            AcceptedNumber(
                id=str(item.get("id") or ""),
                value=value,
                tolerance=(tolerance or Decimal(0)) if value is not None else Decimal(0),
                fraction=read_fraction(
                    item.get("fraction", "0"), f"{place}.{n}.fraction", problems
                ),
                feedback=read_texts(item.get("feedback")),
            )
        )
    return tuple(answers)


def write_accepted_numbers(answers: Sequence[AcceptedNumber]) -> list[dict[str, Any]]:
    """Return accepted numbers as plain JSON values."""
    return [
        {
            "id": answer.id,
            "value": ANY if answer.value is None else plain_number(answer.value),
            "tolerance": plain_number(answer.tolerance),
            "fraction": plain_number(answer.fraction),
            "feedback": dict(answer.feedback),
        }
        for answer in answers
    ]


def accepted_problems(
    answers: Sequence[AcceptedText | AcceptedNumber], place: str, codes: Sequence[str]
) -> list[Problem]:
    """Return what must be mended in the answers of one question or gap before it is published."""
    if not answers:
        return [Problem(place, _("No answer is accepted yet."))]
    full = [answer for answer in answers if answer.fraction == 1]
    problems = []
    if not full:
        problems.append(Problem(place, _("One of the answers must be worth the whole mark.")))
    texts = [answer.texts for answer in full if isinstance(answer, AcceptedText)]
    for code in codes if texts else ():
        if not any(one.get(code, "").strip() for one in texts):
            message = _("No answer that is worth the whole mark is written in “%(language)s”.")
            problems.append(Problem(place, message % {"language": code}))
    for number, answer in enumerate(answers):
        if isinstance(answer, AcceptedText):
            problems += _text_problems(answer, f"{place}.{number}.texts", codes)
        if any(text.strip() for text in answer.feedback.values()):
            problems += text_problems(answer.feedback, f"{place}.{number}.feedback", codes)
    return problems


def _text_problems(answer: AcceptedText, place: str, codes: Sequence[str]) -> list[Problem]:
    if not any(text.strip() for text in answer.texts.values()):
        return [Problem(f"{place}.{codes[0]}", _("The accepted answer has no text."))]
    message = _("An accepted answer has at most %(most)d letters.") % {"most": MOST_LETTERS}
    return [
        Problem(f"{place}.{code}", message)
        for code, text in answer.texts.items()
        if len(text) > MOST_LETTERS
    ]


def first_text(answers: Sequence[AcceptedText], typed: str, rule: TextRule) -> AcceptedText | None:
    """Return the first accepted answer that a typed one fits."""
    return next((answer for answer in answers if answer.fits(typed, rule)), None)


def first_number(answers: Sequence[AcceptedNumber], number: Decimal) -> AcceptedNumber | None:
    """Return the first accepted answer that a number fits."""
    return next((answer for answer in answers if answer.fits(number)), None)


def free_id(answers: Sequence[AcceptedText | AcceptedNumber]) -> str:
    """Return an id for a further answer."""
    taken = {answer.id for answer in answers}
    return next(f"more-{n}" for n in range(1, len(taken) + 2) if f"more-{n}" not in taken)


# -- the trainer's form ----------------------------------------------------------------------------


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
            {**answer, "percent": Decimal(answer.get("fraction") or "0") * 100}
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

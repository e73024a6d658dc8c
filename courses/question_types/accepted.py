"""Accepted answers: the texts and numbers that earn a part of the mark.

An answer is compared in the author's order and the first that fits counts, as in Moodle, so that
`*` at the end can catch all others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any

from django.utils.translation import gettext as _

from courses.question_types.base import Problem
from courses.question_types.common import read_parts, text_problems
from courses.question_types.decimals import MOST_DIGITS, is_near, read_exact, read_fraction
from courses.question_types.form_blocks import plain_number
from courses.question_types.typed import MOST_LETTERS, TextRule, fitting, matches, shown_pattern
from courses.texts import Texts, in_language, read_texts

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
        return shown_pattern(self.pattern(language))

    def pattern(self, language: str) -> str:
        """Return its text in a language, or in any that has one."""
        return in_language(self.texts, language) or next(filter(None, self.texts.values()), "")


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


def sample_texts(answers: Sequence[AcceptedText]) -> list[str]:
    """Return a text that is not right, and one for each part of the mark that can be earned."""
    by_part = {answer.fraction: answer for answer in reversed(answers) if answer.fraction}
    found = [fitting(by_part[part].pattern("")) for part in sorted(by_part)]
    return [_("something else"), *found]


def sample_numbers(answers: Sequence[AcceptedNumber]) -> list[str]:
    """Return a number that is not right, and one for each part of the mark that can be earned."""
    named = [answer for answer in answers if answer.value is not None]
    by_part = {answer.fraction: answer for answer in reversed(named) if answer.fraction}
    ends = [abs(answer.value or Decimal(0)) + answer.tolerance for answer in named]
    found = [by_part[part] for part in sorted(by_part)]
    return [
        plain_number((max(ends, default=Decimal(0)) + 1).to_integral_value()),
        *(plain_number((one.value or Decimal(0)) + one.tolerance) for one in found),
    ]


def free_id(answers: Sequence[AcceptedText | AcceptedNumber]) -> str:
    """Return an id for a further answer."""
    taken = {answer.id for answer in answers}
    return next(f"more-{n}" for n in range(1, len(taken) + 2) if f"more-{n}" not in taken)

"""A number, compared exactly with the numbers that the trainer accepts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from courses.question_types.accepted import (
    MOST_ANSWERS,
    AcceptedNumber,
    accepted_problems,
    first_number,
    free_id,
    read_accepted_numbers,
    sample_numbers,
    write_accepted_numbers,
)
from courses.question_types.accepted_forms import (
    AcceptedNumberBlock,
    accepted_to_form,
    numbers_from_exchange,
    numbers_to_content,
    numbers_to_exchange,
)
from courses.question_types.base import (
    InvalidAnswer,
    InvalidContent,
    Posted,
    Problem,
    QuestionType,
)
from courses.question_types.common import Common, read_common, text_problems, write_common
from courses.question_types.decimals import NoNumber, read_exact, read_typed_number, rounded
from courses.question_types.exchange import ExchangedQuestion, Shape
from courses.question_types.form_blocks import (
    BilingualLineBlock,
    plain_number,
    texts_from_form,
)
from courses.question_types.short_answer import ACCEPTED, TYPED, accepted_list, revealed_answers
from courses.question_types.typed import cleaned, read_line, refuse_other_parts
from courses.texts import Texts, in_language, languages, read_texts


@dataclass(frozen=True)
class NumberContent:
    """A question that a number answers; the unit is only shown."""

    common: Common
    answers: tuple[AcceptedNumber, ...] = ()
    units: Texts = field(default_factory=dict)

    def number(self, given: Mapping[str, Any] | None) -> Decimal | None:
        """Return the number that was given."""
        return typed_number(str((given or {}).get("text") or ""), tuple(self.units.values()))

    def accepted(self, given: Mapping[str, Any] | None) -> AcceptedNumber | None:
        """Return the first accepted number that was given."""
        number = self.number(given)
        return None if number is None else first_number(self.answers, number)


def typed_number(text: str, units: tuple[str, ...] = ()) -> Decimal | None:
    """Return the number that was typed, or None if it is none."""
    try:
        return read_typed_number(text, units) if text else None
    except NoNumber:
        return None


class Number(QuestionType[NumberContent]):
    """A question that a number answers."""

    name = "number"
    label = gettext_lazy("Number")
    help_text = gettext_lazy("A number, with a tolerance where you want one.")
    template_name = "courses/questions/short_answer.html"
    shape = Shape.NUMBER
    accepts_more = True

    def read(self, data: Mapping[str, Any]) -> NumberContent:
        """Check and type the content; raise InvalidContent with every problem."""
        problems: list[Problem] = []
        content = NumberContent(
            common=read_common(data, problems),
            answers=read_accepted_numbers(data.get("answers"), "answers", problems),
            units=read_texts(data.get("units")),
        )
        if problems:
            raise InvalidContent(problems)
        return content

    def write(self, content: NumberContent) -> dict[str, Any]:
        """Return the content as plain JSON values."""
        return {
            **write_common(content.common),
            "answers": write_accepted_numbers(content.answers),
            "units": dict(content.units),
        }

    def publication_problems(self, content: NumberContent) -> list[Problem]:
        """Return what must be mended before a learner may meet the question."""
        common = content.common
        problems = common.publication_problems()
        if any(unit.strip() for unit in content.units.values()):
            problems += text_problems(content.units, "units", common.languages)
        if common.is_opinion and not content.answers:
            return problems
        return problems + accepted_problems(content.answers, "answers", common.languages)

    def option_ids(self, content: NumberContent) -> tuple[str, ...]:
        """Return nothing: there is nothing to shuffle."""
        return ()

    def read_answer(self, content: NumberContent, posted: Posted) -> dict[str, Any] | None:
        """Return the number as it was typed; raise InvalidAnswer if it is none."""
        refuse_other_parts(posted)
        text = read_line(posted)
        if not text:
            return None
        try:
            read_typed_number(text, tuple(content.units.values()))
        except NoNumber as error:
            raise InvalidAnswer(str(error)) from error
        return {"text": text}

    def shown_again(self, content: NumberContent, posted: Posted) -> Mapping[str, Any] | None:
        """Return what was typed, number or not."""
        text = cleaned(next(iter(posted.get("", ())), ""))
        return {"text": text} if text else None

    def mark(self, content: NumberContent, given: Mapping[str, Any] | None) -> Decimal:
        """Return the fraction of the first accepted number that was given."""
        accepted = content.accepted(given)
        return rounded(accepted.fraction) if accepted else Decimal(0)

    def accepting(self, content: NumberContent, answer_key: str) -> NumberContent:
        """Return the content that accepts what the key counts, for the whole mark."""
        return replace(content, answers=accepting_number(content.answers, answer_key))

    def learner_view(
        self,
        content: NumberContent,
        *,
        language: str,
        order: Sequence[str],
        given: Mapping[str, Any] | None,
        is_revealed: bool,
    ) -> dict[str, Any]:
        """Return the question, what was typed and, only if revealed, what was accepted."""
        typed = str((given or {}).get("text") or "")
        earned = self.mark(content, given) if is_revealed else None
        view = {
            **content.common.learner_view(language, is_revealed, earned),
            "typed": typed,
            "is_answered": bool(typed),
            "is_judged": is_revealed and not content.common.is_opinion,
            "is_number": True,
            "unit": in_language(content.units, language),
        }
        if is_revealed:
            accepted = content.accepted(given)
            view |= revealed_answers(
                earned,
                accepted,
                [a.shown(view["unit"]) for a in content.answers if a.fraction == 1],
            )
            view["feedback"] = in_language(accepted.feedback, language) if accepted else ""
        return view

    def answer_text(
        self, content: NumberContent, given: Mapping[str, Any] | None, *, language: str
    ) -> str:
        """Return the number as it was typed, with the unit."""
        text = str((given or {}).get("text") or "")
        unit = in_language(content.units, language)
        has_unit = not unit or text.casefold().endswith(unit.casefold())
        return text if not text or has_unit else f"{text} {unit}"

    def tallied(self, content: NumberContent, given: Mapping[str, Any] | None) -> tuple[str, ...]:
        """Return the accepted number, or else the number itself."""
        number = content.number(given)
        return () if number is None else (number_key(content.accepted(given), number),)

    def tally_label(self, content: NumberContent, answer_key: str, *, language: str) -> str:
        """Return the accepted number or the typed one."""
        return number_label(content.answers, answer_key)

    def right_keys(self, content: NumberContent) -> frozenset[str]:
        """Return the keys of the accepted numbers that earn marks."""
        return frozenset(ACCEPTED + answer.id for answer in content.answers if answer.fraction)

    def sample_answers(self, content: NumberContent) -> list[Mapping[str, Any]]:
        """Return answers for the preview: a wrong one, then those that earn marks."""
        return [{"text": text} for text in sample_numbers(content.answers)]

    def form_blocks(self) -> list[tuple[str, blocks.Block]]:
        """Return the accepted numbers and the unit."""
        unit = BilingualLineBlock(
            label=gettext_lazy("Unit"),
            help_text=gettext_lazy("Shown beside the answer; the learner need not write it."),
        )
        return [("answers", accepted_list(AcceptedNumberBlock())), ("units", unit)]

    def to_form(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Return stored content as raw values."""
        return {
            "answers": accepted_to_form(content.get("answers")),
            "units": content.get("units") or {},
        }

    def from_form(self, value: Mapping[str, Any]) -> dict[str, Any]:
        """Return the form's numbers as content."""
        return {
            "answers": numbers_to_content(value["answers"]),
            "units": texts_from_form(value["units"]),
        }

    def form_place(self, steps: Sequence[str]) -> list[str]:
        """Show what is wrong with a part of the mark at its per cent."""
        return ["percent" if step == "fraction" else step for step in steps]

    def to_exchange(self, content: NumberContent) -> ExchangedQuestion:
        """Return the accepted numbers; the unit is in `extra` as `unit.es`, `unit.en`."""
        return ExchangedQuestion(
            shape=self.shape,
            stems=content.common.stems,
            answers=numbers_to_exchange(content.answers),
            extra={f"unit.{code}": unit for code, unit in content.units.items()},
        )

    def from_exchange(self, question: ExchangedQuestion) -> dict[str, Any]:
        """Return the accepted numbers of the file."""
        extra = question.extra
        return {
            "answers": numbers_from_exchange(question.answers),
            "units": {
                code: extra[f"unit.{code}"] for code in languages() if f"unit.{code}" in extra
            },
        }


# -- what gaps share with it -----------------------------------------------------------------------


def number_key(accepted: AcceptedNumber | None, number: Decimal) -> str:
    """Return the key of a typed number in statistics."""
    is_named = accepted is not None and accepted.value is not None
    return ACCEPTED + accepted.id if accepted and is_named else TYPED + plain_number(number)


def number_label(answers: Sequence[AcceptedNumber], answer_key: str) -> str:
    """Return the words for a key of `number_key`."""
    found = next((a for a in answers if ACCEPTED + a.id == answer_key), None)
    return found.shown() if found else answer_key[1:]


def accepting_number(
    answers: tuple[AcceptedNumber, ...], answer_key: str
) -> tuple[AcceptedNumber, ...]:
    """Return the numbers with the one of this key, worth the whole mark and looked for first.

    Raises:
        InvalidAnswer: the key names no number.
    """
    text = answer_key[1:]
    if answer_key[:1] == ACCEPTED and any(answer.id == text for answer in answers):
        return tuple(
            replace(answer, fraction=Decimal(1)) if answer.id == text else answer
            for answer in answers
        )
    number = read_exact(text) if answer_key[:1] == TYPED else None
    if number is None:
        raise InvalidAnswer(answer_key)
    if len(answers) >= MOST_ANSWERS:
        raise InvalidAnswer(_("This list takes at most %d entries.") % MOST_ANSWERS)
    more = AcceptedNumber(
        id=free_id(answers),
        value=number,
        tolerance=Decimal(0),
        fraction=Decimal(1),
        feedback={},
    )
    return (more, *answers)

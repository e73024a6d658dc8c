"""A text with gaps: each is filled by choosing, with a few words or with a number.

The text is the question's own text; `[[a]]` marks where gap `a` stands, in every language.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from courses.question_types.accepted import (
    AcceptedNumber,
    AcceptedText,
    write_accepted_numbers,
    write_accepted_texts,
)
from courses.question_types.base import (
    InvalidAnswer,
    InvalidContent,
    Posted,
    Problem,
    QuestionType,
)
from courses.question_types.common import read_common, read_parts, write_common
from courses.question_types.decimals import NoNumber, read_typed_number, rounded
from courses.question_types.exchange import ExchangedGap, ExchangedQuestion, Shape
from courses.question_types.form_blocks import plain_number
from courses.question_types.gap_content import (
    MARK,
    MOST_WEIGHT,
    SHAPES,
    Gap,
    GapKind,
    GapsContent,
    gap_problems,
    mark_problems,
    numbers_of,
    pieces_of,
    read_gap,
    samples_of,
)
from courses.question_types.gap_forms import (
    gap_from_exchange,
    gaps_block,
    gaps_from_form,
    gaps_to_form,
    to_exchanged_answers,
)
from courses.question_types.gap_views import gap_view, in_words, revealed_in_gap
from courses.question_types.number import (
    accepting_number,
    number_key,
    number_label,
    typed_number,
)
from courses.question_types.short_answer import (
    ACCEPTED,
    accepting_text,
    read_rule,
    rule_blocks,
    rule_from_extra,
    rule_to_extra,
    text_key,
    text_label,
    write_rule,
)
from courses.question_types.typed import (
    RULE_NAMES,
    cleaned,
    only_value,
    read_line,
    refuse_other_parts,
)

MOST_GAPS = 20
BLANK = "____"
"""What stands for a gap where a text is only named."""

_KEY = re.compile(r"([a-z0-9-]{1,40})([=~].*)", re.ASCII | re.DOTALL)


def _values(given: Mapping[str, Any] | None) -> Mapping[str, str]:
    found = (given or {}).get("gaps")
    return found if isinstance(found, Mapping) else {}


class Gaps(QuestionType[GapsContent]):
    """A text whose gaps are to be filled."""

    name = "gaps"
    label = gettext_lazy("Fill the gaps")
    help_text = gettext_lazy("A text with gaps to choose or to write into.")
    template_name = "courses/questions/gaps.html"
    shape = Shape.GAPS
    accepts_more = True

    def read(self, data: Mapping[str, Any]) -> GapsContent:
        """Check and type the content; raise InvalidContent with every problem."""
        problems: list[Problem] = []
        common = read_common(data, problems)
        gaps = tuple(
            read_gap(item, f"gaps.{number}", problems)
            for number, item in enumerate(read_parts(data.get("gaps"), "gaps", MOST_GAPS, problems))
        )
        if problems:
            raise InvalidContent(problems)
        return GapsContent(common=common, gaps=gaps, rule=read_rule(data))

    def write(self, content: GapsContent) -> dict[str, Any]:
        """Return the content as plain JSON values."""
        return {
            **write_common(content.common),
            "gaps": [
                {
                    "id": gap.id,
                    "kind": str(gap.kind),
                    "weight": plain_number(gap.weight),
                    "answers": write_accepted_numbers(gap.numbers)
                    if gap.kind == GapKind.NUMBER
                    else write_accepted_texts(gap.texts),
                }
                for gap in content.gaps
            ],
            **write_rule(content.rule),
        }

    def publication_problems(self, content: GapsContent) -> list[Problem]:
        """Return what must be mended before a learner may meet the question."""
        problems = content.common.publication_problems()
        if not content.gaps:
            problems.append(Problem("gaps", _("The text has no gaps yet.")))
        for code in content.common.languages:
            problems += mark_problems(content, code)
        for number, gap in enumerate(content.gaps):
            problems += gap_problems(gap, f"gaps.{number}.answers", content.common)
        return problems

    def option_ids(self, content: GapsContent) -> tuple[str, ...]:
        """Return the options of all gaps that are filled by choosing, as `gap/option`."""
        return tuple(
            f"{gap.id}/{option.id}"
            for gap in content.gaps
            if gap.kind == GapKind.CHOICE
            for option in gap.texts
        )

    def read_answer(self, content: GapsContent, posted: Posted) -> dict[str, Any] | None:
        """Return what stands in each gap; raise InvalidAnswer naming the gap that is wrong."""
        refuse_other_parts(posted, tuple(gap.id for gap in content.gaps))
        numbers = numbers_of(content, "")
        found = {}
        for gap in content.gaps:
            try:
                value = _read_value(gap, posted)
            except (InvalidAnswer, NoNumber) as error:
                message = _("Gap %(number)d: %(problem)s")
                raise InvalidAnswer(
                    message % {"number": numbers[gap.id], "problem": str(error)}
                ) from error
            if value:
                found[gap.id] = value
        return {"gaps": found} if found else None

    def shown_again(self, content: GapsContent, posted: Posted) -> Mapping[str, Any] | None:
        """Return what was sent for each gap, right or not."""
        first = {gap.id: cleaned(next(iter(posted.get(gap.id, ())), "")) for gap in content.gaps}
        found = {gap_id: value for gap_id, value in first.items() if value}
        return {"gaps": found} if found else None

    def mark(self, content: GapsContent, given: Mapping[str, Any] | None) -> Decimal:
        """Return the sum of what the gaps earned, each by its weight."""
        values = _values(given)
        whole = sum((gap.weight for gap in content.gaps), Decimal(0))
        earned = Decimal(0)
        for gap in content.gaps:
            accepted = content.accepted(gap, values.get(gap.id, ""))
            earned += gap.weight * accepted.fraction if accepted else Decimal(0)
        return rounded(earned / whole) if whole else Decimal(0)

    def accepting(self, content: GapsContent, answer_key: str) -> GapsContent:
        """Return the content that accepts what the key counts in its gap, for the whole mark."""
        gap, key = _split_key(content, answer_key)
        if gap is None:
            raise InvalidAnswer(answer_key)
        if gap.kind == GapKind.NUMBER:
            mended = replace(gap, numbers=accepting_number(gap.numbers, key))
        elif gap.kind == GapKind.CHOICE and key[:1] != ACCEPTED:
            raise InvalidAnswer(answer_key)
        else:
            codes = content.common.languages
            mended = replace(gap, texts=accepting_text(gap.texts, key, codes))
        gaps = tuple(mended if one.id == gap.id else one for one in content.gaps)
        return replace(content, gaps=gaps)

    def learner_view(
        self,
        content: GapsContent,
        *,
        language: str,
        order: Sequence[str],
        given: Mapping[str, Any] | None,
        is_revealed: bool,
    ) -> dict[str, Any]:
        """Return the text in pieces, each gap in its place; what is right only if revealed."""
        earned = self.mark(content, given) if is_revealed else None
        values = _values(given)
        pieces: list[dict[str, Any]] = []
        for text, gap_id, number in pieces_of(content, language):
            if text:
                pieces.append({"text": text})
            gap = content.gap(gap_id) if gap_id else None
            if gap is not None:
                value = values.get(gap.id, "")
                row = gap_view(gap, number, len(content.gaps), value, language, order)
                if is_revealed:
                    row |= revealed_in_gap(content, gap, value, language)
                pieces.append({"gap": row})
        view = content.common.learner_view(language, is_revealed, earned)
        return {
            **view,
            "stem": MARK.sub(BLANK, view["stem"]),
            "pieces": pieces,
            "gaps": [piece["gap"] for piece in pieces if "gap" in piece],
            "is_answered": bool(values),
            "is_judged": is_revealed and not content.common.is_opinion,
        }

    def answer_text(
        self, content: GapsContent, given: Mapping[str, Any] | None, *, language: str
    ) -> str:
        """Return the number of each gap with what stands in it."""
        values, numbers = _values(given), numbers_of(content, language)
        return "; ".join(
            f"{numbers[gap.id]}: {in_words(gap, values[gap.id], language)}"
            for gap in sorted(content.gaps, key=lambda gap: numbers[gap.id])
            if values.get(gap.id)
        )

    def tallied(self, content: GapsContent, given: Mapping[str, Any] | None) -> tuple[str, ...]:
        """Return for each filled gap its id with the accepted answer or what was typed."""
        values = _values(given)
        keys = []
        for gap in content.gaps:
            value = values.get(gap.id, "")
            key = _key_in_gap(content, gap, value) if value else ""
            if key:
                keys.append(f"{gap.id}{key}")
        return tuple(keys)

    def has_typed_words(self, content: GapsContent) -> bool:
        """Say whether a gap is filled with words."""
        return any(gap.kind == GapKind.TEXT for gap in content.gaps)

    def tally_label(self, content: GapsContent, answer_key: str, *, language: str) -> str:
        """Return the number of the gap and the answer in words."""
        gap, key = _split_key(content, answer_key)
        if gap is None:
            return answer_key
        number = numbers_of(content, language)[gap.id]
        if gap.kind == GapKind.NUMBER:
            return f"{number}: {number_label(gap.numbers, key)}"
        return f"{number}: {text_label(gap.texts, key, language)}"

    def right_keys(self, content: GapsContent) -> frozenset[str]:
        """Return the keys of the accepted answers that earn marks."""
        return frozenset(
            f"{gap.id}{ACCEPTED}{answer.id}"
            for gap in content.gaps
            for answer in gap.answers
            if answer.fraction
        )

    def sample_answers(self, content: GapsContent) -> list[Mapping[str, Any]]:
        """Return answers for the preview: all wrong, the first gap wrong, and all right."""
        samples = {gap.id: samples_of(gap) for gap in content.gaps}
        wrong = {gap_id: values[0] for gap_id, values in samples.items()}
        right = {gap_id: values[-1] for gap_id, values in samples.items()}
        first = dict(list(wrong.items())[:1])
        answers = [wrong, {**right, **first}, right] if len(samples) > 1 else [wrong, right]
        return [{"gaps": values} for values in answers if values]

    def form_blocks(self) -> list[tuple[str, blocks.Block]]:
        """Return the gaps and what makes a difference in those that take words."""
        kinds = [
            (GapKind.CHOICE, gettext_lazy("chosen from a list")),
            (GapKind.TEXT, gettext_lazy("written in words")),
            (GapKind.NUMBER, gettext_lazy("written as a number")),
        ]
        return [("gaps", gaps_block(kinds, MOST_GAPS, MOST_WEIGHT)), *rule_blocks()]

    def to_form(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Return stored content as raw values."""
        return {
            "gaps": gaps_to_form(content.get("gaps")),
            **{name: content.get(name) is True for name in RULE_NAMES},
        }

    def from_form(self, value: Mapping[str, Any]) -> dict[str, Any]:
        """Return the form's gaps as content."""
        return {
            "gaps": gaps_from_form(value["gaps"]),
            **{name: bool(value[name]) for name in RULE_NAMES},
        }

    def form_place(self, steps: Sequence[str]) -> list[str]:
        """Show problems where the form has the field: its mark, its per cent, its answer."""
        names = {"fraction": "percent", "value": "texts"}
        place = [names.get(step, step) for step in steps]
        return [*place[:2], "mark"] if place[:1] == ["gaps"] and place[2:] == ["id"] else place

    def to_exchange(self, content: GapsContent) -> ExchangedQuestion:
        """Return the text with its marks and the gaps; what makes a difference is in `extra`."""
        return ExchangedQuestion(
            shape=self.shape,
            stems=content.common.stems,
            gaps=tuple(
                ExchangedGap(
                    id=gap.id,
                    shape=SHAPES[gap.kind],
                    answers=to_exchanged_answers(gap.texts, gap.numbers),
                    weight=gap.weight,
                )
                for gap in content.gaps
            ),
            extra=rule_to_extra(content.rule),
        )

    def from_exchange(self, question: ExchangedQuestion) -> dict[str, Any]:
        """Return the gaps of the file."""
        kinds = {shape: kind for kind, shape in SHAPES.items()}
        return {
            "gaps": [
                {**gap_from_exchange(gap), "kind": str(kinds.get(gap.shape, gap.shape))}
                for gap in question.gaps
            ],
            **rule_from_extra(question.extra),
        }


def _read_value(gap: Gap, posted: Posted) -> str:
    if gap.kind == GapKind.CHOICE:
        value = only_value(posted, gap.id)
        if value and gap.option(value) is None:
            raise InvalidAnswer(_("The answer names an option that this question does not have."))
        return value
    text = read_line(posted, gap.id)
    if text and gap.kind == GapKind.NUMBER:
        read_typed_number(text)
    return text


def _key_in_gap(content: GapsContent, gap: Gap, value: str) -> str:
    accepted = content.accepted(gap, value)
    if gap.kind == GapKind.NUMBER:
        number = typed_number(value)
        named = accepted if isinstance(accepted, AcceptedNumber) else None
        return "" if number is None else number_key(named, number)
    if gap.kind == GapKind.CHOICE:
        return ACCEPTED + accepted.id if accepted else ""
    return text_key(accepted if isinstance(accepted, AcceptedText) else None, value, content.rule)


def _split_key(content: GapsContent, answer_key: str) -> tuple[Gap | None, str]:
    match = _KEY.fullmatch(answer_key)
    return (content.gap(match[1]), match[2]) if match else (None, "")

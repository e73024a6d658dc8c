"""Put in order: parts that are given the places from first to last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from courses.enums import QuestionGroup
from courses.question_types.base import (
    InvalidAnswer,
    InvalidContent,
    Posted,
    Problem,
    QuestionType,
)
from courses.question_types.common import Common, read_common, text_problems, write_common
from courses.question_types.exchange import ExchangedAnswer, ExchangedQuestion, Shape
from courses.question_types.form_blocks import (
    kept_children,
    list_to_form,
    texts_from_form,
)
from courses.question_types.part_blocks import StepBlock
from courses.question_types.parts import (
    one_value_each,
    opaque_id,
    read_own_parts,
    repeats,
    share,
    stored_parts,
)
from courses.texts import Texts, in_language, read_texts

MOST_STEPS = 20
LEAST_STEPS = 3
"""With two, the order in which they stand at first, which is never the right one, tells it."""


@dataclass(frozen=True)
class Step:
    """One part of the order; `token` is what a learner's browser calls it."""

    id: str
    texts: Texts
    feedback: Texts
    token: str


@dataclass(frozen=True)
class OrderingContent:
    """The parts in their right order."""

    common: Common
    steps: tuple[Step, ...] = ()

    @cached_property
    def by_token(self) -> dict[str, Step]:
        """The parts by what a learner's browser calls them, in the right order."""
        return {step.token: step for step in self.steps}


class Ordering(QuestionType[OrderingContent]):
    """Every part at its right place is an equal part of the mark."""

    name = "ordering"
    label = gettext_lazy("Put in order")
    help_text = gettext_lazy("Steps to be put in order; each at its place is an equal part.")
    template_name = "courses/questions/ordering.html"
    own_group = QuestionGroup.ARRANGE
    shape = Shape.ORDERING
    is_order_the_key = True

    # -- content -----------------------------------------------------------------------------------

    def read(self, data: Mapping[str, Any]) -> OrderingContent:
        """Check and type the content; raise InvalidContent with every problem."""
        problems: list[Problem] = []
        common = read_common(data, problems)
        records = read_own_parts(data.get("steps"), "steps", MOST_STEPS, problems)
        if problems:
            raise InvalidContent(problems)
        texts = [read_texts(item.get("texts")) for item in records]
        return OrderingContent(
            common=common,
            steps=tuple(
                Step(
                    id=str(item["id"]),
                    texts=text,
                    feedback=read_texts(item.get("feedback")),
                    token=opaque_id(text, repeated),
                )
                for item, text, repeated in zip(records, texts, repeats(texts), strict=True)
            ),
        )

    def write(self, content: OrderingContent) -> dict[str, Any]:
        """Return the content as plain JSON values."""
        return {
            **write_common(content.common),
            "steps": [
                {"id": step.id, "texts": dict(step.texts), "feedback": dict(step.feedback)}
                for step in content.steps
            ],
        }

    def publication_problems(self, content: OrderingContent) -> list[Problem]:
        """Return what must be mended before a learner may meet the question."""
        problems = content.common.publication_problems()
        if len(content.steps) < LEAST_STEPS:
            message = _("A question to put in order needs at least three parts.")
            problems.append(Problem("steps", message))
        for number, repeated in enumerate(repeats([step.texts for step in content.steps])):
            place = f"steps.{number}.texts"
            texts = content.steps[number].texts
            problems += text_problems(texts, place, content.common.languages)
            if repeated and any(text.strip() for text in texts.values()):
                problems.append(Problem(place, _("Two parts have the same words.")))
        return problems

    def option_ids(self, content: OrderingContent) -> tuple[str, ...]:
        """Return what browsers call the parts, in an order that does not tell the right one."""
        return tuple(sorted(content.by_token))

    # -- answering and marking ---------------------------------------------------------------------

    def read_answer(self, content: OrderingContent, posted: Posted) -> dict[str, Any] | None:
        """Return the place of each part that has one, from 1; raise InvalidAnswer.

        An order may be stored half done; a place that was given twice is refused.
        """
        places = self._places(content, posted)
        taken = list(stored_parts(places, "places").values())
        doubled = sorted({place for place in taken if taken.count(place) > 1})
        if doubled:
            numbers = ", ".join(map(str, doubled))
            message = _("Each place can be used once. Used more than once: %(places)s.")
            raise InvalidAnswer(message % {"places": numbers})
        return places

    def shown_again(self, content: OrderingContent, posted: Posted) -> dict[str, Any] | None:
        """Return the places as they were given, doubled ones too."""
        try:
            return self._places(content, posted)
        except InvalidAnswer:
            return None

    def _places(self, content: OrderingContent, posted: Posted) -> dict[str, Any] | None:
        foreign = _("The answer names something that this question does not have.")
        given = one_value_each(posted, content.by_token, foreign)
        allowed = {str(number): number for number in range(1, len(content.steps) + 1)}
        if not set(given.values()) <= set(allowed):
            raise InvalidAnswer(foreign)
        found = {token: allowed[given[token]] for token in sorted(given)}
        return {"places": found} if found else None

    def mark(self, content: OrderingContent, given: Mapping[str, Any] | None) -> Decimal:
        """Return the share of the parts that stand at their right place."""
        places = stored_parts(given, "places")
        right = sum(places.get(token) == n for n, token in enumerate(content.by_token, start=1))
        return share(right, len(content.steps))

    # -- showing -----------------------------------------------------------------------------------

    def learner_view(
        self,
        content: OrderingContent,
        *,
        language: str,
        order: Sequence[str],
        given: Mapping[str, Any] | None,
        is_revealed: bool,
    ) -> dict[str, Any]:
        """Return the parts in this attempt's order, never the right one at first, and the places."""
        places = stored_parts(given, "places")
        is_judged = is_revealed and not content.common.is_opinion
        shown = [token for token in order if token in content.by_token]
        if shown == list(content.by_token) and len(shown) >= LEAST_STEPS:
            shown = [*shown[1:], shown[0]]
        if is_judged:
            shown = list(content.by_token)
        right = {token: number for number, token in enumerate(content.by_token, start=1)}
        rows: list[dict[str, Any]] = []
        for token in shown:
            step, place = content.by_token[token], places.get(token)
            row: dict[str, Any] = {
                "id": token,
                "text": in_language(step.texts, language),
                "place": place,
            }
            if is_judged:
                row["right_place"] = right[token]
                row["is_right"] = place == right[token]
            if is_revealed:
                row["feedback"] = in_language(step.feedback, language)
            rows.append(row)
        return {
            **content.common.learner_view(
                language, is_revealed, self.mark(content, given) if is_revealed else None
            ),
            "items": rows,
            "places": list(range(1, len(rows) + 1)),
            "is_judged": is_judged,
            "is_answered": bool(places),
        }

    def answer_text(
        self, content: OrderingContent, given: Mapping[str, Any] | None, *, language: str
    ) -> str:
        """Return the parts in the order that was given, each with its place."""
        places = stored_parts(given, "places")
        found = sorted((places[token], token) for token in content.by_token if token in places)
        return "; ".join(
            f"{place}. {in_language(content.by_token[token].texts, language)}"
            for place, token in found
        )

    def tallied(self, content: OrderingContent, given: Mapping[str, Any] | None) -> tuple[str, ...]:
        """Return a key `part@place` for each part that was placed."""
        places = stored_parts(given, "places")
        return tuple(
            f"{step.id}@{places[token]}"
            for token, step in content.by_token.items()
            if token in places
        )

    def tally_label(self, content: OrderingContent, answer_key: str, *, language: str) -> str:
        """Return the words of a part and the place that it was given."""
        step_id, _at, place = answer_key.rpartition("@")
        step = next((step for step in content.steps if step.id == step_id), None)
        if step is None:
            return answer_key
        words = {"text": in_language(step.texts, language), "place": place}
        return _("“%(text)s” at place %(place)s") % words

    def right_keys(self, content: OrderingContent) -> frozenset[str]:
        """Return the keys of every part at its right place."""
        return frozenset(f"{step.id}@{n}" for n, step in enumerate(content.steps, start=1))

    def sample_answers(self, content: OrderingContent) -> list[Mapping[str, Any]]:
        """Return an order with nothing at its place, one with the first, and the right one."""
        tokens = list(content.by_token)
        wrong = [*tokens[1:], *tokens[:1]]
        partly = [*tokens[:1], *tokens[2:], *tokens[1:2]]
        return [
            {"places": {token: number for number, token in enumerate(order, start=1)}}
            for order in (wrong, partly, tokens)
        ]

    # -- the trainer's form ------------------------------------------------------------------------

    def form_blocks(self) -> list[tuple[str, blocks.Block]]:
        """Return the list of parts in the right order."""
        step = StepBlock()
        block = blocks.ListBlock(
            step,
            label=gettext_lazy("Parts, in the right order"),
            default=[step.get_default() for _number in range(LEAST_STEPS)],
            max_num=MOST_STEPS,
            help_text=gettext_lazy("Learners meet them in another order."),
        )
        return [("steps", block)]

    def to_form(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Return the stored parts as raw values."""
        return {"steps": list_to_form(content.get("steps") or [])}

    def from_form(self, value: Mapping[str, Any]) -> dict[str, Any]:
        """Return the parts of the form as content."""
        return {
            "steps": [
                {
                    "id": str(child.id),
                    "texts": texts_from_form(child.value["texts"]),
                    "feedback": texts_from_form(child.value["feedback"]),
                }
                for child in kept_children(value["steps"], _is_empty)
            ]
        }

    # -- files -------------------------------------------------------------------------------------

    def to_exchange(self, content: OrderingContent) -> ExchangedQuestion:
        """Return the parts in their right order."""
        return ExchangedQuestion(
            shape=self.shape,
            stems=content.common.stems,
            answers=tuple(
                ExchangedAnswer(texts=step.texts, fraction=Decimal(1), feedback=step.feedback)
                for step in content.steps
            ),
        )

    def from_exchange(self, question: ExchangedQuestion) -> dict[str, Any]:
        """Return parts `s1`, `s2`… in the order of the file."""
        return {
            "steps": [
                {
                    "id": f"s{number}",
                    "texts": dict(answer.texts),
                    "feedback": dict(answer.feedback),
                }
                for number, answer in enumerate(question.answers, start=1)
            ]
        }


def _is_empty(step: Mapping[str, Any]) -> bool:
    return not any(
        any(texts_from_form(text).values()) for text in (step["texts"], step["feedback"])
    )

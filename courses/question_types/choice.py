"""Questions with options: what single choice, multiple choice and true/false have in common."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
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
from courses.question_types.common import Common, read_common, records_of, write_common
from courses.question_types.exchange import ExchangedAnswer, ExchangedQuestion
from courses.question_types.form_blocks import (
    BilingualBlock,
    kept_children,
    list_to_form,
    plain_number,
    texts_from_form,
)
from courses.texts import Texts, in_language, read_texts

MOST_OPTIONS = 20
FIRST_OPTIONS = 4
"""How many empty options a new question offers; what is left empty at the end is not kept."""


class OptionBlock(blocks.StructBlock):
    """One option of a question with one right answer."""

    texts = BilingualBlock(label=gettext_lazy("Text of the option"))
    is_right = blocks.BooleanBlock(label=gettext_lazy("This is the right answer"), required=False)
    feedback = BilingualBlock(
        label=gettext_lazy("What we say to whoever chooses it"), collapsed=True
    )

    class Meta:
        label = gettext_lazy("Option")
        label_format = "{texts}"
        form_classname = "struct-block amparo-option"


@dataclass(frozen=True)
class Option:
    """One option, the same in every language; `weight` is its part of the marks, -1 to 1."""

    id: str
    texts: Texts
    feedback: Texts
    weight: Decimal

    @property
    def is_right(self) -> bool:
        """Whether choosing it earns marks."""
        return self.weight > 0


@dataclass(frozen=True)
class ChoiceContent:
    """A question with options."""

    common: Common
    options: tuple[Option, ...] = field(default_factory=tuple)

    def option(self, option_id: str) -> Option | None:
        """Return the option with this id."""
        return next((option for option in self.options if option.id == option_id), None)


class ChoiceType(QuestionType[ChoiceContent]):
    """Reading, writing and showing of questions with options."""

    template_name = "courses/questions/choice.html"
    own_group = QuestionGroup.CHOOSE
    is_multiple = False
    accepts_more = True

    def read(self, data: Mapping[str, Any]) -> ChoiceContent:
        """Check and type the content; raise InvalidContent with every problem."""
        problems: list[Problem] = []
        common = read_common(data, problems)
        options = self._read_options(data.get("options"), problems)
        if problems:
            raise InvalidContent(problems)
        return ChoiceContent(common=common, options=options)

    def _read_options(self, data: Any, problems: list[Problem]) -> tuple[Option, ...]:
        if not isinstance(data, Sequence) or isinstance(data, str):
            problems.append(Problem("options", _("The options are missing.")))
            return ()
        if len(data) > MOST_OPTIONS:
            problems.append(
                Problem("options", _("A question takes at most %d options.") % MOST_OPTIONS)
            )
        options: list[Option] = []
        for number, item in enumerate(records_of(data[:MOST_OPTIONS])):
            option_id = str(item.get("id") or "")
            if not option_id or any(option.id == option_id for option in options):
                problems.append(Problem(f"options.{number}.id", _("Each option needs its own id.")))
            options.append(
                Option(
                    id=option_id,
                    texts=read_texts(item.get("texts")),
                    feedback=read_texts(item.get("feedback")),
                    weight=_read_weight(item.get("weight", "0"), number, problems),
                )
            )
        return tuple(options)

    def write(self, content: ChoiceContent) -> dict[str, Any]:
        """Return the content as plain JSON values."""
        return {
            **write_common(content.common),
            "options": [
                {
                    "id": option.id,
                    "texts": dict(option.texts),
                    "feedback": dict(option.feedback),
                    "weight": str(option.weight),
                }
                for option in content.options
            ],
        }

    def publication_problems(self, content: ChoiceContent) -> list[Problem]:
        """Return what must be mended before a learner may meet the question."""
        problems = content.common.publication_problems()
        if len(content.options) < 2:
            problems.append(Problem("options", _("A question needs at least two options.")))
        is_opinion = content.common.is_opinion
        if not (is_opinion or any(option.is_right for option in content.options)):
            problems.append(Problem("options", _("The question has no right answer.")))
        for number, option in enumerate(content.options):
            for code in content.common.languages:
                if not option.texts.get(code, "").strip():
                    problems.append(
                        Problem(
                            f"options.{number}.texts.{code}",
                            _("Option %(number)d has no text in “%(language)s”.")
                            % {"number": number + 1, "language": code},
                        )
                    )
        return problems if is_opinion else problems + self._weight_problems(content)

    def _weight_problems(self, content: ChoiceContent) -> list[Problem]:
        return []

    def option_ids(self, content: ChoiceContent) -> tuple[str, ...]:
        """Return the ids of the options in the author's order."""
        return tuple(option.id for option in content.options)

    def read_answer(self, content: ChoiceContent, posted: Posted) -> dict[str, Any] | None:
        """Return the chosen ids in the author's order; raise InvalidAnswer on a foreign one."""
        chosen = list(dict.fromkeys(value for value in posted.get("", ()) if value))
        if set(posted) - {""}:
            raise InvalidAnswer(_("The answer names an option that this question does not have."))
        if not chosen:
            return None
        if any(content.option(option_id) is None for option_id in chosen):
            raise InvalidAnswer(_("The answer names an option that this question does not have."))
        if len(chosen) > 1 and not self.is_multiple:
            raise InvalidAnswer(_("This question takes one answer only."))
        return {"chosen": [oid for oid in self.option_ids(content) if oid in chosen]}

    def learner_view(
        self,
        content: ChoiceContent,
        *,
        language: str,
        order: Sequence[str],
        given: Mapping[str, Any] | None,
        is_revealed: bool,
    ) -> dict[str, Any]:
        """Return stem, options in this attempt's order and, only if revealed, the key."""
        chosen = set((given or {}).get("chosen", ()))
        by_id = {option.id: option for option in content.options}
        rows: list[dict[str, Any]] = []
        for option_id in order:
            option = by_id[option_id]
            row: dict[str, Any] = {
                "id": option.id,
                "text": in_language(option.texts, language),
                "is_chosen": option.id in chosen,
            }
            if is_revealed:
                is_partly_right = option.is_right and option.weight < 1 and not self.is_multiple
                row["is_right"] = option.is_right and not is_partly_right
                row["is_partly_right"] = is_partly_right
                row["feedback"] = in_language(option.feedback, language)
            rows.append(row)
        earned = self.mark(content, given) if is_revealed else None
        view = {**content.common.learner_view(language, is_revealed, earned), "options": rows}
        view["is_multiple"] = self.is_multiple
        view["is_answered"] = bool(chosen)
        view["is_judged"] = is_revealed and not content.common.is_opinion
        return view

    def accepting(self, content: ChoiceContent, answer_key: str) -> ChoiceContent:
        """Return the content with this option as a right one that earns the full mark."""
        if content.option(answer_key) is None:
            raise InvalidAnswer(answer_key)
        options = tuple(
            replace(option, weight=Decimal(1)) if option.id == answer_key else option
            for option in content.options
        )
        return replace(content, options=options)

    def answer_text(
        self, content: ChoiceContent, given: Mapping[str, Any] | None, *, language: str
    ) -> str:
        """Return the chosen options in words."""
        return "; ".join(
            self.tally_label(content, key, language=language)
            for key in self.tallied(content, given)
        )

    def tallied(self, content: ChoiceContent, given: Mapping[str, Any] | None) -> tuple[str, ...]:
        """Return the ids of the chosen options."""
        return tuple((given or {}).get("chosen", ()))

    def tally_label(self, content: ChoiceContent, answer_key: str, *, language: str) -> str:
        """Return the text of an option."""
        option = content.option(answer_key)
        return in_language(option.texts, language) if option else answer_key

    def right_keys(self, content: ChoiceContent) -> frozenset[str]:
        """Return the ids of the options that earn marks."""
        return frozenset(option.id for option in content.options if option.is_right)

    def sample_answers(self, content: ChoiceContent) -> list[Mapping[str, Any]]:
        """Return a wrong option, a part of the right ones, and all that earn marks."""
        right = [option.id for option in content.options if option.is_right]
        best = (
            right if self.is_multiple else sorted(right, key=lambda one: self._weight(content, one))
        )
        chosen = [[o.id for o in content.options if not o.is_right][:1], best[:1]]
        chosen.append(best if self.is_multiple else best[-1:])
        found: list[Mapping[str, Any]] = []
        for one in chosen:
            if one and {"chosen": one} not in found:
                found.append({"chosen": one})
        return found

    def _weight(self, content: ChoiceContent, option_id: str) -> Decimal:
        option = content.option(option_id)
        return option.weight if option else Decimal(0)

    def option_block(self) -> blocks.StructBlock:
        """Return the form of one option."""
        return OptionBlock()

    def form_blocks(self) -> list[tuple[str, blocks.Block]]:
        """Return the list of options."""
        option = self.option_block()
        empty = [option.get_default() for _number in range(FIRST_OPTIONS)]
        block = blocks.ListBlock(
            option,
            label=gettext_lazy("Options"),
            default=empty,
            max_num=MOST_OPTIONS,
            collapsed=False,
        )
        return [("options", block)]

    def to_form(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Return the stored options as raw values."""
        options = content.get("options") or []
        return {"options": list_to_form([self.option_to_form(option) for option in options])}

    def option_to_form(self, option: Mapping[str, Any]) -> dict[str, Any]:
        """Return one stored option as raw values."""
        return {
            "id": option["id"],
            "texts": option["texts"],
            "feedback": option["feedback"],
            "is_right": Decimal(option["weight"]) > 0,
        }

    def from_form(self, value: Mapping[str, Any]) -> dict[str, Any]:
        """Return the options of the form as content."""
        kept = kept_children(value["options"], _is_empty)
        weights = self.weights_from_form([child.value for child in kept])
        return {
            "options": [
                {
                    "id": str(child.id),
                    "texts": texts_from_form(child.value["texts"]),
                    "feedback": texts_from_form(child.value["feedback"]),
                    "weight": plain_number(weight),
                }
                for child, weight in zip(kept, weights, strict=True)
            ]
        }

    def weights_from_form(self, values: Sequence[Mapping[str, Any]]) -> list[Decimal]:
        """Return the weight of each option of the form."""
        return [Decimal(bool(value["is_right"])) for value in values]

    def to_exchange(self, content: ChoiceContent) -> ExchangedQuestion:
        """Return the options with their weights."""
        return ExchangedQuestion(
            shape=self.shape,
            stems=content.common.stems,
            answers=tuple(
                ExchangedAnswer(
                    texts=option.texts, fraction=option.weight, feedback=option.feedback
                )
                for option in content.options
            ),
        )

    def from_exchange(self, question: ExchangedQuestion) -> dict[str, Any]:
        """Return options `a`, `b`, `c`… with the weights of the file."""
        return {
            "options": [
                {
                    "id": chr(ord("a") + number),
                    "texts": dict(answer.texts),
                    "feedback": dict(answer.feedback),
                    "weight": plain_number(answer.fraction),
                }
                for number, answer in enumerate(question.answers)
            ]
        }


def _is_empty(option: Mapping[str, Any]) -> bool:
    texts = [
        *texts_from_form(option["texts"]).values(),
        *texts_from_form(option["feedback"]).values(),
    ]
    return not any(texts) and not option["is_right"] and option.get("percent") is None


def _read_weight(value: Any, number: int, problems: list[Problem]) -> Decimal:
    try:
        weight = Decimal(str(value))
    except InvalidOperation:
        weight = Decimal("NaN")
    if not weight.is_finite() or not -1 <= weight <= 1:
        problems.append(
            Problem(f"options.{number}.weight", _("A weight lies between -100 % and 100 %."))
        )
        return Decimal(0)
    return weight

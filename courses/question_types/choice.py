"""Questions with options: what single choice, multiple choice and true/false have in common."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from courses.question_types.base import InvalidAnswer, InvalidContent, Problem, QuestionType
from courses.question_types.common import Common, read_common, write_common
from courses.texts import Texts, in_language, languages, read_texts

MOST_OPTIONS = 20


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
    is_multiple = False

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
        for number, item in enumerate(data[:MOST_OPTIONS]):
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
        if not any(option.is_right for option in content.options):
            problems.append(Problem("options", _("The question has no right answer.")))
        for number, option in enumerate(content.options):
            for code in languages():
                if not option.texts.get(code, "").strip():
                    problems.append(
                        Problem(
                            f"options.{number}.texts.{code}",
                            _("Option %(number)d has no text in “%(language)s”.")
                            % {"number": number + 1, "language": code},
                        )
                    )
        return problems + self._weight_problems(content)

    def _weight_problems(self, content: ChoiceContent) -> list[Problem]:
        return []

    def option_ids(self, content: ChoiceContent) -> tuple[str, ...]:
        """Return the ids of the options in the author's order."""
        return tuple(option.id for option in content.options)

    def read_answer(self, content: ChoiceContent, posted: Sequence[str]) -> dict[str, Any] | None:
        """Return the chosen ids in the author's order; raise InvalidAnswer on a foreign one."""
        chosen = list(dict.fromkeys(value for value in posted if value))
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
                row["is_right"] = option.is_right
                row["feedback"] = in_language(option.feedback, language)
            rows.append(row)
        view = {**content.common.learner_view(language, is_revealed), "options": rows}
        view["is_multiple"] = self.is_multiple
        view["is_answered"] = bool(chosen)
        return view


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

"""An answer in the learner's own words, marked by a person with a rubric."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from courses.question_types.base import (
    InvalidAnswer,
    InvalidContent,
    Posted,
    Problem,
    QuestionType,
)
from courses.question_types.common import Common, read_common, text_problems, write_common
from courses.question_types.decimals import rounded
from courses.question_types.exchange import ExchangedQuestion, Shape
from courses.question_types.form_blocks import BilingualBlock, plain_number, texts_from_form
from courses.question_types.rubrics import (
    Criterion,
    criteria_block,
    criteria_from_exchange,
    criteria_from_form,
    criteria_to_exchange,
    criteria_to_form,
    read_criteria,
    rubric_problems,
    write_criteria,
)
from courses.question_types.typed import cleaned, only_value, refuse_other_parts
from courses.texts import Texts, in_language, read_texts

MOST_LETTERS = 6000
MOST_WORDS = 800
USUAL_WORDS = 200


@dataclass(frozen=True)
class OpenContent:
    """An open question with its rubric; `most_words` is 0 where only the letters are bounded."""

    common: Common
    criteria: tuple[Criterion, ...] = ()
    most_words: int = USUAL_WORDS
    model_answers: Texts = field(default_factory=dict)

    def criterion(self, criterion_id: str) -> Criterion | None:
        """Return the criterion with this id."""
        return next((one for one in self.criteria if one.id == criterion_id), None)


def rubric_fraction(content: OpenContent, levels: Mapping[str, str]) -> Decimal:
    """Return the fraction of the mark that these levels give, exactly and to four places.

    Args:
        content: the question.
        levels: for every criterion, by its id, the id of the level that the answer reached.

    Raises:
        InvalidAnswer: a criterion or a level is not of this rubric, or a criterion has no level.
    """
    if not set(levels) <= {criterion.id for criterion in content.criteria}:
        raise InvalidAnswer(_("The rubric does not have this criterion."))
    earned = Decimal(0)
    for criterion in content.criteria:
        if criterion.id not in levels:
            raise InvalidAnswer(_("Choose a level for every criterion."))
        level = criterion.level(levels[criterion.id])
        if level is None:
            raise InvalidAnswer(_("The criterion does not have this level."))
        earned += criterion.weight * level.fraction
    whole = sum((criterion.weight for criterion in content.criteria), Decimal(0))
    return rounded(earned / whole) if whole else Decimal(0)


def count_words(text: str) -> int:
    """Return how many words a text has."""
    return len(text.split())


class Open(QuestionType[OpenContent]):
    """A question that a person marks."""

    name = "open"
    label = gettext_lazy("Open answer")
    help_text = gettext_lazy("In the learner's own words; a person marks it with your rubric.")
    template_name = "courses/questions/open.html"
    shape = Shape.OPEN
    is_marked_by_hand = True

    def read(self, data: Mapping[str, Any]) -> OpenContent:
        """Check and type the content; raise InvalidContent with every problem."""
        problems: list[Problem] = []
        content = OpenContent(
            common=read_common(data, problems),
            criteria=read_criteria(data.get("criteria"), problems),
            most_words=_read_words(data.get("most_words", 0), problems),
            model_answers=read_texts(data.get("model_answers")),
        )
        if problems:
            raise InvalidContent(problems)
        return content

    def write(self, content: OpenContent) -> dict[str, Any]:
        """Return the content as plain JSON values."""
        return {
            **write_common(content.common),
            "criteria": write_criteria(content.criteria),
            "most_words": content.most_words,
            "model_answers": dict(content.model_answers),
        }

    def publication_problems(self, content: OpenContent) -> list[Problem]:
        """Return what must be mended before a learner may meet the question."""
        common = content.common
        problems = common.publication_problems()
        if any(text.strip() for text in content.model_answers.values()):
            problems += text_problems(content.model_answers, "model_answers", common.languages)
        if common.is_opinion and not content.criteria:
            return problems
        return problems + rubric_problems(content.criteria, common.languages)

    def option_ids(self, content: OpenContent) -> tuple[str, ...]:
        """Return nothing: there is nothing to shuffle."""
        return ()

    def read_answer(self, content: OpenContent, posted: Posted) -> dict[str, Any] | None:
        """Return the text; raise InvalidAnswer if it is too long."""
        refuse_other_parts(posted)
        text = cleaned(only_value(posted), keeps_lines=True)
        if len(text) > MOST_LETTERS:
            message = _("The answer has %(count)d letters; at most %(most)d fit.")
            raise InvalidAnswer(message % {"count": len(text), "most": MOST_LETTERS})
        words = count_words(text)
        if content.most_words and words > content.most_words:
            message = _("The answer has %(count)d words; at most %(most)d are asked for.")
            raise InvalidAnswer(message % {"count": words, "most": content.most_words})
        return {"text": text} if text else None

    def shown_again(self, content: OpenContent, posted: Posted) -> Mapping[str, Any] | None:
        """Return what was written, however long."""
        text = cleaned(next(iter(posted.get("", ())), ""), keeps_lines=True)
        return {"text": text} if text else None

    def mark(self, content: OpenContent, given: Mapping[str, Any] | None) -> Decimal:
        """Return nothing: a person marks it (`rubric_fraction`)."""
        return Decimal(0)

    def learner_view(
        self,
        content: OpenContent,
        *,
        language: str,
        order: Sequence[str],
        given: Mapping[str, Any] | None,
        is_revealed: bool,
    ) -> dict[str, Any]:
        """Return the question and its criteria; levels and model answer only if revealed."""
        text = str((given or {}).get("text") or "")
        criteria: list[dict[str, Any]] = []
        for criterion in content.criteria:
            row: dict[str, Any] = {
                "title": in_language(criterion.titles, language),
                "percent": plain_number((criterion.weight * 100).quantize(Decimal(1))),
            }
            if is_revealed:
                row["levels"] = [
                    {
                        "title": in_language(level.titles, language),
                        "description": in_language(level.descriptions, language),
                    }
                    for level in criterion.levels
                ]
            criteria.append(row)
        view = {
            **content.common.learner_view(language, is_revealed),
            "typed": text,
            "is_answered": bool(text),
            "words": count_words(text),
            "most_words": content.most_words,
            "criteria": criteria,
        }
        if is_revealed:
            view["model_answer"] = in_language(content.model_answers, language)
        return view

    def answer_text(
        self, content: OpenContent, given: Mapping[str, Any] | None, *, language: str
    ) -> str:
        """Return what was written."""
        return str((given or {}).get("text") or "")

    def tallied(self, content: OpenContent, given: Mapping[str, Any] | None) -> tuple[str, ...]:
        """Return nothing: what people wrote in their own words is not counted."""
        return ()

    def tally_label(self, content: OpenContent, answer_key: str, *, language: str) -> str:
        """Return the key: open answers have none."""
        return answer_key

    def sample_answers(self, content: OpenContent) -> list[Mapping[str, Any]]:
        """Return an answer for the preview."""
        return [{"text": _("What somebody wrote.")}]

    def form_blocks(self) -> list[tuple[str, blocks.Block]]:
        """Return the rubric, the length and the model answer."""
        return [
            ("criteria", criteria_block()),
            (
                "most_words",
                blocks.IntegerBlock(
                    label=gettext_lazy("At most so many words"),
                    required=False,
                    min_value=0,
                    max_value=MOST_WORDS,
                    default=USUAL_WORDS,
                ),
            ),
            (
                "model_answers",
                BilingualBlock(
                    label=gettext_lazy("Model answer"),
                    help_text=gettext_lazy(
                        "For whoever marks; the learner sees it with the result."
                    ),
                ),
            ),
        ]

    def to_form(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Return stored content as raw values."""
        return {
            "criteria": criteria_to_form(content.get("criteria")),
            "most_words": content.get("most_words") or 0,
            "model_answers": content.get("model_answers") or {},
        }

    def from_form(self, value: Mapping[str, Any]) -> dict[str, Any]:
        """Return the form's rubric as content."""
        return {
            "criteria": criteria_from_form(value["criteria"]),
            "most_words": value["most_words"] or 0,
            "model_answers": texts_from_form(value["model_answers"]),
        }

    def form_place(self, steps: Sequence[str]) -> list[str]:
        """Show what is wrong with a weight or a fraction at its per cent."""
        return ["percent" if step in ("weight", "fraction") else step for step in steps]

    def to_exchange(self, content: OpenContent) -> ExchangedQuestion:
        """Return the rubric, the length and the model answer."""
        return ExchangedQuestion(
            shape=self.shape,
            stems=content.common.stems,
            criteria=criteria_to_exchange(content.criteria),
            most_words=content.most_words,
            model_answers=content.model_answers,
        )

    def from_exchange(self, question: ExchangedQuestion) -> dict[str, Any]:
        """Return the rubric of the file as content, with the ids `c1`, `l1`…"""
        return {
            "criteria": criteria_from_exchange(question.criteria),
            "most_words": question.most_words,
            "model_answers": dict(question.model_answers),
        }


def _read_words(data: Any, problems: list[Problem]) -> int:
    if isinstance(data, bool) or not isinstance(data, int) or not 0 <= data <= MOST_WORDS:
        message = _("The number of words lies between 0 and %d.") % MOST_WORDS
        problems.append(Problem("most_words", message))
        return 0
    return data

"""A text between the questions: nothing is asked, nothing is marked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
from courses.question_types.common import Common, read_common, write_common
from courses.question_types.exchange import ExchangedQuestion, Shape


@dataclass(frozen=True)
class TextContent:
    """A text; it stands where a question has its stem."""

    common: Common


class Text(QuestionType[TextContent]):
    """A text between the questions."""

    name = "text"
    label = gettext_lazy("Text without a question")
    help_text = gettext_lazy("It stands between the questions and gives no mark.")
    template_name = "courses/questions/text.html"
    shape = Shape.TEXT
    takes_answer = False

    def read(self, data: Mapping[str, Any]) -> TextContent:
        """Check and type the content; raise InvalidContent with every problem."""
        problems: list[Problem] = []
        content = TextContent(common=read_common(data, problems))
        if problems:
            raise InvalidContent(problems)
        return content

    def write(self, content: TextContent) -> dict[str, Any]:
        """Return the content as plain JSON values."""
        return write_common(content.common)

    def publication_problems(self, content: TextContent) -> list[Problem]:
        """Return what must be mended before a learner may meet the text."""
        problems = content.common.publication_problems(is_asking=False)
        if content.common.is_critical:
            message = _("A text asks nothing, so that nobody can err in it: it has no safety rule.")
            problems.append(Problem("safety_rules", message))
        return problems

    def option_ids(self, content: TextContent) -> tuple[str, ...]:
        """Return nothing: there is nothing to shuffle."""
        return ()

    def read_answer(self, content: TextContent, posted: Posted) -> dict[str, Any] | None:
        """Return None; raise InvalidAnswer if anything was sent."""
        if any(values for values in posted.values()):
            raise InvalidAnswer(_("A text takes no answer."))
        return None

    def mark(self, content: TextContent, given: Mapping[str, Any] | None) -> Decimal:
        """Return nothing: a text gives no mark."""
        return Decimal(0)

    def learner_view(
        self,
        content: TextContent,
        *,
        language: str,
        order: Sequence[str],
        given: Mapping[str, Any] | None,
        is_revealed: bool,
    ) -> dict[str, Any]:
        """Return the text."""
        return {**content.common.learner_view(language, is_revealed), "is_answered": False}

    def answer_text(
        self, content: TextContent, given: Mapping[str, Any] | None, *, language: str
    ) -> str:
        """Return nothing."""
        return ""

    def tallied(self, content: TextContent, given: Mapping[str, Any] | None) -> tuple[str, ...]:
        """Return nothing."""
        return ()

    def tally_label(self, content: TextContent, answer_key: str, *, language: str) -> str:
        """Return the key: a text has none."""
        return answer_key

    def form_blocks(self) -> list[tuple[str, blocks.Block]]:
        """Return nothing: the text stands in the common part."""
        return []

    def to_form(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Return nothing of its own."""
        return {}

    def from_form(self, value: Mapping[str, Any]) -> dict[str, Any]:
        """Return nothing of its own."""
        return {}

    def to_exchange(self, content: TextContent) -> ExchangedQuestion:
        """Return the text."""
        return ExchangedQuestion(shape=self.shape, stems=content.common.stems)

    def from_exchange(self, question: ExchangedQuestion) -> dict[str, Any]:
        """Return nothing of its own: the caller adds the text."""
        return {}

"""What every type of question offers; each type is one module of this folder.

Marks are exact: a type answers with a fraction of the question's marks as a Decimal between 0 and
1, never with a float.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Generic, TypeVar

from wagtail.blocks import Block

from courses.enums import QuestionGroup
from courses.question_types.exchange import ExchangedQuestion, Shape

Posted = Mapping[str, Sequence[str]]
"""What a browser sent for one question, by the name of the part; "" is the question's own field.

The field of part `p1` of the question at position 3 is called `answer-3-p1`, its own `answer-3`.
"""


@dataclass(frozen=True)
class Problem:
    """Something that stands in the way, at its place (`options.2.texts.es`), in the user's words."""

    place: str
    message: str


class InvalidContent(Exception):
    """What was given is no content of this type; carries every problem found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{problem.place}: {problem.message}" for problem in problems))
        self.problems = tuple(problems)


class InvalidAnswer(Exception):
    """The answer names something that the question does not offer."""


ContentT = TypeVar("ContentT")


class QuestionType(ABC, Generic[ContentT]):
    """One type of question: its structure, form, rendering, marking and exchange with files.

    `takes_answer` is false for what only stands between questions; `is_marked_by_hand` is true
    where a person gives the mark, and `mark` is not asked. `needs_figure` puts the picture before
    the answers in the trainer's form; `own_group` is where she finds the type. `accepts_more` says
    whether a further answer can be accepted when a question turned out wrong. `is_order_the_key`
    says that the author's order of the options is the answer, so that no attempt may show it.
    `shape` is what the type is called in files of questions.
    """

    name: ClassVar[str]
    label: ClassVar[Any]
    help_text: ClassVar[Any] = ""
    template_name: ClassVar[str]
    shape: ClassVar[Shape]
    own_group: ClassVar[QuestionGroup] = QuestionGroup.WRITE
    takes_answer: ClassVar[bool] = True
    needs_figure: ClassVar[bool] = False
    is_marked_by_hand: ClassVar[bool] = False
    accepts_more: ClassVar[bool] = False
    is_order_the_key: ClassVar[bool] = False

    @property
    def group(self) -> QuestionGroup:
        """Where a trainer finds the type among all."""
        return self.own_group if self.takes_answer else QuestionGroup.READ

    # -- content -----------------------------------------------------------------------------------

    @abstractmethod
    def read(self, data: Mapping[str, Any]) -> ContentT:
        """Check stored, posted or loaded content and return it typed; raise InvalidContent."""

    @abstractmethod
    def write(self, content: ContentT) -> dict[str, Any]:
        """Return the content as plain JSON values; `read` of it gives the same content."""

    @abstractmethod
    def publication_problems(self, content: ContentT) -> list[Problem]:
        """Return what must be mended before a learner may meet the question."""

    @abstractmethod
    def option_ids(self, content: ContentT) -> tuple[str, ...]:
        """Return the ids of what an attempt may shuffle, in the author's order; empty for nothing."""

    # -- answering and marking ---------------------------------------------------------------------

    @abstractmethod
    def read_answer(self, content: ContentT, posted: Posted) -> dict[str, Any] | None:
        """Return a posted answer as JSON, or None if nothing was given; raise InvalidAnswer."""

    def shown_again(self, content: ContentT, posted: Posted) -> Mapping[str, Any] | None:
        """Return what `read_answer` refused, as far as it can be shown again; it is never stored."""
        try:
            return self.read_answer(content, posted)
        except InvalidAnswer:
            return None

    @abstractmethod
    def mark(self, content: ContentT, given: Mapping[str, Any] | None) -> Decimal:
        """Return the fraction earned, from 0 to 1."""

    def accepting(self, content: ContentT, answer_key: str) -> ContentT:
        """Return the content with a further answer (a key of `tallied`) that earns the full mark.

        Raises InvalidAnswer where this type or this question cannot.
        """
        raise InvalidAnswer(answer_key)

    # -- showing -----------------------------------------------------------------------------------

    @abstractmethod
    def learner_view(
        self,
        content: ContentT,
        *,
        language: str,
        order: Sequence[str],
        given: Mapping[str, Any] | None,
        is_revealed: bool,
    ) -> dict[str, Any]:
        """Return what the template shows; keys and feedback only if `is_revealed`."""

    @abstractmethod
    def answer_text(
        self, content: ContentT, given: Mapping[str, Any] | None, *, language: str
    ) -> str:
        """Return an answer in words, for markers and downloads; empty if nothing was given."""

    @abstractmethod
    def tallied(self, content: ContentT, given: Mapping[str, Any] | None) -> tuple[str, ...]:
        """Return the keys (at most 120 letters) under which an answer is counted in statistics."""

    def has_typed_words(self, content: ContentT) -> bool:
        """Say whether learners answer it in words of their own, which could tell who wrote them."""
        return self.is_marked_by_hand

    @abstractmethod
    def tally_label(self, content: ContentT, answer_key: str, *, language: str) -> str:
        """Return the words for a key of `tallied`."""

    def right_keys(self, content: ContentT) -> frozenset[str]:
        """Return the keys of `tallied` that earn marks, as far as they can be listed."""
        return frozenset()

    def sample_answers(self, content: ContentT) -> Sequence[Mapping[str, Any]]:
        """Return answers for the preview, at best a wrong, a partly right and a right one."""
        return ()

    # -- the trainer's form ------------------------------------------------------------------------

    @abstractmethod
    def form_blocks(self) -> list[tuple[str, Block]]:
        """Return the blocks of the form that only this type has."""

    @abstractmethod
    def to_form(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Return stored content as the raw values of those blocks."""

    @abstractmethod
    def from_form(self, value: Mapping[str, Any]) -> dict[str, Any]:
        """Return the cleaned values of those blocks as the type's own part of the content."""

    def form_place(self, steps: Sequence[str]) -> list[str]:
        """Return where in the form a problem's place (`options`, `2`, `weight`) is to be shown."""
        return list(steps)

    # -- files -------------------------------------------------------------------------------------

    @abstractmethod
    def to_exchange(self, content: ContentT) -> ExchangedQuestion:
        """Return the content in the shape that formats write; the caller adds name and category."""

    @abstractmethod
    def from_exchange(self, question: ExchangedQuestion) -> dict[str, Any]:
        """Return content from what a format read; the caller checks it with `read`."""

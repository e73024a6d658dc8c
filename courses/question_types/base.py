"""What every type of question offers; each type is one module of this folder.

Marks are exact: a type answers with a fraction of the question's marks as a Decimal between 0 and
1, never with a float.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Generic, TypeVar


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
    """One type of question: its structure, its marking and its template."""

    name: str
    label: Any
    template_name: str

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
        """Return the ids of the options in the author's order."""

    @abstractmethod
    def read_answer(self, content: ContentT, posted: Sequence[str]) -> dict[str, Any] | None:
        """Return a posted answer as JSON, or None if nothing was chosen; raise InvalidAnswer."""

    @abstractmethod
    def mark(self, content: ContentT, given: Mapping[str, Any] | None) -> Decimal:
        """Return the fraction earned, from 0 to 1."""

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

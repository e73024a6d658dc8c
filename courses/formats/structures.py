"""What every format answers with: the questions of a file, what could not be read, what was lost."""

from collections.abc import Sequence
from dataclasses import dataclass

from courses.question_types.exchange import ExchangedQuestion

MOST_BYTES = 20 * 1024 * 1024
"""The largest file of questions that is opened at all."""


class FileRefused(Exception):
    """Nothing of the file can be read; the message is for people, `line` is 0 if it has none."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


class QuestionRefused(Exception):
    """One question cannot be read or written; the message is for people."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


@dataclass(frozen=True)
class Refusal:
    """A question of the file that could not be read: where it begins, its name, and why."""

    line: int
    name: str
    message: str


@dataclass(frozen=True)
class FileContents:
    """The questions of a file; `notes` are about the file as a whole (encoding, say)."""

    questions: tuple[ExchangedQuestion, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class WrittenFile:
    """A written file, and by question (its key or name) what the format could not carry.

    `left_out` are the questions that are not in the file at all.
    """

    text: str
    lost: tuple[tuple[str, tuple[str, ...]], ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()


def label_of(question: ExchangedQuestion) -> str:
    """Return what a question is called in messages: its key, its name, or how it begins."""
    stem = next((text for text in question.stems.values() if text), "")
    return (question.key or question.name or stem)[:80]


def unique(items: Sequence[str]) -> tuple[str, ...]:
    """Return the items without repetitions, in their order."""
    return tuple(dict.fromkeys(items))

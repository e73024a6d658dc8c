"""What an import would do, question by question; the dry run shows it, the writing follows it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.formats.django_quiz_app import DumpQuiz
from courses.importing.pictures import Picture
from courses.models import Question
from courses.question_types.exchange import ExchangedQuestion


class RowAction(models.TextChoices):
    """What happens to a question of the file."""

    CREATE = "create", _("new")
    CHANGE = "change", _("changed")
    SKIP = "skip", _("unchanged")
    REFUSE = "refuse", _("refused")


@dataclass(frozen=True)
class Row:
    """A line of the report: the question of the file, what happens to it, and why.

    `lost` is what cannot be kept of it, `unready` what must be mended before it may be published.
    """

    line: int
    label: str
    action: RowAction
    kind: str = ""
    reasons: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    unready: tuple[str, ...] = ()
    question_id: int | None = None
    quiz_id: int | None = None
    is_published: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the row as plain JSON values."""
        return {
            "line": self.line,
            "label": self.label,
            "action": str(self.action),
            "kind": self.kind,
            "reasons": list(self.reasons),
            "lost": list(self.lost),
            "unready": list(self.unready),
            "question": self.question_id,
            "quiz": self.quiz_id,
            "is_published": self.is_published,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Row":
        """Return the row of a stored report."""
        return cls(
            line=data["line"],
            label=data["label"],
            action=RowAction(data["action"]),
            kind=data["kind"],
            reasons=tuple(data["reasons"]),
            lost=tuple(data["lost"]),
            unready=tuple(data["unready"]),
            question_id=data["question"],
            quiz_id=data["quiz"],
            is_published=data["is_published"],
        )


@dataclass(frozen=True)
class Item:
    """A question that is written or skipped: its row, its content, and where it goes."""

    row: Row
    question: ExchangedQuestion
    content: Mapping[str, Any]
    source_key: str
    digest: str
    existing: Question | None = None
    newest_number: int = 0
    picture: Picture | None = None


@dataclass(frozen=True)
class QuizItem:
    """A quiz of a dump and what happens to it."""

    row: Row
    quiz: DumpQuiz
    source_key: str


@dataclass(frozen=True)
class Plan:
    """What an import would do; `rows` are in the order of the file."""

    items: tuple[Item, ...] = ()
    refused: tuple[Row, ...] = ()
    quizzes: tuple[QuizItem, ...] = ()
    notes: tuple[str, ...] = ()
    is_written: bool = False

    @property
    def rows(self) -> list[Row]:
        """Every row: questions by their line, then quizzes."""
        found = [*(item.row for item in self.items), *self.refused]
        found.sort(key=lambda row: row.line)
        return [*found, *(item.row for item in self.quizzes)]

    @property
    def has_refusals(self) -> bool:
        """Whether something of the file cannot be taken."""
        return any(row.action == RowAction.REFUSE for row in self.rows)

    def report(self) -> "Report":
        """Return what is kept and shown of the plan."""
        return Report(rows=tuple(self.rows), notes=self.notes, is_written=self.is_written)


@dataclass(frozen=True)
class Report:
    """The report of an import; `failure` says why nothing of the file could be read."""

    rows: tuple[Row, ...] = ()
    notes: tuple[str, ...] = ()
    is_written: bool = False
    failure: str = ""
    failure_line: int = 0
    language: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Count the rows by what happens to them."""
        counted = Counter(str(row.action) for row in self.rows)
        object.__setattr__(self, "counts", {name: counted[name] for name in RowAction.values})

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain JSON values."""
        return {
            "rows": [row.to_json() for row in self.rows],
            "notes": list(self.notes),
            "is_written": self.is_written,
            "failure": self.failure,
            "failure_line": self.failure_line,
            "language": self.language,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Report":
        """Return a stored report; an empty one before anything was checked."""
        return cls(
            rows=tuple(Row.from_json(row) for row in data.get("rows", ())),
            notes=tuple(data.get("notes", ())),
            is_written=data.get("is_written", False),
            failure=data.get("failure", ""),
            failure_line=data.get("failure_line", 0),
            language=data.get("language", ""),
        )

    def in_language(self, language: str) -> "Report":
        """Return the report with the language in which it was asked for."""
        return replace(self, language=language)

"""What is read about objections: by the trainer who answers, and by the learner."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from courses.texts import in_language
from lms.learning.attempts.queries import is_closed_for_everybody
from lms.learning.attempts.rules import AttemptRule, Revealed, revealed
from lms.learning.case_data_guard import Finding, marked_pieces
from lms.learning.enums import RESULT_STATES
from lms.learning.guarding import kind_words
from lms.learning.marking.permissions import Marker
from lms.learning.marking.queries.answers import Comment, comments_for_learner
from lms.learning.models import Appeal, Attempt, AttemptItem


@dataclass(frozen=True)
class AppealedQuestion:
    """One question of an attempt that its learner objects to."""

    pk: int
    position: int
    stem: str
    mark: Decimal | None
    max_mark: Decimal
    is_dropped: bool


def questions_of(attempt: Attempt, marker: Marker) -> list[AppealedQuestion]:
    """Return the questions of an attempt with their marks; one query."""
    rows = (
        AttemptItem.objects.filter(attempt=attempt)
        .select_related("question_version")
        .order_by("position")
    )
    return [
        AppealedQuestion(
            pk=row.pk,
            position=row.position,
            stem=in_language(row.question_version.typed_content.common.stems),
            mark=row.mark,
            max_mark=row.max_mark,
            is_dropped=row.is_dropped,
        )
        for row in rows
    ]


def warned_pieces(text: str, findings: Iterable[Finding]) -> list[tuple[str, str]]:
    """Return the text in pieces, each with what it looks like in words, or nothing."""
    return [
        (piece, kind_words(kind) if kind is not None else "")
        for piece, kind in marked_pieces(text, findings)
    ]


@dataclass(frozen=True)
class AfterMarking:
    """What stands below a result: the marker's comments, the objection, whether one may be made."""

    attempt: Attempt
    comments: tuple[Comment, ...]
    appeal: Appeal | None

    @property
    def may_object(self) -> bool:
        """Whether the learner may send her one text."""
        return self.appeal is None and self.attempt.state in RESULT_STATES


def after_marking(attempt: Attempt, *, now: datetime) -> AfterMarking:
    """Return what the learner may read of the marking; two queries, three in an exam.

    Comments come only where the feedback of the quiz may be read: they tell as much as it does.
    """
    has_result = attempt.state in RESULT_STATES
    rule = AttemptRule.from_json(attempt.rule)
    is_closed = not rule.waits_for_closing or is_closed_for_everybody(attempt.quiz_key, now)
    shown = revealed(rule, has_result=has_result, is_closed=is_closed)
    comments = comments_for_learner(attempt) if shown == Revealed.ALL else []
    appeal = Appeal.objects.filter(attempt=attempt).first()
    return AfterMarking(attempt, tuple(comments), appeal)

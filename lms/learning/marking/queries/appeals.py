"""What is read about objections: by the trainer who answers, and by the learner."""

from dataclasses import dataclass
from decimal import Decimal

from courses.texts import in_language
from lms.learning.enums import RESULT_STATES
from lms.learning.marking.markers import Marker
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


@dataclass(frozen=True)
class Objection:
    """What stands below a result: the learner's objection, or that she may make one."""

    attempt: Attempt
    appeal: Appeal | None

    @property
    def may_object(self) -> bool:
        """Whether the learner may send her one text."""
        return self.appeal is None and self.attempt.state in RESULT_STATES


def objection_to(attempt: Attempt) -> Objection:
    """Return the objection to a result with its answer; one query."""
    return Objection(attempt, Appeal.objects.filter(attempt=attempt).first())

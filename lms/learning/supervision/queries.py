"""Reading attempts as the staff of a course sees them."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Count, Q

from courses.quiz_changes import QuizUse
from lms.learning.enums import CLOSED_STATES, AttemptState
from lms.learning.models import Attempt


def attempts_by_state(quiz_keys: Iterable[UUID]) -> QuizUse:
    """Return how many attempts at these quizzes are under way and how many are finished."""
    counts = Attempt.objects.filter(quiz_key__in=set(quiz_keys)).aggregate(
        in_progress=Count("pk", filter=Q(state=AttemptState.IN_PROGRESS)),
        finished=Count("pk", filter=Q(state__in=CLOSED_STATES)),
    )
    return QuizUse(**counts)

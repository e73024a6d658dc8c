"""Which attempts stand in the statistics, and which of them are compared before and after."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from courses.enums import QuizMode
from courses.models import QuizPage
from lms.learning.booster_keys import ALL_BOOSTER_KEYS
from lms.learning.enums import AttemptState
from lms.learning.models import Attempt

NO_TRY = (AttemptState.ANNULLED, AttemptState.EXPIRED)
"""What was annulled, or ran out without an answer, is no first try."""


def first_results() -> QuerySet[Attempt]:
    """Return each learner's first attempt at a quiz, where it has its result.

    First is the lowest number that was neither annulled nor ran out unanswered. While it waits for
    its marks, no later one takes its place. Whoever took part in an anonymous survey left no
    answers here: their sheets are counted in tallies, and must not be counted twice. Boosters are
    of no quiz.
    """
    earlier = Attempt.objects.filter(
        enrolment=OuterRef("enrolment"),
        quiz_key=OuterRef("quiz_key"),
        number__lt=OuterRef("number"),
    ).exclude(state__in=NO_TRY)
    has_names = (
        ~Q(mode=QuizMode.SURVEY) | Q(rule__is_anonymous=False) | Q(rule__is_anonymous__isnull=True)
    )
    rows = Attempt.objects.exclude(quiz_key__in=ALL_BOOSTER_KEYS)
    return rows.filter(has_names, ~Exists(earlier), state=AttemptState.MARKED)


def compared_quizzes(quiz_keys: Iterable[UUID]) -> dict[UUID, int | None]:
    """Return the id of the pre-test of each of these quizzes, None where it has none."""
    rows = QuizPage.objects.filter(translation_key__in=set(quiz_keys))
    return dict(rows.values_list("translation_key", "quiz__compared_with"))


def keys_of_quiz(quiz_id: int | None) -> set[UUID]:
    """Return the keys under which a quiz stands in courses."""
    if quiz_id is None:
        return set()
    return set(QuizPage.objects.filter(quiz=quiz_id).values_list("translation_key", flat=True))

"""A learner with something of everything, and what she must never find in her file."""

from typing import Any

from certificates.services import request_certificate
from lms.accounts.enums import ConsentPurpose
from lms.learning.attempts.services import save_response, start_attempt, submit_attempt
from lms.learning.enums import AttendanceState, AttendanceWay, PlaceState
from lms.learning.models import Attendance, CohortPlace, Enrolment, LearnerQuestion
from tests.factories.cohorts import make_cohort
from tests.factories.groups import make_session
from tests.factories.messages import write_message
from tests.factories.privacy import agree, complain
from tests.learning.cast import NOW, Cast, client_of, go_through, make_cast

OTHERS = "Nombre De Otra"


def full_scene() -> Cast:
    """Return a cast whose learner has answers, sessions, messages, a question and consents."""
    cast = make_cast()
    cast.trainer.full_name = cast.coordinator.full_name = OTHERS
    cast.trainer.save()
    cast.coordinator.save()
    cohort = make_cohort(release=cast.release, created_by=cast.trainer)
    cast.enrolment.cohort = cohort
    cast.enrolment.save()
    CohortPlace.objects.create(
        cohort=cohort,
        learner=cast.learner,
        agency=cast.learner.memberships.get().agency,
        enrolment=cast.enrolment,
        state=PlaceState.SEATED,
        created_at=NOW,
        created_by=cast.coordinator,
    )
    Attendance.objects.create(
        session=make_session(cohort, NOW),
        enrolment=cast.enrolment,
        state=AttendanceState.PRESENT,
        way=AttendanceWay.LIST,
        noted_at=NOW,
        noted_by=cast.trainer,
    )
    for lesson in cast.made.lessons:
        go_through(cast.enrolment, lesson.translation_key)
    answer_quiz(cast, "b")
    write_message(cohort, by=cast.trainer, now=NOW)
    LearnerQuestion.objects.create(enrolment=cast.enrolment, text="¿Y si llama?", asked_at=NOW)
    agree(cast.learner, ConsentPurpose.PARTICIPATION, now=NOW)
    complain(cast.learner, now=NOW)
    return cast


def answer_quiz(cast: Cast, letter: str) -> Any:
    """Hand in the quiz of the course with this answer to every question."""
    assert cast.made.quiz_page is not None
    attempt = start_attempt(
        enrolment=cast.enrolment,
        quiz_key=cast.made.quiz_page.translation_key,
        acting_user=cast.learner,
        now=NOW,
    )
    for item in attempt.items.all():
        save_response(
            attempt=attempt,
            position=item.position,
            posted={"": [letter]},
            sequence=1,
            acting_user=cast.learner,
            now=NOW,
        )
    return submit_attempt(attempt=attempt, acting_user=cast.learner, now=NOW)


def complete(enrolment: Enrolment) -> Any:
    """Complete an enrolment and issue its certificate."""
    Enrolment.objects.filter(pk=enrolment.pk).update(state="completed", completed_at=NOW)
    enrolment.refresh_from_db()
    return request_certificate(enrolment=enrolment, now=NOW)


__all__ = ["NOW", "OTHERS", "answer_quiz", "client_of", "complete", "full_scene"]

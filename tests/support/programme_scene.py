"""Run inside the product's own process: programme_scene.py STEP [ARGUMENT ...].

What the many of a programme do while the journey test does it once in the browser, by the services
that the pages call: accept, learn, be observed and marked. All people are invented.
"""

import json
import os
import sys
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.base")
django.setup()

from django.utils import timezone

from courses.enums import ItemKind, StaffPart
from courses.models import CoursePage, CourseStaff, ModulePage
from courses.services import release_course
from lms.accounts.invitations.queries import invitations
from lms.accounts.invitations.services import accept_invitation
from lms.accounts.models import Agency, User
from lms.learning.attempts.services import (
    PostedAnswer,
    save_responses,
    start_attempt,
    submit_attempt,
)
from lms.learning.cohorts.services import give_invited_their_places
from lms.learning.enums import AttendanceState, CriterionResult, LessonWay, SessionPlace
from lms.learning.marking.services.giving import GivenMark, give_mark
from lms.learning.models import AttemptItem, Cohort, CourseSession, Enrolment
from lms.learning.practice.services import sign_practice
from lms.learning.progress import progress_in
from lms.learning.services import finish_lesson, open_lesson
from lms.learning.sessions.services import note_attendance
from tests.factories.courses import catalogue, make_lesson
from tests.factories.practice import add_practice_page
from tests.support.assessment_answers import make_quiz

TRAINER = "beto@demo.test"


def course() -> dict[str, Any]:
    """Make and release a course: a lesson, an open answer, a practice, 80 per cent of attendance."""
    index, now = catalogue(), timezone.now()
    page: CoursePage = index.add_child(
        instance=CoursePage(
            title="Taller de primer contacto",
            slug="taller-contacto",
            summary="Un taller inventado para probar.",
            audience="Personal de prueba.",
            certificate_text="Atestigua que se hizo el taller.",
            attendance_percent=80,
            locale=index.locale,
        )
    )
    module: ModulePage = page.add_child(
        instance=ModulePage(title="Taller", slug="modulo-1", summary="Uno.", locale=index.locale)
    )
    made = type("Made", (), {"modules": [module]})()
    make_lesson(module, 1)
    make_quiz("contacto", module, ("open",))
    add_practice_page(made)
    trainer = User.objects.get(email=TRAINER)
    CourseStaff.objects.create(user=trainer, course_key=page.translation_key, part=StaffPart.LEAD)
    release = release_course(course_page=page, acting_user=trainer, now=now)
    items = {item.kind.value: str(item.key) for item in release.typed_promise.items()}
    return {"release": release.pk, **items}


def rooms(cohort_id: str) -> dict[str, Any]:
    """Hold a session in two rooms now."""
    now, cohort = timezone.now(), Cohort.objects.get(pk=cohort_id)
    found = [
        CourseSession.objects.create(
            cohort=cohort,
            title=f"Encuentro, aula {room}",
            place=SessionPlace.ROOM,
            room=f"Aula {room}, Paso Real",
            starts_at=now - timedelta(minutes=5),
            ends_at=now + timedelta(hours=2),
            changed_at=now,
        )
        for room in (1, 2)
    ]
    return {"rooms": [session.pk for session in found]}


def accept(cohort_id: str, number: str, *others: str) -> dict[str, Any]:
    """Let so many of the invited accept, but for these addresses."""
    now, accepted = timezone.now(), 0
    waiting = invitations().filter(places__cohort_id=cohort_id, accepted_at=None)
    for invitation in waiting.exclude(email__in=others).order_by("pk")[: int(number)]:
        user = User.objects.create_user(
            invitation.email, None, full_name=invitation.full_name, language="es"
        )
        accept_invitation(invitation=invitation, user=user, now=now)
        give_invited_their_places(invitation=invitation, learner=user, now=now)
        accepted += 1
    return {"accepted": accepted}


def learn(cohort_id: str, *others: str) -> dict[str, Any]:
    """Let everybody of the cohort, but for these addresses, do what one does alone."""
    now = timezone.now()
    for enrolment in _enrolments(cohort_id, others):
        for item in enrolment.release.typed_promise.items():
            if item.kind == ItemKind.LESSON:
                _read(enrolment, item.key, now)
            elif item.kind == ItemKind.QUIZ:
                _answer(enrolment, item.key, now)
    return {}


def _read(enrolment: Enrolment, key: Any, now: datetime) -> None:
    open_lesson(enrolment=enrolment, lesson_key=key, progress=progress_in(enrolment), now=now)
    finish_lesson(enrolment=enrolment, lesson_key=key, way=LessonWay.FULL, now=now)


def _answer(enrolment: Enrolment, key: Any, now: datetime) -> None:
    learner = enrolment.learner
    attempt = start_attempt(enrolment=enrolment, quiz_key=key, acting_user=learner, now=now)
    words = {"": ["Le digo mi nombre y que puede descansar. No le pido nada todavía."]}
    save_responses(
        attempt=attempt, answers=[PostedAnswer(1, words, 1)], acting_user=learner, now=now
    )
    submit_attempt(attempt=attempt, acting_user=learner, now=now)


def attest(cohort_id: str, session_id: str, *others: str) -> dict[str, Any]:
    """Note everybody but these as present, watch their practice and mark their answers."""
    now, trainer = timezone.now(), User.objects.get(email=TRAINER)
    session = CourseSession.objects.get(pk=session_id)
    found = _enrolments(cohort_id, others)
    note_attendance(
        session=session,
        states={enrolment.pk: AttendanceState.PRESENT for enrolment in found},
        acting_user=trainer,
        now=now,
    )
    for enrolment in found:
        for item in enrolment.release.typed_promise.items():
            if item.kind == ItemKind.PRACTICE:
                sign_practice(
                    enrolment=enrolment,
                    item_key=item.key,
                    results={line.key: CriterionResult.MET for line in item.criteria},
                    remarks="",
                    form_key=uuid4(),
                    session=session,
                    acting_user=trainer,
                    now=now,
                )
    waiting = AttemptItem.objects.filter(attempt__enrolment__in=found, is_waiting=True)
    for item in waiting.order_by("pk"):
        given = GivenMark(levels={"c1": "l2", "c2": "l2"}, comment="Gracias.")
        give_mark(item=item, given=given, acting_user=trainer, now=now)
    return {"marked": len(found)}


def _enrolments(cohort_id: str, others: tuple[str, ...]) -> list[Enrolment]:
    rows = Enrolment.objects.filter(cohort_id=cohort_id).exclude(learner__email__in=others)
    return list(rows.select_related("learner", "release", "cohort").order_by("pk"))


def agency() -> dict[str, Any]:
    """Return the number of the demo coordinator's agency."""
    return {"agency": Agency.objects.get(memberships__user__email="delia@demo.test").pk}


STEPS = {
    "course": course,
    "rooms": rooms,
    "accept": accept,
    "learn": learn,
    "attest": attest,
    "agency": agency,
}

if __name__ == "__main__":
    sys.stdout.write(json.dumps(STEPS[sys.argv[1]](*sys.argv[2:])))

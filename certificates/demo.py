"""Certificates of a person who does not exist, one in each state; by the real services."""

from datetime import datetime, timedelta

from django.db import transaction

from certificates import services
from certificates.enums import CertificateState, RevocationClass
from certificates.models import Certificate
from courses.enums import FeedbackTiming, ItemKind, QuizLayout
from courses.models import CoursePage, CourseRelease
from courses.promises import PromisedItem
from lms.accounts.enums import StaffRole
from lms.accounts.models import User
from lms.learning.attempts.rules import AttemptRule
from lms.learning.enums import AttemptState, EnrolmentState
from lms.learning.models import Attempt, Enrolment

HOLDER_USERNAME = "titular-demostracion"
HOLDER_NAME = "Rosa Luz Quispe Ñahui"
MISSPELT_NAME = "Rosa Lus Quispe Nahui"
STARTER_COURSE = "curso-inicial"
DAYS_OF_COURSE = timedelta(days=20)
MONTH = timedelta(days=31)


class NoDemoDataError(Exception):
    """The demo course or the demo people are missing; its message says what to run."""


def demo_certificates(*, now: datetime) -> dict[CertificateState, Certificate]:
    """Return one certificate in each state, making those that are missing.

    Raises:
        NoDemoDataError: there is no released starter course or no administrator.
    """
    administrator = (
        User.objects.filter(groups__name=StaffRole.ADMINISTRATOR, is_active=True)
        .order_by("pk")
        .first()
    )
    if administrator is None:
        raise NoDemoDataError("There is no administrator. Run create_demo_people first.")
    release = starter_release()
    found: dict[CertificateState, Certificate] = {}
    for state in CertificateState:
        found[state] = _existing(state, now=now) or _make(
            state, release=release, administrator=administrator, now=now
        )
    return found


def starter_release() -> CourseRelease:
    """Return the newest release of the starter course; raise NoDemoDataError if there is none."""
    keys = CoursePage.objects.filter(slug=STARTER_COURSE).values_list("translation_key", flat=True)
    release = CourseRelease.objects.filter(course_key__in=keys).order_by("-number").first()
    if release is None:
        raise NoDemoDataError("The starter course is not released. Run load_curriculum first.")
    return release


def _existing(state: CertificateState, *, now: datetime) -> Certificate | None:
    held = Certificate.objects.filter(
        enrolment__learner__username=HOLDER_USERNAME, replaces__isnull=True
    ).order_by("-issued_at", "-pk")
    return next((one for one in held if one.state(now=now) == state), None)


@transaction.atomic
def _make(
    state: CertificateState, *, release: CourseRelease, administrator: User, now: datetime
) -> Certificate:
    months = release.typed_promise.validity_months
    age = MONTH * (months + 2) if state == CertificateState.EXPIRED else MONTH * 3
    finished_at = now - age
    is_misspelt = state == CertificateState.REPLACED
    holder = _holder(MISSPELT_NAME if is_misspelt else HOLDER_NAME, now=finished_at)
    enrolment = _completed_enrolment(holder, release, finished_at=finished_at)
    certificate = services.request_certificate(enrolment=enrolment, now=finished_at)
    _holder(HOLDER_NAME, now=finished_at)
    decided_at = finished_at + MONTH
    if state == CertificateState.REVOKED:
        return services.revoke_certificate(
            certificate=certificate,
            revocation_class=RevocationClass.ISSUED_IN_ERROR,
            reason="Demostración / demonstration",
            acting_user=administrator,
            now=decided_at,
        )
    if state == CertificateState.REPLACED:
        services.replace_certificate(
            certificate=certificate,
            acting_user=administrator,
            reason="Demostración / demonstration",
            now=decided_at,
        )
        certificate.refresh_from_db()
    return certificate


def _holder(full_name: str, *, now: datetime) -> User:
    """Return the demo holder, who cannot log in, under this name."""
    holder = User.objects.filter(username=HOLDER_USERNAME).first()
    if holder is None:
        holder = User.objects.create_user(
            None, username=HOLDER_USERNAME, full_name=full_name, joined_at=now
        )
    if holder.full_name != full_name:
        holder.full_name = full_name
        holder.save(update_fields=["full_name"])
    return holder


def _completed_enrolment(
    holder: User, release: CourseRelease, *, finished_at: datetime
) -> Enrolment:
    enrolment = Enrolment.objects.create(
        learner=holder,
        release=release,
        course_key=release.course_key,
        state=EnrolmentState.COMPLETED,
        enrolled_at=finished_at - DAYS_OF_COURSE,
        completed_at=finished_at,
    )
    for item in release.typed_promise.items():
        if item.kind == ItemKind.QUIZ and item.pass_mark is not None:
            _passed_attempt(enrolment, item, finished_at=finished_at)
    return enrolment


def _passed_attempt(enrolment: Enrolment, item: PromisedItem, *, finished_at: datetime) -> None:
    if item.pass_mark is None:
        return
    rule = AttemptRule(
        pass_mark=item.pass_mark,
        attempts=item.attempts,
        layout=QuizLayout.ONE_PER_PAGE,
        feedback=FeedbackTiming.AT_END,
    )
    Attempt.objects.create(
        enrolment=enrolment,
        quiz_key=item.key,
        number=1,
        state=AttemptState.MARKED,
        rule=rule.to_json(),
        started_at=finished_at - timedelta(minutes=30),
        submitted_at=finished_at,
        score=(item.pass_mark + 100) / 2,
        is_passed=True,
        counts=True,
    )

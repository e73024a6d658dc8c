"""The cohort of the demonstration: its seats, its agencies, its sessions, two units of an agency."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from lms.accounts.enums import UnitKind
from lms.accounts.models import Agency, Membership, Unit, User
from lms.accounts.units.services import create_unit, put_in_unit
from lms.core.services import record_event
from lms.learning.cohorts.services import JoiningRules, create_cohort
from lms.learning.enums import AttendanceState, CertificateTiming, PlaceState, SessionPlace
from lms.learning.models import Cohort, CohortPlace, CourseSession, Enrolment
from lms.learning.services import enrol_in_cohort
from lms.learning.sessions.services import SessionPlan, note_attendance, plan_session

DEMO_COHORT = "Valle Alto, primer grupo"
DEMO_SEATS = 12
DAYS_SINCE_START = timedelta(days=7)
DAYS_OF_COHORT = timedelta(days=60)
DEMO_UNITS = (
    ("Puesto Paso Real Centro", UnitKind.STATION),
    ("Puesto Quebrada Seca", UnitKind.STATION),
)
DEMO_SESSIONS = (
    (-3, "Primera reunión", SessionPlace.ROOM),
    (4, "Segunda reunión", SessionPlace.ROOM),
    (9, "Tercera reunión", SessionPlace.VIDEO),
)
"""Days from today, the title, and where."""
DEMO_ROOM = "Aula 2, Jr. Los Molles 145, Paso Real"
DEMO_LINK = "https://video.example.test/valle-alto"


def ensure_demo_cohort(enrolment: Enrolment, *, acting_user: User, now: datetime) -> None:
    """Put a learner of the starter course into its first cohort, where there is none yet.

    Where the cohort of an earlier start has no session, its sessions are set; anything that
    somebody made or changed stays.
    """
    cohort = Cohort.objects.filter(release=enrolment.release).order_by("pk").first()
    agency = _agency_of(enrolment.learner)
    if cohort is None and enrolment.cohort_id is None:
        cohort = _make(enrolment, acting_user=acting_user, now=now)
        if agency is not None:
            _nominate(cohort, enrolment, agency, now=now)
    if cohort is not None and cohort.name == DEMO_COHORT:
        _ensure_sessions(cohort, acting_user=acting_user, now=now)
    if agency is not None:
        _ensure_units(agency, enrolment.learner, acting_user=acting_user, now=now)


def _agency_of(learner: User) -> Agency | None:
    rows = Membership.objects.filter(user=learner, until_date=None).select_related("agency")
    membership = rows.order_by("pk").first()
    return membership.agency if membership is not None else None


def _make(enrolment: Enrolment, *, acting_user: User, now: datetime) -> Cohort:
    today = timezone.localdate(now)
    rules = JoiningRules(
        seats=DEMO_SEATS,
        agencies=tuple(Agency.objects.order_by("name")),
        trainers=(acting_user,),
    )
    cohort = create_cohort(
        release=enrolment.release,
        name=DEMO_COHORT,
        starts_date=today - DAYS_SINCE_START,
        ends_date=today + DAYS_OF_COHORT,
        certificate_timing=CertificateTiming.AT_COMPLETION,
        rules=rules,
        acting_user=acting_user,
        now=now,
    )
    learner = enrolment.learner  # as one begins a demonstration: with no news
    enrol_in_cohort(learner=learner, cohort=cohort, acting_user=acting_user, now=now)
    return cohort


def _nominate(cohort: Cohort, enrolment: Enrolment, agency: Agency, *, now: datetime) -> None:
    """Let the agency have nominated the learner; as a row, because nobody need be told of it."""
    place = CohortPlace.objects.create(
        cohort=cohort,
        learner=enrolment.learner,
        agency=agency,
        enrolment=enrolment,
        state=PlaceState.SEATED,
        created_at=now,
        decided_at=now,
    )
    record_event(
        action="place_nominated",
        target=place,
        acting_user=None,
        now=now,
        subject=enrolment.learner_id,
    )


def _ensure_sessions(cohort: Cohort, *, acting_user: User, now: datetime) -> None:
    if CourseSession.objects.filter(cohort=cohort).exists():
        return
    for days, title, place in DEMO_SESSIONS:
        day = timezone.localdate(now) + timedelta(days=days)
        is_room = place == SessionPlace.ROOM
        session = plan_session(
            cohort=cohort,
            plan=SessionPlan(
                title=title,
                place=place,
                starts_at=timezone.make_aware(datetime.combine(day, time(9))),
                ends_at=timezone.make_aware(datetime.combine(day, time(12))),
                room=DEMO_ROOM if is_room else "",
                link="" if is_room else DEMO_LINK,
            ),
            acting_user=acting_user,
            now=now,
        )
        if days < 0:
            present = dict.fromkeys(
                cohort.enrolments.values_list("pk", flat=True), AttendanceState.PRESENT
            )
            note_attendance(session=session, states=present, acting_user=acting_user, now=now)


def _ensure_units(agency: Agency, learner: User, *, acting_user: User, now: datetime) -> None:
    if Unit.objects.filter(agency=agency).exists():
        return
    units = [
        create_unit(agency=agency, name=name, kind=kind, acting_user=acting_user, now=now)
        for name, kind in DEMO_UNITS
    ]
    for membership in Membership.objects.filter(agency=agency, user=learner, until_date=None):
        put_in_unit(membership=membership, unit=units[0], acting_user=acting_user, now=now)

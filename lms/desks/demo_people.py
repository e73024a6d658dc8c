"""The seven invented people of the demonstration, their agencies, roles and course."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from certificates.models import IssuerSettings, Signatory
from courses.enums import StaffPart
from courses.models import CoursePage, CourseRelease, CourseStaff
from lms.accounts.enums import MembershipRole, Sector, StaffRole
from lms.accounts.models import Agency, Membership, User
from lms.core.services import record_event
from lms.desks.demo_cohort import ensure_demo_cohort
from lms.desks.services import ensure_staff_groups
from lms.learning.models import Enrolment
from lms.learning.services import enrol_learner

DEMO_LOGIN = "amparo-demo"
STARTER_COURSE = "curso-inicial"
SHORT_COURSE = "primera-respuesta"
"""The short path through the same modules; Beto leads it, too."""
DEMO_SIGNATORIES = (
    ("Elena Quispe Yaranga", "Directora del programa (demostración)"),
    ("Marcos Shuña Pinedo", "Coordinador académico (demostración)"),
)


@dataclass(frozen=True)
class DemoAgency:
    """An agency that does not exist."""

    name: str
    sector: Sector
    region: str


@dataclass(frozen=True)
class DemoPerson:
    """A person who does not exist."""

    email: str
    full_name: str
    display_name: str
    what: str
    role: StaffRole | None = None
    agency: DemoAgency | None = None
    is_coordinator: bool = False


PASO_REAL = DemoAgency("Comisaría de Paso Real", Sector.POLICE, "Valle Alto")
RETAMAS = DemoAgency("Centro de Acogida Las Retamas", Sector.SHELTER, "Costa Grande")

DEMO_PEOPLE = (
    DemoPerson(
        "ana@demo.test",
        "Ana Rosa Huamán Ccori",
        "Ana",
        "operator, enrolled in the starter course",
        agency=PASO_REAL,
    ),
    DemoPerson(
        "beto@demo.test",
        "Alberto Ríos Tananta",
        "Beto Ríos",
        "trainer of that course",
        role=StaffRole.TRAINER,
    ),
    DemoPerson(
        "carla@demo.test",
        "Carla Yesenia Fiestas Ramos",
        "Carla",
        "operator of another agency, in none of Ana's courses",
        agency=RETAMAS,
    ),
    DemoPerson(
        "delia@demo.test",
        "Delia Apaza Turpo",
        "Delia Apaza",
        "coordinator of Ana's agency",
        agency=PASO_REAL,
        is_coordinator=True,
    ),
    DemoPerson(
        "emilio@demo.test",
        "Emilio Vargas Ancasi",
        "Emilio Vargas",
        "reviewer (legal) of contents",
        role=StaffRole.LEGAL_REVIEWER,
    ),
    DemoPerson(
        "fiorella@demo.test",
        "Fiorella Núñez Chumbe",
        "Fiorella Núñez",
        "reviewer (protection) of contents",
        role=StaffRole.PROTECTION_REVIEWER,
    ),
    DemoPerson(
        "gina@demo.test",
        "Gina Paredes Ugaz",
        "Gina Paredes",
        "administrator",
        role=StaffRole.ADMINISTRATOR,
    ),
)


@transaction.atomic
def create_demo_people(*, now: datetime) -> list[User]:
    """Make the demo people, or what is missing of them; what somebody changed since stays.

    Beto leads the starter course and Ana is enrolled in its newest release, in a cohort, where
    these exist.
    """
    ensure_staff_groups()
    people = {person.email: _ensure_person(person, now=now) for person in DEMO_PEOPLE}
    led = CoursePage.objects.filter(slug__in=(STARTER_COURSE, SHORT_COURSE))
    for key in set(led.values_list("translation_key", flat=True)):
        CourseStaff.objects.get_or_create(
            user=people["beto@demo.test"], course_key=key, defaults={"part": StaffPart.LEAD}
        )
    course = CoursePage.objects.filter(slug=STARTER_COURSE).order_by("pk").first()
    if course is not None:
        enrolment = _enrol(
            people["ana@demo.test"],
            course.translation_key,
            acting_user=people["beto@demo.test"],
            now=now,
        )
        if enrolment is not None:
            ensure_demo_cohort(enrolment, acting_user=people["beto@demo.test"], now=now)
    _ensure_signatories()
    return list(people.values())


def _ensure_signatories() -> None:
    """Name two invented people under the demo certificates, where nobody is named yet."""
    issuer = IssuerSettings.load()
    if issuer.signatories.exists():
        return
    for place, (name, post) in enumerate(DEMO_SIGNATORIES):
        Signatory.objects.create(issuer=issuer, sort_order=place, name=name, post=post)


def _ensure_person(person: DemoPerson, *, now: datetime) -> User:
    user = User.objects.filter(email=person.email).first()
    if user is None:
        user = User.objects.create_user(
            person.email,
            DEMO_LOGIN,
            full_name=person.full_name,
            display_name=person.display_name,
        )
        record_event(
            action="demo_person_created", target=user, acting_user=None, now=now, subject=user
        )
    EmailAddress.objects.get_or_create(
        user=user, email=person.email, defaults={"verified": True, "primary": True}
    )
    if person.role is not None:
        user.groups.add(Group.objects.get(name=person.role.value))
    if person.agency is not None:
        _ensure_membership(user, person, person.agency, now=now)
    return user


def _ensure_membership(
    user: User, person: DemoPerson, demo_agency: DemoAgency, *, now: datetime
) -> None:
    agency, _created = Agency.objects.get_or_create(
        name=demo_agency.name,
        defaults={"sector": demo_agency.sector, "region": demo_agency.region},
    )
    role = MembershipRole.COORDINATOR if person.is_coordinator else MembershipRole.MEMBER
    Membership.objects.get_or_create(
        user=user,
        agency=agency,
        until_date=None,
        defaults={"role": role, "from_date": timezone.localdate(now)},
    )


def _enrol(
    learner: User, course_key: UUID, *, acting_user: User, now: datetime
) -> Enrolment | None:
    course_is_live = CoursePage.objects.filter(translation_key=course_key, live=True).exists()
    if not course_is_live or not CourseRelease.objects.filter(course_key=course_key).exists():
        return None
    return enrol_learner(learner=learner, course_key=course_key, acting_user=acting_user, now=now)

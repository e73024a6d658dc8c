"""The demo people."""

from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import get_user
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from courses.models import CourseStaff
from lms.accounts.enums import StaffRole
from lms.accounts.models import Agency, Membership, Unit, User
from lms.accounts.names import clean_full_name
from lms.learning.enums import AttendanceState, CertificateTiming, PlaceState
from lms.learning.models import (
    Attendance,
    Cohort,
    CohortPlace,
    CourseSession,
    Enrolment,
    Notice,
)
from tests.factories import make_course, release_course_for_tests

pytestmark = pytest.mark.django_db


@pytest.fixture
def _debug(settings) -> None:
    settings.DEBUG = True


def _create(*args: str) -> str:
    out = StringIO()
    call_command("create_demo_people", *args, stdout=out)
    return out.getvalue()


def _people() -> dict[str, tuple[str, ...]]:
    return {
        person.email: tuple(person.groups.values_list("name", flat=True))
        for person in User.objects.prefetch_related("groups")
    }


def test_demo_people_refuse_a_real_site(settings) -> None:
    settings.DEBUG = False
    with pytest.raises(CommandError):
        _create()
    assert User.objects.count() == 0
    _create("--even-without-debug")
    assert User.objects.count() == 7


@pytest.mark.usefixtures("_debug")
def test_demo_people_have_their_roles_and_agencies() -> None:
    printed = _create()
    assert _people() == {
        "ana@demo.test": (),
        "beto@demo.test": (StaffRole.TRAINER,),
        "carla@demo.test": (),
        "delia@demo.test": (),
        "emilio@demo.test": (StaffRole.LEGAL_REVIEWER,),
        "fiorella@demo.test": (StaffRole.PROTECTION_REVIEWER,),
        "gina@demo.test": (StaffRole.ADMINISTRATOR,),
    }
    rows = Membership.objects.values_list("user__email", "agency__name", "role")
    assert sorted(rows) == [
        ("ana@demo.test", "Comisaría de Paso Real", "member"),
        ("carla@demo.test", "Centro de Acogida Las Retamas", "member"),
        ("delia@demo.test", "Comisaría de Paso Real", "coordinator"),
    ]
    assert Agency.objects.get(name="Comisaría de Paso Real").region == "Valle Alto"
    assert EmailAddress.objects.filter(verified=True, primary=True).count() == 7
    assert [person.full_name for person in User.objects.all()] == [
        clean_full_name(person.full_name) for person in User.objects.all()
    ]
    assert [email for email in _people() if email not in printed] == []


@pytest.mark.usefixtures("_debug")
def test_demo_people_twice_are_the_same_seven() -> None:
    _create()
    person = User.objects.get(email="ana@demo.test")
    person.full_name = "Ana Cambiada"
    person.save()
    _create()
    counts = (User.objects.count(), Membership.objects.count(), EmailAddress.objects.count())
    assert counts == (7, 3, 7)
    assert User.objects.get(email="ana@demo.test").full_name == "Ana Cambiada"


@pytest.mark.usefixtures("_debug")
def test_demo_people_join_the_starter_course_if_it_is_there() -> None:
    made = make_course(slug="curso-inicial", is_enrolment_open=False)
    release = release_course_for_tests(made)
    _create()
    _create()
    assert list(CourseStaff.objects.values_list("user__email", "part", "course_key")) == [
        ("beto@demo.test", "lead", made.course.translation_key)
    ]
    assert list(Enrolment.objects.values_list("learner__email", "release_id")) == [
        ("ana@demo.test", release.pk)
    ]
    cohort = Cohort.objects.get()
    assert (cohort.release, cohort.certificate_timing) == (release, CertificateTiming.AT_COMPLETION)
    assert Enrolment.objects.get().cohort == cohort
    assert (cohort.seats, cohort.agencies.count()) == (12, 2)
    assert [one.email for one in cohort.trainers.all()] == ["beto@demo.test"]
    place = CohortPlace.objects.get()
    assert (place.agency.name, place.state) == ("Comisaría de Paso Real", PlaceState.SEATED)


@pytest.mark.usefixtures("_debug")
def test_demo_cohort_has_a_past_session_and_two_to_come() -> None:
    release_course_for_tests(make_course(slug="curso-inicial"))
    _create()
    _create()

    now = timezone.now()
    rows = CourseSession.objects.order_by("starts_at")
    assert [(row.starts_at < now, row.place) for row in rows] == [
        (True, "room"),
        (False, "room"),
        (False, "video"),
    ]
    noted = Attendance.objects.get()
    assert (noted.session, noted.state) == (rows[0], AttendanceState.PRESENT)
    units = Unit.objects.filter(agency__name="Comisaría de Paso Real")
    ana = Membership.objects.get(user__email="ana@demo.test")
    assert (units.count(), ana.unit in units) == (2, True)
    assert not Notice.objects.exists()


@pytest.mark.usefixtures("_debug")
def test_demo_people_without_a_release_are_enrolled_in_nothing() -> None:
    make_course(slug="curso-inicial")
    _create()
    assert Enrolment.objects.count() == 0


@pytest.mark.usefixtures("_debug")
def test_demo_people_log_in(client: Client) -> None:
    _create()
    client.post("/accounts/login/", {"login": "ana@demo.test", "password": "amparo-demo"})
    assert get_user(client).get_username() == "ana@demo.test"

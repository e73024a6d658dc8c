"""Who is counted in which period, and under whose sex, sector and region."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from lms.accounts.enums import Sector
from lms.desks.reports.queries import population
from lms.learning.enums import PlaceState
from lms.learning.evaluation.enums import Grouping
from lms.learning.models import CohortPlace
from lms.learning.periods import Period, PeriodKind, periods_between, read_code
from tests.factories import AgencyFactory, MembershipFactory, release_course_for_tests
from tests.factories.cohorts import make_cohort
from tests.factories.courses import make_course
from tests.factories.reports import (
    AFTERWARDS,
    CERTIFIED,
    FINISHED,
    NOMINATED,
    SPRING,
    STARTED,
    crowd,
)
from tests.factories.staff import make_invitation

pytestmark = pytest.mark.django_db
QUARTER = Period(2026, 3, PeriodKind.QUARTER)


@pytest.fixture
def cohort():
    return make_cohort(release_course_for_tests(make_course()))


def counted(cohort, period=QUARTER):
    return population(cohort.release.course_key, period)


def test_stages_are_nested_and_groups_come_from_the_nominating_agency(cohort):
    police = AgencyFactory(region="Valle Alto")
    health = AgencyFactory(sector=Sector.HEALTH, region="Costa Grande")
    crowd(cohort, police, 2, reached=CERTIFIED, sex="woman")
    crowd(cohort, police, 3, reached=FINISHED, sex="man")
    crowd(cohort, health, 4, reached=STARTED, sex="untold")
    crowd(cohort, health, 5, reached=NOMINATED)

    found = counted(cohort)

    assert found.total == (14, 9, 5, 2)
    assert found.groups[Grouping.SEX] == {
        "man": (3, 3, 3, 0),
        "untold": (9, 4, 0, 0),
        "woman": (2, 2, 2, 2),
    }
    assert found.groups[Grouping.SECTOR] == {"health": (9, 4, 0, 0), "police": (5, 5, 5, 2)}
    assert list(found.groups[Grouping.REGION]) == ["Costa Grande", "Valle Alto"]
    assert found.agencies == {police.pk, health.pk}


def test_a_cohort_across_two_periods_counts_each_person_in_the_one_in_which_she_came(cohort):
    agency = AgencyFactory()
    crowd(cohort, agency, 2, at=datetime(2026, 9, 30, 23, 30, tzinfo=UTC))
    late = datetime(2026, 10, 1, 5, 0, tzinfo=UTC)  # midnight in Lima
    crowd(cohort, agency, 3, at=late)

    assert counted(cohort).total[0] == 2
    assert counted(cohort, QUARTER.next).total[0] == 3
    assert counted(cohort, Period(2026, 1, PeriodKind.YEAR)).total[0] == 5


def test_somebody_whom_two_agencies_nominated_is_one_person_of_the_first(cohort):
    first, second = AgencyFactory(region="Paso Real"), AgencyFactory(region="Costa Grande")
    people = crowd(cohort, first, 2)
    other = make_cohort(cohort.release)
    for days, person in enumerate(people, start=1):
        CohortPlace.objects.create(
            cohort=other,
            learner=person,
            agency=second,
            state=PlaceState.WAITING,
            created_at=SPRING + timedelta(days=days * 80),
        )

    assert counted(cohort).groups[Grouping.REGION] == {"Paso Real": (2, 2, 2, 2)}
    assert counted(cohort, QUARTER.next).total == (0, 0, 0, 0)


def test_who_enrolled_alone_counts_with_her_agency_of_that_day(cohort):
    member, loose = crowd(cohort, None, 2, reached=STARTED)
    past = AgencyFactory(region="Alto Quenual")
    MembershipFactory(user=member, agency=past, until_date=date(2026, 9, 1))
    MembershipFactory(user=member, agency=AgencyFactory(region="Otra"), from_date=date(2026, 9, 2))

    found = counted(cohort)

    assert found.groups[Grouping.REGION] == {"Alto Quenual": (1, 1, 0, 0), "": (1, 1, 0, 0)}
    assert set(found.enrolments.values_list("learner", flat=True)) == {member.pk, loose.pk}


def test_open_invitation_is_nominated_and_a_refused_wish_is_not(cohort):
    agency = AgencyFactory()
    coordinator = MembershipFactory(agency=agency).user
    invitation = make_invitation(agency, by=coordinator, now=SPRING)
    places = CohortPlace.objects
    places.create(
        cohort=cohort,
        invitation=invitation,
        agency=agency,
        state=PlaceState.INVITED,
        created_at=SPRING,
    )
    places.create(cohort=cohort, learner=coordinator, state=PlaceState.REFUSED, created_at=SPRING)

    assert counted(cohort).total == (1, 0, 0, 0)


def test_counting_takes_three_queries_for_any_number(cohort, django_assert_num_queries):
    for number in range(3):
        crowd(cohort, AgencyFactory(), number + 1)
        with django_assert_num_queries(3):
            counted(cohort)


@pytest.mark.parametrize("code", ["2026-T3", "2026-S2", "2026"])
def test_periods_have_codes_that_lead_back(code):
    period = read_code(code)
    assert period is not None
    assert period.code == code
    assert period.is_over(on=date(2027, 1, 1))
    assert not period.is_over(on=period.ends_date)


@pytest.mark.parametrize(
    "code", ["", "2026-T5", "2026-S3", "2026-", "20260", "x", "2026-Q1", "0000"]
)
def test_what_is_no_period_is_none(code):
    assert read_code(code) is None


def test_periods_follow_each_other_without_a_gap():
    for kind in PeriodKind:
        periods = list(periods_between(date(2025, 2, 1), AFTERWARDS.date(), kind))
        for one, following in pairwise(periods):
            assert one.ends_date + timedelta(days=1) == following.starts_date

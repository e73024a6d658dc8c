"""Who teaches and belongs to an agency sees no roster of another agency."""

import pytest
from django.urls import reverse

from lms.learning.cohorts.permissions import access_cohorts
from tests.factories import AgencyFactory, MembershipFactory
from tests.factories.cohorts import make_cohort
from tests.learning.cast import Cast, client_of, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_trainer_of_an_agency_sees_rosters_of_hers_and_those_for_everybody(cast: Cast) -> None:
    own, other = AgencyFactory(), AgencyFactory()
    MembershipFactory(user=cast.trainer, agency=own)
    cohorts = {name: make_cohort(cast.release) for name in ("all", "own", "other", "named")}
    cohorts["own"].agencies.add(own, other)
    cohorts["other"].agencies.add(other)
    cohorts["named"].agencies.add(other)
    cohorts["named"].trainers.add(cast.trainer)
    browser = client_of(cast.trainer)
    statuses = {
        name: browser.get(reverse("cohort_people", args=[cohort.pk])).status_code
        for name, cohort in cohorts.items()
    }
    assert statuses == {"all": 200, "own": 200, "other": 404, "named": 200}
    assert set(access_cohorts(cast.trainer)) == {
        cohort for name, cohort in cohorts.items() if name != "other"
    }
    page = client_of(cast.administrator).get(reverse("cohort_people", args=[cohorts["other"].pk]))
    assert page.status_code == 200


def test_trainer_without_an_agency_sees_all_cohorts_of_her_courses(cast: Cast) -> None:
    cohort = make_cohort(cast.release)
    cohort.agencies.add(AgencyFactory())
    MembershipFactory(user=cast.trainer, until_date="2026-01-02")
    assert list(access_cohorts(cast.trainer)) == [cohort]

"""Places whose enrolment has ended, whose cohort is over, or that moved under somebody's hands."""

from datetime import timedelta
from typing import Any

import pytest

from lms.accounts.models import Agency, User
from lms.learning.cohorts.services import (
    apply_for_place,
    nominate,
)
from lms.learning.enums import CohortJoining, EnrolmentState, PlaceState
from lms.learning.models import Cohort, CohortPlace, Enrolment
from tests.factories import AgencyFactory, UserFactory
from tests.factories.cohorts import make_cohort
from tests.learning.cast import NOW, Cast, make_cast

pytestmark = pytest.mark.django_db

AFTER_COHORT = NOW + timedelta(days=60)
WAITS = (PlaceState.APPLIED, PlaceState.WAITING)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def agency() -> Agency:
    found: Agency = AgencyFactory()
    return found


@pytest.fixture
def cohort(cast: Cast, agency: Agency) -> Cohort:
    """An open cohort with one seat, to which the agency nominates."""
    found = make_cohort(cast.release, seats=1, joining=CohortJoining.OPEN)
    found.agencies.add(agency)
    return found


def state_of(place: CohortPlace) -> str:
    return CohortPlace.objects.get(pk=place.pk).state


def ask(cohort: Cohort, learner: User) -> CohortPlace:
    return apply_for_place(cohort=cohort, learner=learner, now=NOW)


def test_place_whose_enrolment_has_ended_makes_room_for_another(
    cohort: Cohort, agency: Agency, cast: Cast
) -> None:
    learner, ended = UserFactory(), EnrolmentState.EXPIRED
    ways: list[Any] = [
        lambda: ask(cohort, learner),
        lambda: nominate(
            cohort=cohort, agency=agency, learner=learner, acting_user=cast.coordinator, now=NOW
        ),
    ]
    for way in ways:
        first = way()
        Enrolment.objects.filter(learner=learner).update(state=ended)
        again = way()
        assert (state_of(first), again.state) == (PlaceState.WITHDRAWN, PlaceState.SEATED)
        assert again.enrolment.state == EnrolmentState.ACTIVE
        Enrolment.objects.filter(learner=learner).update(state=ended)

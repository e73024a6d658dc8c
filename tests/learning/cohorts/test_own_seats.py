"""Whoever teaches a course gives herself no seat in its cohorts."""

import pytest
from django.urls import reverse

from lms.learning.cohorts.services import (
    CohortRefused,
    PlaceRefused,
    apply_for_place,
    approve_place,
    approve_places,
    join_cohort,
)
from lms.learning.enums import CohortJoining, PlaceState
from lms.learning.models import Cohort, CohortPlace, Enrolment
from tests.factories import EnrolmentFactory
from tests.factories.cohorts import make_cohort
from tests.learning.cast import NOW, Cast, client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort(cast: Cast) -> Cohort:
    """A cohort that people ask to join."""
    return make_cohort(cast.release, joining=CohortJoining.APPROVAL)


def test_own_application_is_decided_by_another_trainer(cast: Cast, cohort: Cohort) -> None:
    own = apply_for_place(cohort=cohort, learner=cast.trainer, now=NOW)
    other = apply_for_place(cohort=cohort, learner=cast.stranger, now=NOW)

    with pytest.raises(PlaceRefused):
        approve_place(place=own, acting_user=cast.trainer, now=NOW)
    decided = approve_places(cohort=cohort, places=[own, other], acting_user=cast.trainer, now=NOW)

    assert (decided.number, len(decided.problems)) == (1, 1)
    assert CohortPlace.objects.get(pk=own.pk).state == PlaceState.APPLIED
    admitted = approve_place(place=own, acting_user=cast.administrator, now=NOW)
    assert admitted.state == PlaceState.SEATED


def test_nobody_puts_herself_in(cast: Cast, cohort: Cohort) -> None:
    own = EnrolmentFactory(release=cast.release, learner=cast.trainer)
    both = [cast.enrolment, own]

    with pytest.raises(CohortRefused):
        join_cohort(cohort=cohort, enrolments=both, acting_user=cast.trainer, now=NOW)
    assert not Enrolment.objects.filter(cohort=cohort).exists()
    put = join_cohort(cohort=cohort, enrolments=both, acting_user=cast.administrator, now=NOW)
    assert put == len(both)
    again = join_cohort(cohort=cohort, enrolments=both, acting_user=cast.trainer, now=NOW)
    assert again == 0


def test_all_of_the_list_leaves_the_trainer_out(cast: Cast, cohort: Cohort) -> None:
    EnrolmentFactory(release=cast.release, learner=cast.trainer)

    client_of(cast.trainer).post(reverse("cohort_join", args=[cohort.pk]), {"who": "all"})

    assert Enrolment.objects.get(cohort=cohort) == cast.enrolment

"""The cohort's own page."""

import pytest
from django.urls import reverse

from tests.factories.cohorts import make_cohort
from tests.learning.cast import make_cast

pytestmark = pytest.mark.django_db


def test_cohort_home_is_for_the_staff_of_its_course() -> None:
    cast = make_cast()
    cohort = make_cohort(cast.release)

    assert cast.statuses(reverse("cohort", args=[cohort.pk])) == {
        "learner": 404,
        "trainer": 200,
        "coordinator": 404,
        "administrator": 200,
        "stranger": 404,
        "nobody": 302,
    }

"""What the tests of places in cohorts begin with: one seat, and what is asked of it."""

from datetime import timedelta
from typing import Any

from lms.accounts.models import Agency, User
from lms.learning.cohorts.queries import seat_count
from lms.learning.cohorts.services import apply_for_place, nominate
from lms.learning.models import Cohort, CohortPlace
from tests.factories import UserFactory
from tests.learning.cast import NOW

LATER = NOW + timedelta(minutes=1)
AFTER_INVITATION = NOW + timedelta(days=15)


def state_of(place: CohortPlace) -> str:
    return CohortPlace.objects.get(pk=place.pk).state


def taken(cohort: Cohort) -> tuple[int, int, int]:
    seats = seat_count(Cohort.objects.get(pk=cohort.pk), now=NOW)
    return seats.enrolled, seats.kept, seats.waiting


def ask(cohort: Cohort, learner: User | None = None, **more: Any) -> CohortPlace:
    return apply_for_place(
        cohort=cohort, learner=learner or UserFactory(), now=more.pop("now", NOW), **more
    )


def send(cohort: Cohort, agency: Agency, by: User, **person: Any) -> CohortPlace:
    return nominate(cohort=cohort, agency=agency, acting_user=by, now=NOW, **person)

"""Many at the same moment, each with a connection of its own: the last seat is given once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from lms.core.models import AuditEvent
from lms.learning.cohorts.queries import seat_count
from lms.learning.cohorts.services import apply_for_place, approve_place, nominate
from lms.learning.enums import CohortJoining, PlaceState
from lms.learning.models import CohortPlace, Enrolment
from tests.factories import AgencyFactory, UserFactory
from tests.factories.cohorts import make_cohort
from tests.learning.cast import NOW, make_cast

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.xdist_group("races"),
]
CROWD = 6


def all_at_once(work: Callable[[int], Any]) -> list[Any]:
    barrier = Barrier(CROWD)

    def run(number: int) -> Any:
        try:
            barrier.wait(timeout=30)
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=CROWD) as pool:
        return list(pool.map(run, range(CROWD)))


def test_last_seat_is_taken_once() -> None:
    cohort = make_cohort(make_cast().release, seats=1, joining=CohortJoining.OPEN)
    crowd = [UserFactory(email=None, username=f"p{n}") for n in range(CROWD)]

    places = all_at_once(
        lambda number: apply_for_place(cohort=cohort, learner=crowd[number], now=NOW)
    )

    assert sorted(place.state for place in places) == ["seated"] + ["waiting"] * (CROWD - 1)
    assert Enrolment.objects.filter(cohort=cohort).count() == 1


def test_two_coordinators_nominate_the_same_person_once() -> None:
    cast, agency = make_cast(), AgencyFactory()
    cohort = make_cohort(cast.release, seats=1)
    cohort.agencies.add(agency)
    learner = UserFactory(email=None, username="p")

    all_at_once(
        lambda _number: nominate(
            cohort=cohort, agency=agency, learner=learner, acting_user=cast.coordinator, now=NOW
        )
    )

    assert CohortPlace.objects.get().state == PlaceState.SEATED
    assert Enrolment.objects.filter(learner=learner).count() == 1


def test_two_trainers_admit_once() -> None:
    cast = make_cast()
    cohort = make_cohort(cast.release, seats=1, joining=CohortJoining.APPROVAL)
    places = [
        apply_for_place(cohort=cohort, learner=UserFactory(email=None, username=f"p{n}"), now=NOW)
        for n in range(2)
    ]

    all_at_once(
        lambda number: approve_place(
            place=places[number % 2],
            acting_user=(cast.trainer, cast.administrator)[number % 3 == 0],
            now=NOW,
        )
    )

    states = sorted(CohortPlace.objects.values_list("state", flat=True))
    assert states == ["seated", "waiting"]
    assert AuditEvent.objects.filter(action="place_approved").count() == 2
    assert seat_count(cohort, now=NOW).enrolled == 1

"""Reviewers who decide at the same moment, each with a connection of her own: one decision stands."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from courses.models import ContentReview
from courses.reviewing.enums import ReviewOutcome, ReviewPart
from courses.reviewing.services import AlreadyDecided
from lms.accounts.enums import StaffRole
from tests.courses.reviewing.scene import make_scene
from tests.factories import UserFactory

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.xdist_group("races"),
]
CROWD = 4


def test_of_decisions_at_the_same_moment_one_stands_and_the_others_name_it() -> None:
    scene = make_scene()
    scene.send()
    seen, pk = scene.seen(), scene.lesson.pk
    crowd = [UserFactory(role=StaffRole.LEGAL_REVIEWER) for _number in range(CROWD)]
    barrier = Barrier(CROWD)

    def decide(number: int) -> int | None:
        outcome = ReviewOutcome.APPROVED if number % 2 else ReviewOutcome.CHANGES
        try:
            barrier.wait(timeout=30)
            scene.decide(ReviewPart.LEGAL, outcome, pk=pk, by=crowd[number], seen=seen)
        except AlreadyDecided as refusal:
            return refusal.decision.pk
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(max_workers=CROWD) as pool:
        named = list(pool.map(decide, range(CROWD)))

    review = ContentReview.objects.get()
    assert sorted(named, key=str) == sorted([None, *[review.pk] * (CROWD - 1)], key=str)

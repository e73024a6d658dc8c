"""Several trainers sign at the same moment, each with a connection of her own."""

from uuid import uuid4

import pytest

from lms.learning.models import Notice, PracticeObservation
from tests.factories import UserFactory
from tests.learning.attempts.test_races import all_at_once
from tests.learning.practice.people import make_room

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.xdist_group("races"),
]

CROWD = 6


def test_trainers_in_two_rooms_get_numbers_of_their_own_and_one_form_signs_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("lms.core.outbox.send_now", lambda *task, **ids: None)
    room = make_room(needs_approval=True)
    trainers = [UserFactory() for _number in range(CROWD)]
    form_key = uuid4()

    def work(number: int) -> int:
        if number < CROWD:
            return room.sign(acting_user=trainers[number]).pk
        return room.sign(acting_user=room.cast.trainer, form_key=form_key).pk

    signed = all_at_once(work, count=2 * CROWD)

    numbers = PracticeObservation.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, CROWD + 2))
    assert len(set(signed[CROWD:])) == 1
    assert Notice.objects.count() == CROWD + 1

"""The mails of people who were invited together: a few in each turn, and an end when nothing moves."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from lms.accounts.invitations import many
from lms.accounts.invitations.many import Invited, invite_many, send_waiting_invitations
from lms.accounts.invitations.queries import invitations
from lms.core.enums import OutboxState
from tests.factories import AgencyFactory
from tests.factories.staff import make_coordinator
from tests.learning.cast import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Invite five people, and note the messages; a turn takes two of them."""
    agency = AgencyFactory()
    people = [Invited(f"p{number}@example.test", "Rosa Quispe", "es") for number in range(5)]
    by = make_coordinator(agency)
    invite_many(agency=agency, people=people, acting_user=by, now=NOW)
    messages: list[str] = []
    monkeypatch.setattr(many, "send_now", messages.append)
    monkeypatch.setattr(many, "MAILS_A_TURN", 2)
    return messages


def test_each_turn_sends_a_few_and_asks_for_another(sent: list[str]) -> None:
    assert mail.outbox == []

    assert [send_waiting_invitations(clock=lambda: NOW) for _ in range(4)] == [2, 2, 1, 0]
    assert (len(sent), len(mail.outbox)) == (2, 5)
    assert len({one.to[0] for one in mail.outbox}) == 5
    assert set(invitations().values_list("state", flat=True)) == {OutboxState.DONE}


def test_lane_ends_while_the_mail_server_is_down(
    sent: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*given: Any, **more: Any) -> None:
        raise OSError("down")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
    assert (send_waiting_invitations(clock=lambda: NOW), sent) == (0, [])

    monkeypatch.undo()
    later = NOW + timedelta(hours=1)
    assert send_waiting_invitations(clock=lambda: later) == 5

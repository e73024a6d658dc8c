"""Inviting, answering, taking back, and the mail of an invitation."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.mail.backends.locmem import EmailBackend
from django.test import override_settings
from django.utils import timezone
from django.utils.formats import time_format

from lms.accounts.documents import document_fingerprint
from lms.accounts.enums import InvitationState, UnitKind
from lms.accounts.invitations import tasks
from lms.accounts.invitations.queries import (
    invitation_by_secret,
    invitations,
    invited_document_tail,
)
from lms.accounts.invitations.sending import LEASE, resend_stale_invitations, send_invitation
from lms.accounts.invitations.services import (
    SEND_TASK,
    VALID_FOR,
    AlreadyMember,
    InvitationRefused,
    accept_invitation,
    decline_invitation,
    resend_invitation,
    withdraw_invitation,
)
from lms.accounts.models import Invitation, Membership, Unit
from lms.core.enums import OutboxState
from lms.core.models import AuditEvent
from lms.core.outbox import MOST_MAIL_TRIES
from tests.accounts.test_mail import TOPIC
from tests.factories import AgencyFactory, MembershipFactory, UserFactory
from tests.factories.staff import make_coordinator, make_invitation
from tests.learning.cast import NOW

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


class NoServer(EmailBackend):
    """A mail server that cannot be reached."""

    def send_messages(self, messages: Any) -> int:
        raise ConnectionRefusedError("nobody listens")


NO_SERVER = override_settings(EMAIL_BACKEND=f"{__name__}.NoServer")


class Desk:
    """An agency and its coordinator."""

    def __init__(self) -> None:
        self.agency = AgencyFactory()
        self.coordinator = make_coordinator(self.agency)

    def invite(self, **fields: Any) -> Invitation:
        given = {"now": NOW, "email": "luz@example.test", "full_name": "Luz Quispe", **fields}
        return make_invitation(self.agency, by=self.coordinator, **given)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def secret_in_last_mail() -> str:
    found = re.search(r"/invitacion/([^/\s]+)/", str(mail.outbox[-1].body))
    assert found is not None
    return found[1]


def sent(invitation: Invitation, *, now: Any = NOW) -> str:
    """Send the mail of an invitation and return the secret in it."""
    assert send_invitation(invitation_id=invitation.pk, now=now)
    return secret_in_last_mail()


def test_invite_keeps_what_the_agency_says_and_makes_no_account(
    desk: Desk, django_capture_on_commit_callbacks: Any
) -> None:
    unit = Unit.objects.create(agency=desk.agency, kind=UnitKind.STATION, name="Paso Real")
    with django_capture_on_commit_callbacks() as sendings:
        row = desk.invite(
            email=" Luz@Example.test ",
            full_name=" Luz  Ñahui ",
            unit=unit,
            document_kind="dni",
            document_number="1234-5678",
        )
    row.refresh_from_db()
    assert (row.email, row.full_name, row.unit) == ("luz@example.test", "Luz Ñahui", unit)
    assert row.document_fingerprint == document_fingerprint("dni", "12345678")
    assert invited_document_tail(row) == "678"
    assert "12345678" not in row.document_ciphertext
    assert (row.state, row.expires_at, row.invited_by) == (
        OutboxState.PENDING,
        NOW + VALID_FOR,
        desk.coordinator,
    )
    assert len(sendings) == 1
    assert not Membership.objects.filter(user__email="luz@example.test").exists()


def test_invite_is_cheap(desk: Desk, django_assert_max_num_queries: Any) -> None:
    """Thousands are invited by an import: four queries and two savepoints each, changed or not."""
    with django_assert_max_num_queries(8):
        desk.invite()
    with django_assert_max_num_queries(4):
        desk.invite()


def test_inviting_again_changes_only_what_changed(
    desk: Desk, django_capture_on_commit_callbacks: Any
) -> None:
    first = desk.invite(document_kind="dni", document_number="12345678")
    secret = sent(first)
    with django_capture_on_commit_callbacks() as sendings:
        same = desk.invite(document_kind="dni", document_number="12345678", now=NOW + DAY)
        changed = desk.invite(email="LUZ@example.test", full_name="Luz Quispe Soto", now=NOW + DAY)
    assert {same.pk, changed.pk} == {first.pk}
    assert sendings == []
    assert invitation_by_secret(secret) == first
    assert changed.document_fingerprint == first.document_fingerprint
    events = AuditEvent.objects.filter(target_id=str(first.pk)).order_by("pk")
    assert list(events.values_list("action", "changed_fields")) == [
        ("invitation_made", []),
        ("invitation_changed", ["full_name"]),
    ]


@pytest.mark.parametrize("ending", ["expired", "declined", "withdrawn", "not_delivered"])
def test_inviting_again_renews_what_cannot_be_accepted(desk: Desk, ending: str) -> None:
    row = desk.invite()
    old = sent(row)
    later = NOW + DAY
    if ending == "declined":
        decline_invitation(invitation=row, now=NOW)
    elif ending == "withdrawn":
        withdraw_invitation(invitation=row, acting_user=desk.coordinator, now=NOW)
    elif ending == "not_delivered":
        Invitation.objects.filter(pk=row.pk).update(state=OutboxState.FAILED, failure="x")
    else:
        later = NOW + VALID_FOR
    renewed = desk.invite(now=later)
    assert renewed.pk == row.pk
    assert renewed.answer(now=later) == InvitationState.OPEN
    assert renewed.expires_at == later + VALID_FOR
    assert invitation_by_secret(old) is None
    assert invitation_by_secret(sent(renewed, now=later)) == row


@pytest.mark.parametrize("ending", ["declined", "withdrawn"])
def test_taking_back_and_inviting_again_sends_no_second_mail_within_the_hour(
    desk: Desk, ending: str, django_capture_on_commit_callbacks: Any
) -> None:
    row = desk.invite()
    sent(row)
    if ending == "declined":
        decline_invitation(invitation=row, now=NOW)
    else:
        withdraw_invitation(invitation=row, acting_user=desk.coordinator, now=NOW)
    with (
        django_capture_on_commit_callbacks() as sendings,
        pytest.raises(InvitationRefused) as refused,
    ):
        desk.invite(now=NOW + 59 * MINUTE)
    assert sendings == []
    free = timezone.localtime(NOW + 60 * MINUTE)
    assert time_format(free, "TIME_FORMAT") in str(refused.value)
    desk.invite(now=NOW + 60 * MINUTE)
    assert invitations().get().answer(now=NOW + 60 * MINUTE) == InvitationState.OPEN


@pytest.mark.parametrize(
    ("name", "is_there"),
    [("Luz Quispe", True), ("Luz M. Quispe", True), ("Premio en evil.com", False),
     ("Entre a www.evil", False), ("Http evil", False)],
)  # fmt: skip
def test_mail_leaves_out_a_name_that_looks_like_a_link(
    desk: Desk, name: str, is_there: bool
) -> None:
    sent(desk.invite(full_name=name))
    assert (name in str(mail.outbox[-1].body)) is is_there
    assert "evil" not in str(mail.outbox[-1].body)


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "luz"},
        {"full_name": "12"},
        {"document_kind": "dni", "document_number": "123"},
    ],
)
def test_invite_refuses_what_cannot_be_right(desk: Desk, wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        desk.invite(**wrong)
    assert not Invitation.objects.exists()


def test_invite_refuses_members_by_their_address_and_by_the_one_they_were_invited_at(
    desk: Desk,
) -> None:
    member = MembershipFactory(agency=desk.agency, user__email="rosa@example.test")
    with pytest.raises(AlreadyMember) as found:
        desk.invite(email="Rosa@example.test")
    assert found.value.membership == member
    joined = accept_invitation(invitation=desk.invite(), user=UserFactory(), now=NOW)
    with pytest.raises(AlreadyMember) as found:
        desk.invite()
    assert found.value.membership == joined


def test_invite_says_nothing_of_accounts_elsewhere(desk: Desk) -> None:
    MembershipFactory(user__email="otra@example.test")
    UserFactory(email="sola@example.test")
    for address in ("otra@example.test", "sola@example.test", "nadie@example.test"):
        row = desk.invite(email=address)
        assert row.answer(now=NOW) == InvitationState.OPEN


def test_somebody_who_left_can_be_invited_again(desk: Desk) -> None:
    user = UserFactory()
    first = desk.invite()
    joined = accept_invitation(invitation=first, user=user, now=NOW)
    Membership.objects.filter(pk=joined.pk).update(until_date=date(2026, 11, 25))
    later = NOW + 5 * DAY
    second = desk.invite(now=later)
    assert second.pk != first.pk
    again = accept_invitation(invitation=second, user=user, now=later)
    assert (again.from_date, again.until_date) == (date(2026, 11, 29), None)


def test_accepting_joins_once_and_forgets_the_document(desk: Desk) -> None:
    row = desk.invite(document_kind="dni", document_number="12345678")
    user = UserFactory()
    first = accept_invitation(invitation=row, user=user, now=NOW, with_document=True)
    second = accept_invitation(invitation=row, user=user, now=NOW + MINUTE)
    assert first == second
    assert (first.user, first.agency, first.role) == (user, desk.agency, "member")
    row.refresh_from_db()
    user.refresh_from_db()
    assert (row.document_kind, row.document_ciphertext, row.document_fingerprint) == ("", "", "")
    assert user.document_fingerprint == document_fingerprint("dni", "12345678")


def test_document_goes_into_the_account_only_if_wanted_and_none_is_there(desk: Desk) -> None:
    unwilling, has_one = UserFactory(), UserFactory()
    for user, wish in ((unwilling, False), (has_one, True)):
        if wish:
            user.document_kind, user.document_ciphertext = "dni", "x"
            user.document_fingerprint = "her own"
            user.save()
        row = desk.invite(
            email=f"{user.pk}@example.test", document_kind="dni", document_number="12345678"
        )
        accept_invitation(invitation=row, user=user, now=NOW, with_document=wish)
        user.refresh_from_db()
    assert (unwilling.document_fingerprint, has_one.document_fingerprint) == ("", "her own")


def test_coordinator_stays_coordinator_when_she_accepts(desk: Desk) -> None:
    row = desk.invite()
    accept_invitation(invitation=row, user=desk.coordinator, now=NOW)
    assert Membership.objects.get(user=desk.coordinator).role == "coordinator"


def test_only_an_open_invitation_can_be_answered(desk: Desk) -> None:
    row, user = desk.invite(), UserFactory()
    with pytest.raises(InvitationRefused):
        accept_invitation(invitation=row, user=user, now=NOW + VALID_FOR)
    withdraw_invitation(invitation=row, acting_user=desk.coordinator, now=NOW)
    with pytest.raises(InvitationRefused):
        accept_invitation(invitation=row, user=user, now=NOW)
    with pytest.raises(InvitationRefused):
        decline_invitation(invitation=row, now=NOW)
    other = desk.invite(email="otra@example.test")
    accept_invitation(invitation=other, user=user, now=NOW)
    with pytest.raises(InvitationRefused):
        accept_invitation(invitation=other, user=UserFactory(), now=NOW)
    with pytest.raises(InvitationRefused):
        withdraw_invitation(invitation=other, acting_user=desk.coordinator, now=NOW)
    assert Membership.objects.filter(agency=desk.agency).count() == 2


def test_invitation_is_sent_again_with_a_new_link_after_an_hour(desk: Desk) -> None:
    row = desk.invite()
    old = sent(row)
    with pytest.raises(InvitationRefused, match=r"menos de una hora|less than an hour"):
        resend_invitation(invitation=row, acting_user=desk.coordinator, now=NOW + MINUTE)
    later = NOW + 2 * DAY
    resend_invitation(invitation=row, acting_user=desk.coordinator, now=later)
    new = sent(row, now=later)
    assert invitation_by_secret(old) is None
    found = invitation_by_secret(new)
    assert found is not None
    assert found.expires_at == later + VALID_FOR


def test_task_has_the_name_by_which_it_is_sent() -> None:
    assert tasks.send_invitation.name == SEND_TASK
    swept = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert tasks.resend_stale_invitations.name in swept


@pytest.mark.parametrize(("language", "start"), [("es", "/invitacion/"), ("en", "/en/invitacion/")])
@pytest.mark.parametrize("name", ["Saywa", "Inés de la Cruz Ñahui", "Ana del Águila O'Higgins"])
def test_mail_is_neutral_and_spells_the_name(
    desk: Desk, language: str, start: str, name: str
) -> None:
    desk.agency.name = "Refugio para víctimas de trata"
    desk.agency.save()
    row = desk.invite(full_name=name, language=language)
    secret = sent(row)
    [message] = mail.outbox
    text = f"{message.subject}\n{message.body}"
    assert f"{settings.BASE_URL}{start}{secret}/" in text
    assert f"{name}:" in text
    assert message.to == ["luz@example.test"]
    assert desk.agency.name not in text
    assert not TOPIC.search(text)
    row.refresh_from_db()
    assert secret not in row.token_digest
    assert (row.state, row.done_at) == (OutboxState.DONE, NOW)


def test_mail_is_sent_once_and_never_for_what_was_answered(desk: Desk) -> None:
    row, other = desk.invite(), desk.invite(email="otra@example.test")
    sent(row)
    assert not send_invitation(invitation_id=row.pk, now=NOW)
    withdraw_invitation(invitation=other, acting_user=desk.coordinator, now=NOW)
    assert not send_invitation(invitation_id=other.pk, now=NOW)
    assert len(mail.outbox) == 1
    assert set(Invitation.objects.values_list("state", flat=True)) == {OutboxState.DONE}


def test_mail_server_down_for_a_day_loses_nothing(desk: Desk) -> None:
    """The sweep runs each minute; the row says when it may be tried again."""
    row = desk.invite()
    moment, tried = NOW, []
    with NO_SERVER:
        while moment < NOW + DAY:
            moment += 10 * MINUTE
            if Invitation.objects.stale(now=moment).exists():
                tried.append(moment)
                assert not send_invitation(invitation_id=row.pk, now=moment)
    row.refresh_from_db()
    assert row.state == OutboxState.PENDING
    assert len(tried) == row.tries < MOST_MAIL_TRIES
    assert row.failure == "ConnectionRefusedError: nobody listens"
    soon = moment + timedelta(hours=6)
    secret = sent(row, now=soon)
    found = invitation_by_secret(secret)
    assert found is not None
    assert found.expires_at == soon + VALID_FOR
    assert found.failure == ""


def test_mail_is_given_up_after_the_last_try(desk: Desk) -> None:
    row = desk.invite()
    Invitation.objects.filter(pk=row.pk).update(tries=MOST_MAIL_TRIES - 1)
    with NO_SERVER:
        send_invitation(invitation_id=row.pk, now=NOW)
    row.refresh_from_db()
    assert (row.state, row.tries) == (OutboxState.FAILED, MOST_MAIL_TRIES)


def test_address_that_is_refused_for_good_fails_at_once_and_is_not_noted(desk: Desk) -> None:
    row = desk.invite(email="nadie@example.test")
    with override_settings(EMAIL_BACKEND="tests.learning.test_notices.RefusesOne"):
        assert not send_invitation(invitation_id=row.pk, now=NOW)
    row.refresh_from_db()
    assert (row.state, row.failure) == (OutboxState.FAILED, "SMTPRecipientsRefused: 550")


def test_sweep_sends_what_no_worker_holds(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = desk.invite(now=NOW - DAY)
    desk.invite(email="fresca@example.test")
    held = desk.invite(email="tomada@example.test", now=NOW - DAY)
    Invitation.objects.claim(held.pk, now=NOW, lease=LEASE)
    names: list[tuple[str, int]] = []
    monkeypatch.setattr(
        "lms.accounts.invitations.sending.send_now",
        lambda name, *, invitation_id: names.append((name, invitation_id)),
    )
    assert resend_stale_invitations(now=NOW) == 1
    assert names == [(SEND_TASK, lost.pk)]

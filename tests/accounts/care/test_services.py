"""Wishes to be contacted: encrypted, for named people alone, and gone when their days are over."""

from datetime import UTC, datetime, timedelta
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection

from lms.accounts.care import tasks
from lms.accounts.care.reading import care, own_wish, wishes, wishes_for
from lms.accounts.care.services import (
    WishRefused,
    answer_wish,
    delete_due_wishes,
    mark_handled,
    resend_stale_contact_mails,
    send_contact_mail,
    send_wish,
    take_wish_back,
)
from lms.accounts.enums import StaffRole
from lms.accounts.models import ContactWish, User
from lms.core.enums import OutboxState
from lms.core.models import AuditEvent
from tests.accounts.test_mail import TOPIC
from tests.factories import MembershipFactory, UserFactory
from tests.factories.paper import make_person_without_mail, name_for_care

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 15, 0, tzinfo=UTC)
WAY = {
    "way": "telephone",
    "address": "987 654 321",
    "hour": "martes de 3 a 5",
    "may_leave_message": False,
}


def _send(user: User, *, now: datetime = NOW, **more: Any) -> ContactWish:
    return send_wish(user=user, now=now, **{**WAY, **more})


def _named(*, on: datetime = NOW) -> list[User]:
    return list(care(on=on.date()).people)


def test_nothing_can_be_sent_while_nobody_is_named() -> None:
    person = UserFactory()
    with pytest.raises(WishRefused):
        _send(person)
    name_for_care()
    with pytest.raises(WishRefused):
        _send(person)
    assert not wishes().exists()


def test_wish_is_encrypted_and_nothing_tells_who_asked() -> None:
    name_for_care(UserFactory())
    person = UserFactory()
    _send(person)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_contactwish")
        stored = str(cursor.fetchall())
    assert not [word for word in ("987", "martes", "telephone", "hour") if word in stored]
    assert not AuditEvent.objects.exists()
    own = own_wish(person, care(on=NOW.date()), now=NOW)
    assert own is not None
    assert (own.words.way, own.words.address, own.words.hour) == (
        "telephone",
        "987 654 321",
        "martes de 3 a 5",
    )


def test_sending_again_replaces_and_taking_back_deletes() -> None:
    reader = UserFactory()
    name_for_care(reader)
    person = UserFactory()
    _send(person)
    second = _send(person, hour="viernes")
    assert list(wishes()) == [second]
    take_wish_back(user=person)
    take_wish_back(user=person)
    assert not wishes().exists()
    with pytest.raises(WishRefused):
        mark_handled(wish=second, acting_user=reader, now=NOW)


def test_only_those_who_were_named_when_it_was_sent_read_it() -> None:
    first, second, later = (UserFactory() for _number in range(3))
    name_for_care(first, second)
    wish = _send(UserFactory())

    def read_by(user: User) -> list[ContactWish]:
        return [one.wish for one in wishes_for(user, care(on=NOW.date()), now=NOW)]

    assert [read_by(user) for user in (first, second, later)] == [[wish], [wish], []]
    name_for_care(second, later)
    assert [read_by(user) for user in (first, second, later)] == [[], [wish], []]
    name_for_care(later)
    assert [read_by(user) for user in (first, second, later)] == [[], [], []]
    own = own_wish(wish.user, care(on=NOW.date()), now=NOW)
    assert own is not None
    assert own.readers == ()


@pytest.mark.parametrize("change", ["trains", "coordinates", "inactive"])
def test_named_person_who_must_not_read_reads_nothing(change: str) -> None:
    reader = UserFactory(role=StaffRole.TRAINER if change == "trains" else None)
    settings = name_for_care(reader)
    if change == "coordinates":
        MembershipFactory(user=reader, role="coordinator")
    if change == "inactive":
        reader.is_active = False
        reader.save()
    assert _named() == []
    settings.refresh_from_db()
    with pytest.raises(ValidationError) as refusal:
        settings.full_clean()
    assert set(refusal.value.message_dict) == {"first_person"}


def test_settings_take_two_different_people_and_a_year_at_most() -> None:
    one, other = UserFactory(), UserFactory(role=StaffRole.ADMINISTRATOR)
    name_for_care(one, other).full_clean()
    assert _named() == [one, other]
    for settings, field in (
        (name_for_care(one, one), "second_person"),
        (name_for_care(one, keep_days=0), "keep_days"),
        (name_for_care(one, keep_days=366), "keep_days"),
    ):
        with pytest.raises(ValidationError) as refusal:
            settings.full_clean()
        assert set(refusal.value.message_dict) == {field}


def test_wish_is_out_of_sight_and_deleted_when_its_days_are_over() -> None:
    reader, person = UserFactory(), UserFactory()
    name_for_care(reader, keep_days=10)
    _send(person)
    named, last = care(on=NOW.date()), NOW + timedelta(days=9)
    assert delete_due_wishes(now=last) == 0
    assert len(wishes_for(reader, named, now=last)) == 1
    over = NOW + timedelta(days=10)
    assert wishes_for(reader, named, now=over) == []
    assert own_wish(person, named, now=over) is None
    assert delete_due_wishes(now=over) == 1
    assert not wishes().exists()


def test_handled_wish_keeps_only_the_answer_and_its_days() -> None:
    reader, person = UserFactory(), UserFactory()
    name_for_care(reader)
    wish = _send(person, way="page", address="")
    answer_wish(wish=wish, text="Puede llamar al 1818.", acting_user=reader, now=NOW)
    mark_handled(wish=wish, acting_user=reader, now=NOW)
    own = own_wish(person, care(on=NOW.date()), now=NOW)
    assert own is not None
    assert own.words.is_emptied
    assert (own.words.hour, own.words.answer) == ("", "Puede llamar al 1818.")
    assert own.wish.handled_by == reader
    events = AuditEvent.objects.order_by("pk").values_list(
        "action", "actor_id", "subject_id", "target_id", "reason"
    )
    assert list(events) == [
        ("contact_wish_answered", reader.pk, None, str(wish.pk), ""),
        ("contact_wish_handled", reader.pk, None, str(wish.pk), ""),
    ]
    for again in (
        lambda: mark_handled(wish=wish, acting_user=reader, now=NOW),
        lambda: answer_wish(wish=wish, text="Otra", acting_user=reader, now=NOW),
    ):
        with pytest.raises(WishRefused):
            again()


def test_erased_person_leaves_no_wish() -> None:
    name_for_care(UserFactory())
    person = UserFactory()
    _send(person)
    person.delete()
    assert not wishes().exists()


def test_mail_to_the_named_is_neutral_and_goes_out_once() -> None:
    one, other = UserFactory(), UserFactory()
    name_for_care(one, other)
    wish = _send(UserFactory(full_name="Rosa Quispe"))
    assert [send_contact_mail(wish_id=wish.pk, now=NOW) for _n in range(2)] == [True, False]
    message = mail.outbox[0]
    assert len(mail.outbox) == 1
    assert sorted(message.to) == sorted([one.email, other.email])
    text = f"{message.subject} {message.body} {message.extra_headers}"
    assert TOPIC.findall(text) == []
    assert not [word for word in ("Rosa", "987", "martes") if word in text]
    assert "/ayuda/pedidos/" in message.body


def test_nobody_is_mailed_without_a_confirmed_address_or_for_a_wish_that_is_gone() -> None:
    reader = make_person_without_mail()
    name_for_care(reader)
    person = UserFactory()
    wish = _send(person)
    assert not send_contact_mail(wish_id=wish.pk, now=NOW)
    wish.refresh_from_db()
    assert wish.state == OutboxState.DONE
    take_wish_back(user=person)
    tasks.send_contact_mail(wish_id=wish.pk)
    tasks.resend_stale_contact_mails()
    tasks.delete_due_wishes()
    assert mail.outbox == []


def test_mail_server_that_is_down_holds_the_mail_back(monkeypatch: pytest.MonkeyPatch) -> None:
    name_for_care(UserFactory())
    wish = _send(UserFactory())

    def refuse(*_args: object) -> None:
        raise SMTPServerDisconnected("down")

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
        assert not send_contact_mail(wish_id=wish.pk, now=NOW)
    wish.refresh_from_db()
    assert (wish.state, wish.failure) == (OutboxState.PENDING, "SMTPServerDisconnected")
    later = NOW + timedelta(hours=1)
    sent: list[int] = []
    monkeypatch.setattr(
        "lms.accounts.care.services.send_now", lambda _task, wish_id: sent.append(wish_id)
    )
    assert resend_stale_contact_mails(now=later) == 1
    assert sent == [wish.pk]
    assert send_contact_mail(wish_id=wish.pk, now=later)

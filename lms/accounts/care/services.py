"""Asking to be contacted, and what becomes of it.

Who asked is nowhere but in the row itself: neither sending nor taking back is written into the
audit trail, which would keep for ever that somebody asked. What the named people do with a row is
written there, by the number of the row and without any content.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from lms.accounts.care.reading import care, confirmed_addresses, opened, wishes
from lms.accounts.care.words import WishWords
from lms.accounts.models import ContactWish, User
from lms.core.enums import OutboxState
from lms.core.mails import MailFate, give_up_and_list, message_id, send_row_mail
from lms.core.outbox import send_now, send_on_commit
from lms.core.services import record_event

SEND_TASK = "lms.accounts.send_contact_mail"
LEASE = timedelta(minutes=2)


class WishRefused(Exception):
    """Nobody reads wishes, or this one is not open; the message says so."""


@transaction.atomic
def send_wish(
    *,
    user: User,
    way: str,
    address: str,
    hour: str,
    may_leave_message: bool,
    now: datetime,
) -> ContactWish:
    """Keep a wish to be contacted, encrypted, in the place of an earlier one; mail those who read.

    Raises:
        WishRefused: nobody is named to read it.
    """
    today = timezone.localdate(now)
    named = care(on=today)
    if not named.is_on:
        raise WishRefused(_("Nobody reads this now, so nothing was sent and nothing was kept."))
    User.objects.select_for_update().get(pk=user.pk)
    wishes().filter(user=user).delete()
    words = WishWords(way, address, hour, may_leave_message, named.pks)
    wish = wishes().create(
        user=user,
        ciphertext=words.seal(),
        created_at=now,
        delete_date=today + timedelta(days=named.keep_days),
    )
    send_on_commit(SEND_TASK, wish_id=wish.pk)
    return wish


@transaction.atomic
def take_wish_back(*, user: User) -> None:
    """Delete what somebody sent. Repeating it changes nothing."""
    User.objects.select_for_update().get(pk=user.pk)
    wishes().filter(user=user).delete()


def note_reading(*, wish: ContactWish, acting_user: User, now: datetime) -> None:
    """Record that a named person read a wish, without its words and without whose it is."""
    record_event(action="contact_wish_read", target=wish, acting_user=acting_user, now=now)


@transaction.atomic
def answer_wish(*, wish: ContactWish, text: str, acting_user: User, now: datetime) -> None:
    """Keep an answer, encrypted, for the person to read on her page; a new one replaces it.

    Raises:
        WishRefused: it was taken back or handled meanwhile.
    """
    locked, words = _lock_open(wish)
    locked.ciphertext = replace(words, answer=text).seal()
    locked.save(update_fields=["ciphertext"])
    record_event(action="contact_wish_answered", target=locked, acting_user=acting_user, now=now)


@transaction.atomic
def mark_handled(*, wish: ContactWish, acting_user: User, now: datetime) -> None:
    """Delete the way and the hour: the person was reached. An answer on the page stays to be read.

    Raises:
        WishRefused: it was taken back or handled meanwhile.
    """
    locked, words = _lock_open(wish)
    emptied = replace(words, way="", address="", hour="", may_leave_message=False)
    locked.ciphertext = emptied.seal()
    locked.handled_at, locked.handled_by = now, acting_user
    locked.save(update_fields=["ciphertext", "handled_at", "handled_by"])
    record_event(action="contact_wish_handled", target=locked, acting_user=acting_user, now=now)


def _lock_open(wish: ContactWish) -> tuple[ContactWish, WishWords]:
    locked = wishes().select_for_update().filter(pk=wish.pk, handled_at__isnull=True).first()
    words = WishWords.open(locked.ciphertext) if locked is not None else None
    if locked is None or words is None:
        raise WishRefused(_("The person took it back, or it was handled already."))
    return locked, words


def send_contact_mail(*, wish_id: int, now: datetime) -> bool:
    """Tell those who may read a wish, by a neutral mail, that there is one; True if it was sent."""
    if not ContactWish.objects.claim(wish_id, now=now, lease=LEASE):
        return False
    rows = wishes().filter(pk=wish_id)
    wish = rows.get()
    found = opened(wish, care(on=timezone.localdate(now)))
    readers = found.readers if found is not None and wish.handled_at is None else ()
    addresses = confirmed_addresses(readers)
    if not addresses:
        rows.update(state=OutboxState.DONE, failure="")
        return False
    message = _mail(wish, addresses, language=readers[0].language)
    return send_row_mail(rows, message, now=now) == MailFate.SENT


def _mail(wish: ContactWish, addresses: list[str], *, language: str) -> EmailMessage:
    with translation.override(language):
        url = f"{settings.BASE_URL}{reverse('care_requests')}"
        return EmailMessage(
            subject=_("There is something new for you"),
            body=render_to_string("account/email/contact.txt", {"url": url}),
            to=addresses,
            headers={"Message-ID": message_id("mensaje", wish.pk, wish.created_at)},
        )


def resend_stale_contact_mails(*, now: datetime) -> int:
    """Send again what was lost on the way or refused; return how many wait."""
    pks = give_up_and_list(ContactWish.objects.all(), now=now, lease=LEASE)
    for pk in pks:
        send_now(SEND_TASK, wish_id=pk)
    return len(pks)


def delete_due_wishes(*, now: datetime) -> int:
    """Delete the wishes whose days are over, handled or not; return how many."""
    due = wishes().filter(delete_date__lte=timezone.localdate(now))
    number, _by_model = due.delete()
    return number

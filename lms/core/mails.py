"""Mails of outbox rows: each is sent once, held back while a mail server is down, and never lost.

A server that cannot be reached, or that asks to come back later, holds the row back (`next_try_at`).
A server that refuses this one recipient for good fails this one row. What is written on the row
names no address.
"""

from datetime import datetime, timedelta
from enum import Enum
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import QuerySet

from lms.core.enums import OutboxState
from lms.core.models import OutboxQuerySet
from lms.core.outbox import LONGEST_FAILURE, MOST_MAIL_TRIES, next_try_at

LOST_WORKER = "The worker ended before the mail was sent."
FOR_GOOD = 500
"""From this code on, a mail server says that trying again would be of no use."""


class MailFate(Enum):
    """What became of one try to send a mail."""

    SENT = "sent"
    PUT_OFF = "put off"
    REFUSED = "refused"


def send_row_mail(
    rows: QuerySet[Any],
    message: EmailMessage,
    *,
    now: datetime,
    connection: BaseEmailBackend | None = None,
) -> MailFate:
    """Send the mail of one claimed row, and write on the row what became of it.

    Args:
        rows: the one row, as a QuerySet; only while it is PENDING is anything written on it.
        message: what is sent.
        now: when.
        connection: a connection that is opened if need be and stays open for the next mail.
    """
    waiting = rows.filter(state=OutboxState.PENDING)
    try:
        if connection is not None:
            connection.open()
            message.connection = connection
        message.send()
    except SMTPRecipientsRefused as error:
        codes = sorted({code for code, _words in error.recipients.values()})
        reason = f"{type(error).__name__}: {', '.join(map(str, codes))}"
        if codes and codes[0] >= FOR_GOOD:
            return refuse(waiting, reason)
        return put_off(waiting, reason, now=now)
    except ValueError as error:  # an address that no mail can carry
        return refuse(waiting, type(error).__name__)
    except OSError as error:  # SMTPException is one too
        return put_off(waiting, _reason(error), now=now)
    waiting.update(state=OutboxState.DONE, done_at=now, failure="", claimed_until=None)
    return MailFate.SENT


def _reason(error: OSError) -> str:
    """Return why a mail was not taken; a server's own words may name an address and are left out."""
    if isinstance(error, SMTPResponseException):
        return f"{type(error).__name__}: {error.smtp_code}"
    if isinstance(error, SMTPException):
        return type(error).__name__
    return f"{type(error).__name__}: {error}"


def put_off(rows: QuerySet[Any], reason: str, *, now: datetime) -> MailFate:
    """Hold a claimed row back until its next try; after MOST_MAIL_TRIES it is given up."""
    for tries in rows.filter(state=OutboxState.PENDING).values_list("tries", flat=True):
        is_last = tries >= MOST_MAIL_TRIES
        rows.update(
            failure=reason[:LONGEST_FAILURE],
            state=OutboxState.FAILED if is_last else OutboxState.PENDING,
            claimed_until=None if is_last else next_try_at(tries, now=now),
        )
        return MailFate.REFUSED if is_last else MailFate.PUT_OFF
    return MailFate.PUT_OFF


def refuse(rows: QuerySet[Any], reason: str) -> MailFate:
    """Give a row up at once: no further try could help."""
    rows.filter(state=OutboxState.PENDING).update(
        state=OutboxState.FAILED, failure=reason[:LONGEST_FAILURE], claimed_until=None
    )
    return MailFate.REFUSED


def give_up_and_list(
    objects: OutboxQuerySet, *, now: datetime, lease: timedelta, most: int = 500
) -> list[int]:
    """Return the rows that wait for a try and that no worker holds, the oldest first.

    Those whose workers vanished MOST_MAIL_TRIES times are given up. A row that is younger than the
    lease is left to the message that was sent with it.
    """
    stale = objects.stale(now=now)
    lost = stale.filter(tries__gte=MOST_MAIL_TRIES)
    lost.filter(failure="").update(failure=LOST_WORKER)
    lost.update(state=OutboxState.FAILED)
    waiting = stale.filter(created_at__lte=now - lease).order_by("created_at", "pk")
    return list(waiting.values_list("pk", flat=True)[:most])


def message_id(word: str, pk: int, created_at: datetime) -> str:
    """Return the Message-ID of a row's mail: the same, however often it is tried."""
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    return f"<{word}-{pk}-{created_at:%Y%m%d%H%M%S}@{host}>"

"""Neutral mails to those who review and those who write: that something waits, never what."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from courses.models import ReviewMail
from courses.reviewing.due import due_items
from courses.reviewing.enums import ROLE_OF_PART, ReviewMailKind, ReviewPart
from courses.reviewing.waiting import waiting_for
from lms.accounts.models import User
from lms.core.enums import OutboxState
from lms.core.mails import MailFate, give_up_and_list, message_id, send_row_mail
from lms.core.outbox import send_now, send_on_commit

SEND_TASK = "courses.send_review_mail"
LEASE = timedelta(minutes=2)


@transaction.atomic
def note_mail(*, users: Iterable[User | None], kind: ReviewMailKind, now: datetime) -> int:
    """Promise a mail to each of these people, unless one of this kind was promised to her today.

    Returns how many were promised.
    """
    today = timezone.localdate(now)
    promised = 0
    for user in users:
        if user is None or not user.is_active or not user.email:
            continue
        row, is_new = ReviewMail.objects.get_or_create(
            user=user, kind=kind, on_date=today, defaults={"created_at": now}
        )
        if is_new:
            send_on_commit(SEND_TASK, mail_id=row.pk)
            promised += 1
    return promised


def reviewers_of(part: ReviewPart) -> list[User]:
    """Return the active people who decide in a part."""
    group = Group.objects.filter(name=ROLE_OF_PART[part].value)
    return list(User.objects.filter(groups__in=group, is_active=True).order_by("pk"))


def promise_weekly_mails(*, now: datetime) -> int:
    """Promise the weekly mail to each reviewer for whom something waits or is due."""
    has_due = bool(due_items(timezone.localdate(now)))
    promised = 0
    for part in ReviewPart:
        if has_due or waiting_for([part]):
            users = reviewers_of(part)
            promised += note_mail(users=users, kind=ReviewMailKind.WEEKLY, now=now)
    return promised


def send_review_mail(*, mail_id: int, now: datetime) -> bool:
    """Send one promised mail; True if it was sent."""
    if not ReviewMail.objects.claim(mail_id, now=now, lease=LEASE):
        return False
    rows: QuerySet[ReviewMail] = QuerySet(ReviewMail).filter(pk=mail_id)
    row = rows.select_related("user").get()
    if not row.user.email or not row.user.is_active:
        rows.update(state=OutboxState.DONE, done_at=now, claimed_until=None)
        return False
    message = _mail(row, row.user.email)
    return send_row_mail(rows, message, now=now) == MailFate.SENT


def _mail(row: ReviewMail, address: str) -> EmailMessage:
    with translation.override(row.user.language):
        url = f"{settings.BASE_URL}{reverse('revisiones:index')}"
        return EmailMessage(
            subject=_("There is something new for you"),
            body=render_to_string("account/email/contact.txt", {"url": url}),
            to=[address],
            headers={"Message-ID": message_id("aviso", row.pk, row.created_at)},
        )


def resend_review_mails(*, now: datetime) -> int:
    """Send again what was lost on the way or refused; return how many wait."""
    pks = give_up_and_list(ReviewMail.objects.all(), now=now, lease=LEASE)
    for pk in pks:
        send_now(SEND_TASK, mail_id=pk)
    return len(pks)

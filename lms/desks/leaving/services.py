"""Erasing a person: everything in one transaction, and then the mail that tells her.

One transaction, however much there is, because whoever closes her account must never be half gone:
a process that is killed leaves everything as it was. The number of statements follows the kinds of
records and not the rows; only files are deleted by a worker afterwards, as outbox rows.
"""

from datetime import date, datetime, timedelta
from html import unescape
from typing import Any

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from lms.accounts.crypto import cipher
from lms.accounts.enums import ErasureGround
from lms.accounts.models import ErasureMail, ErasureRecord, User
from lms.accounts.queries import coordinated_agencies, is_staff_member, staff
from lms.core.enums import OutboxState
from lms.core.mails import MailFate, give_up_and_list, message_id, send_row_mail
from lms.core.outbox import send_now, send_on_commit
from lms.core.services import destroy_person_key, record_event
from lms.desks.leaving.queries import to_hand_over
from lms.desks.leaving.steps import STEPS, Act, delete_what_hangs_on

SEND_TASK = "lms.desks.send_erasure_mail"
LEASE = timedelta(minutes=2)
PURPOSE = "erasure-mail"


class ErasureRefused(Exception):
    """An account cannot be closed yet; `reasons` says what has to be handed over first."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


class ErasedBefore(Exception):
    """The data of this person was erased before; there is nothing left to do."""


@transaction.atomic
def erase_person(
    *,
    user: User,
    keeps_certificates: bool,
    ground: ErasureGround,
    acting_user: User,
    now: datetime,
) -> ErasureRecord:
    """Close an account and erase its person's data, all at once; return the line of the register.

    Args:
        user: whose.
        keeps_certificates: whether they can still be checked, without her name; else they are
            revoked at her request. Either way her name goes.
        ground: who asked.
        acting_user: herself, or the administrator who does it.
        now: when.

    Raises:
        ErasureRefused: something has to be handed over first.
        ErasedBefore: there is nobody any more.
    """
    locked = User.objects.select_for_update().get(pk=user.pk)
    if locked.erased_at is not None:
        raise ErasedBefore
    today = timezone.localdate(now)
    _lock_shared_duties(locked, on=today)
    reasons = to_hand_over(locked, on=today)
    if reasons:
        raise ErasureRefused(reasons)
    act = Act(locked, acting_user, now, keeps_certificates)
    with translation.override(locked.language):
        record = _register(act, ground)
    for step in STEPS:
        if step.erase is not None:
            step.erase(act)
    delete_what_hangs_on(locked)
    record_event(
        action="person_erased",
        target=locked,
        acting_user=acting_user,
        now=now,
        changed_fields=[line["kind"] for line in record.lines],
    )
    destroy_person_key(person_id=locked.pk, now=now)
    return record


def _lock_shared_duties(user: User, *, on: date) -> None:
    """Have those who share a duty leave one after the other: of two, one has to stay."""
    if is_staff_member(user):
        list(staff().select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    agencies = coordinated_agencies(user, on=on).order_by("pk")
    list(agencies.select_for_update(of=("self",)).values_list("pk", flat=True))


def _register(act: Act, ground: ErasureGround) -> ErasureRecord:
    """Write the line of the register before anything is gone, in the person's language."""
    lines = [
        {
            "kind": step.key,
            "title": str(step.title),
            "fate": step.fate,
            "count": count,
            "rule": str(step.rule),
        }
        for step in STEPS
        if (count := step.count(act.user))
    ]
    record = ErasureRecord.objects.create(
        erased_at=act.now, ground=ground, lines=lines, language=act.user.language
    )
    if act.user.email:
        sealed = cipher(PURPOSE).encrypt(act.user.email.encode()).decode()
        mail = _mails().create(record=record, address_ciphertext=sealed, created_at=act.now)
        send_on_commit(SEND_TASK, mail_id=mail.pk)
    return record


def register() -> QuerySet[ErasureRecord]:
    """Return the register, the newest line first."""
    return ErasureRecord.objects.order_by("-erased_at", "-pk")


def _mails() -> QuerySet[ErasureMail]:
    """Return the rows typed as what they are: the shared manager knows only their base."""
    return QuerySet(ErasureMail)


def text_of(record: ErasureRecord) -> str:
    """Return the line of the register as a text to keep, in the person's language."""
    with translation.override(record.language):
        context: dict[str, Any] = {"record": record, "site": settings.BASE_URL}
        return unescape(render_to_string("desks/leaving/register.txt", context))


def send_erasure_mail(*, mail_id: int, now: datetime) -> bool:
    """Send the text to whoever was erased, and delete the address; True if it was sent."""
    if not ErasureMail.objects.claim(mail_id, now=now, lease=LEASE):
        return False
    rows = _mails().filter(pk=mail_id)
    mail = rows.select_related("record").get()
    record = mail.record
    try:
        address = cipher(PURPOSE).decrypt(mail.address_ciphertext.encode()).decode()
    except InvalidToken:  # made with a SECRET_KEY that is gone
        rows.delete()
        return False
    with translation.override(record.language):
        subject = _("Your account was closed")
    message = EmailMessage(
        subject=subject,
        body=text_of(record),
        to=[address],
        headers={"Message-ID": message_id("cuenta", mail.pk, mail.created_at)},
    )
    fate = send_row_mail(rows, message, now=now)
    _forget_addresses()
    return fate == MailFate.SENT


def _forget_addresses() -> None:
    """Delete the mails that were sent or given up."""
    _mails().exclude(state=OutboxState.PENDING).delete()


def resend_stale_erasure_mails(*, now: datetime) -> int:
    """Send again what was lost on the way or refused; return how many wait."""
    pks = give_up_and_list(ErasureMail.objects.all(), now=now, lease=LEASE)
    _forget_addresses()
    for pk in pks:
        send_now(SEND_TASK, mail_id=pk)
    return len(pks)

"""Sending a holder her certificate by a mail that tells nothing of what is attached."""

from datetime import datetime, timedelta

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from certificates.models import Certificate, CertificateMail
from certificates.services.holding import ChoiceRefusedError, lock_for_choice
from certificates.services.rendering import stored_pdf
from lms.accounts.models import User
from lms.core.enums import OutboxState
from lms.core.mails import MailFate, give_up_and_list, message_id, put_off, send_row_mail
from lms.core.outbox import send_now, send_on_commit
from lms.core.services import record_event
from lms.learning.notices import mail_address

SEND_TASK = "certificates.send_certificate_mail"
FILE_NAME = "documento.pdf"
LEASE = timedelta(minutes=2)
MOST_A_DAY = 3
NOT_MADE = "The file is not made yet."


def _mails() -> "QuerySet[CertificateMail]":
    """Return the rows as what they are: the manager of an outbox knows them by their base only."""
    return QuerySet(CertificateMail)


@transaction.atomic
def request_mail(*, certificate: Certificate, acting_user: User, now: datetime) -> CertificateMail:
    """Put a mail with the certificate on its way to its holder's confirmed address.

    Asking again while it is on its way is asking once.

    Raises:
        ChoiceRefusedError: she has no confirmed address, or had MOST_A_DAY mails within a day, or
            the certificate stands no more.
    """
    locked = lock_for_choice(certificate)
    if mail_address(locked.enrolment.learner) is None:
        raise ChoiceRefusedError(_("You have no confirmed e-mail address, so nothing was sent."))
    mails = _mails().filter(certificate=locked)
    waiting = mails.filter(state=OutboxState.PENDING).first()
    if waiting is not None:
        return waiting
    if mails.filter(created_at__gt=now - timedelta(days=1)).count() >= MOST_A_DAY:
        raise ChoiceRefusedError(
            _("It was sent to you several times within a day. Wait until tomorrow, please.")
        )
    mail = _mails().create(certificate=locked, created_at=now)
    record_event(
        action="certificate_mailed",
        target=locked,
        acting_user=acting_user,
        now=now,
        subject=locked.enrolment.learner_id,
    )
    send_on_commit(SEND_TASK, mail_id=mail.pk)
    return mail


def send_certificate_mail(*, mail_id: int, now: datetime) -> bool:
    """Send one mail; True if this call sent it.

    Whoever claims the row sends it, so that a repeated message sends nothing. While the file is
    not made, or the mail server is down, the row is held back with its reason, and the sweep tries
    again; a refusal for good fails it. Who has lost her confirmed address meanwhile gets nothing.
    """
    if not CertificateMail.objects.claim(mail_id, now=now, lease=LEASE):
        return False
    rows = _mails().filter(pk=mail_id, state=OutboxState.PENDING)
    mail = rows.select_related("certificate__issuance", "certificate__enrolment__learner").get()
    address = mail_address(mail.certificate.enrolment.learner)
    if address is None:
        rows.update(state=OutboxState.DONE, done_at=now, failure="")
        return False
    try:
        content = stored_pdf(certificate=mail.certificate, now=now)
    except OSError as error:  # the storage cannot be reached
        put_off(rows, type(error).__name__, now=now)
        return False
    if content is None:
        put_off(rows, NOT_MADE, now=now)
        return False
    return send_row_mail(rows, _message(mail, address, content), now=now) == MailFate.SENT


def _message(mail: CertificateMail, address: str, content: bytes) -> EmailMessage:
    """Return the neutral mail; its Message-ID is that of the row, however often it is tried."""
    with translation.override(mail.certificate.enrolment.learner.language):
        message = EmailMessage(
            subject=_("The document that you asked for"),
            body=render_to_string("certificates/holding/mail.txt"),
            to=[address],
            headers={"Message-ID": message_id("documento", mail.pk, mail.created_at)},
        )
    message.attach(FILE_NAME, content, "application/pdf")
    return message


def resend_stale_mails(*, now: datetime) -> int:
    """Send again every mail that was lost on the way or waits for its next try; return how many."""
    pks = give_up_and_list(CertificateMail.objects.all(), now=now, lease=LEASE)
    for pk in pks:
        send_now(SEND_TASK, mail_id=pk)
    return len(pks)

"""Asking a supervisor for a confirmation: one neutral mail, one link, one answer.

The address is used for this mail and forgotten. What is sent is written by us: a learner adds no
word of her own, and not even her name stands in the mail, so that nobody can use it to write to
strangers. Limits hold for each learner and for each address, and whoever was written to can end it.
"""

import html
import secrets
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from lms.accounts.crypto import cipher, fingerprint, fingerprints_in_use
from lms.accounts.models import User
from lms.core.enums import OutboxState
from lms.core.mails import MailFate, give_up_and_list, message_id, send_row_mail
from lms.core.outbox import send_now, send_on_commit
from lms.core.services import record_event
from lms.learning.enums import (
    EnrolmentState,
    NoticeKind,
    SupervisorAnswer,
    SupervisorStatement,
)
from lms.learning.followups.queries import requests_of, supervisor_requests, token_digest_of
from lms.learning.kept_paths import kept_path
from lms.learning.models import (
    Enrolment,
    StoppedAddress,
    SupervisorLine,
    SupervisorRequest,
)
from lms.learning.notices import notify_learner
from lms.learning.services import lock_enrolment

SEND_TASK = "lms.learning.send_supervisor_mail"
PURPOSE = "supervisor-address"
SECRET_BYTES = 24
VALID_FOR = timedelta(days=30)
LEASE = timedelta(minutes=2)
MOST_OF_A_LEARNER = 3
MOST_TO_AN_ADDRESS = 3
"""So many mails at most in VALID_FOR, whoever asks for them."""


class SupervisorRefused(Exception):
    """A supervisor cannot be asked, or cannot answer; the message says why."""


def ask_supervisor(
    *,
    enrolment: Enrolment,
    address: str,
    statements: Collection[SupervisorStatement],
    shows_course: bool,
    acting_user: User,
    now: datetime,
) -> SupervisorRequest:
    """Send a supervisor one link, by which she confirms what the learner chose to show.

    Raises SupervisorRefused if the course is not completed, the address is the learner's own, a
    link of hers is still open, or the limits of the learner or of the address are reached.
    """
    digest = fingerprint(address.strip().lower(), purpose=PURPOSE)
    with transaction.atomic(durable=True):
        User.objects.select_for_update(no_key=True).get(pk=enrolment.learner_id)
        locked = lock_enrolment(enrolment.pk)
        _refuse_asking(locked, address, digest, now)
        request = SupervisorRequest.objects.create(
            enrolment=locked,
            address_ciphertext=cipher(PURPOSE).encrypt(address.strip().encode()).decode(),
            address_digest=digest,
            shows_course=shows_course,
            created_at=now,
            expires_at=now + VALID_FOR,
        )
        SupervisorLine.objects.bulk_create(
            SupervisorLine(request=request, statement=statement)
            for statement in SupervisorStatement
            if statement in statements
        )
        _note("supervisor_asked", request, acting_user, now)
        send_on_commit(SEND_TASK, request_id=request.pk)
        found: SupervisorRequest = request
        return found


def _refuse_asking(enrolment: Enrolment, address: str, digest: str, now: datetime) -> None:
    learner = enrolment.learner
    if enrolment.state != EnrolmentState.COMPLETED:
        raise SupervisorRefused(_("You can ask for this once you have completed the course."))
    if address.strip().lower() == (learner.email or "").lower():
        raise SupervisorRefused(_("This is your own address. Write that of your supervisor."))
    own = supervisor_requests().filter(enrolment__learner=learner)
    is_open = own.filter(enrolment=enrolment, answered_at=None, expires_at__gt=now)
    if is_open.exclude(state=OutboxState.FAILED).exists():
        raise SupervisorRefused(
            _("You have asked already. Wait for the answer, or take your request back.")
        )
    fresh = now - VALID_FOR
    if own.filter(created_at__gt=fresh).count() >= MOST_OF_A_LEARNER:
        raise SupervisorRefused(_("You have asked three times in a month. Try again later."))
    sent = supervisor_requests().filter(address_digest=digest, created_at__gt=fresh).count()
    known = fingerprints_in_use(address.strip().lower(), purpose=PURPOSE)
    is_stopped = StoppedAddress.objects.filter(address_digest__in=known).exists()
    if is_stopped or sent >= MOST_TO_AN_ADDRESS:
        raise SupervisorRefused(_("We cannot write to this address now."))


@transaction.atomic
def take_back_request(*, request: SupervisorRequest, acting_user: User, now: datetime) -> None:
    """End the link of a request that was not answered; the address is forgotten, its digest stays."""
    rows = supervisor_requests().filter(pk=request.pk, answered_at=None)
    rows.filter(state=OutboxState.PENDING).update(state=OutboxState.DONE, done_at=now)
    if rows.update(token_digest="", address_ciphertext="", expires_at=now):
        _note("supervisor_request_ended", request, acting_user, now)


def send_supervisor_mail(*, request_id: int, now: datetime) -> bool:
    """Send the mail of one request; True if this call sent it. The address is forgotten after it."""
    if not SupervisorRequest.objects.claim(request_id, now=now, lease=LEASE):
        return False
    rows = supervisor_requests().filter(pk=request_id)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    waiting = rows.filter(answered_at=None, expires_at__gt=now).exclude(address_ciphertext="")
    if not waiting.update(token_digest=token_digest_of(secret)):
        rows.update(state=OutboxState.DONE, done_at=now, address_ciphertext="")
        return False
    request = rows.select_related("enrolment__learner").get()
    address = _address(request)
    if address is None:  # the site's secret was changed meanwhile
        rows.update(state=OutboxState.FAILED, failure="address", address_ciphertext="")
        return False
    fate = send_row_mail(rows, _mail(request, address, secret), now=now)
    rows.exclude(state=OutboxState.PENDING).update(address_ciphertext="")
    return fate == MailFate.SENT


def _address(request: SupervisorRequest) -> str | None:
    try:
        return cipher(PURPOSE).decrypt(request.address_ciphertext.encode()).decode()
    except InvalidToken:
        return None


def _mail(request: SupervisorRequest, address: str, secret: str) -> EmailMessage:
    with translation.override(request.enrolment.learner.language):
        url = f"{settings.BASE_URL}{reverse('supervisor', args=[secret])}"
        context = {"url": url, "until": request.expires_at}
        return EmailMessage(
            subject=_("Somebody who works with you asks you for a confirmation"),
            body=html.unescape(render_to_string("learning/followups/supervisor_mail.txt", context)),
            to=[address],
            headers={"Message-ID": message_id("jefatura", request.pk, request.created_at)},
        )


def resend_stale_supervisor_mails(*, now: datetime) -> int:
    """Send again what was lost on the way; forget addresses that nobody needs any more."""
    pks = give_up_and_list(SupervisorRequest.objects.all(), now=now, lease=LEASE)
    for pk in pks:
        send_now(SEND_TASK, request_id=pk)
    forget_lapsed(now=now)
    return len(pks)


def forget_lapsed(*, now: datetime) -> None:
    """Empty the address where the mail has gone or failed, and its digest where the link has ended."""
    gone = supervisor_requests().exclude(state=OutboxState.PENDING)
    gone.exclude(address_ciphertext="").update(address_ciphertext="")
    over = supervisor_requests().filter(created_at__lte=now - VALID_FOR)
    over.filter(state=OutboxState.PENDING).update(state=OutboxState.FAILED, failure="lapsed")
    over.exclude(address_digest="", token_digest="", address_ciphertext="").update(
        address_digest="", token_digest="", address_ciphertext=""
    )


@transaction.atomic
def answer_supervisor(
    *,
    request: SupervisorRequest,
    answers: Mapping[SupervisorStatement, SupervisorAnswer],
    now: datetime,
) -> None:
    """Keep what a supervisor says, use the link up, and tell the learner that there is an answer.

    Raises SupervisorRefused if the link was used or has ended meanwhile.
    """
    rows = supervisor_requests().filter(pk=request.pk, answered_at=None, expires_at__gt=now)
    if not rows.update(answered_at=now, token_digest="", address_ciphertext=""):
        raise SupervisorRefused(_("This link was used already, or its time is over."))
    for line in request.lines.all():
        line.answer = answers[SupervisorStatement(line.statement)]
        line.save(update_fields=["answer"])
    learner = request.enrolment.learner
    notify_learner(
        learner=learner,
        kind=NoticeKind.SUPERVISOR_ANSWERED,
        now=now,
        path=kept_path("after_course", request.enrolment_id),
    )
    record_event(
        action="supervisor_answered", target=request, acting_user=None, now=now, subject=learner
    )


@transaction.atomic
def stop_address(*, request: SupervisorRequest, now: datetime) -> None:
    """End a link unanswered, and never write to its address again, whoever asks."""
    StoppedAddress.objects.get_or_create(address_digest=request.address_digest)
    requests_of(request.address_digest).filter(answered_at=None).update(
        token_digest="", expires_at=now
    )
    record_event(
        action="supervisor_stopped",
        target=request,
        acting_user=None,
        now=now,
        subject=request.enrolment.learner,
    )


def _note(action: str, request: SupervisorRequest, acting_user: User, now: datetime) -> None:
    record_event(
        action=action, target=request, acting_user=acting_user, now=now, subject=acting_user
    )

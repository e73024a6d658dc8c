"""The mails of invitations.

An invitation is the outbox row of its own mail. Its link holds for fourteen days from the moment at
which the mail went out; a mail server that is down is tried again for two days, so that nobody has
to be invited twice because of it.
"""

import html
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from lms.accounts.invitations.queries import digest_of, invitations
from lms.accounts.invitations.services import SEND_TASK, VALID_FOR
from lms.accounts.models import ON_PAPER, UNANSWERED, Invitation
from lms.accounts.names import looks_like_link
from lms.core.enums import OutboxState
from lms.core.mails import MailFate, give_up_and_list, send_row_mail
from lms.core.outbox import send_now

LEASE = timedelta(minutes=2)
RESENT_AT_ONCE = 500
SECRET_BYTES = 32


def send_invitation(*, invitation_id: int, now: datetime) -> bool:
    """Send the mail of one invitation; True if this call sent it.

    Whoever claims the row makes the secret and sends it, so that a repeated message sends nothing.
    A mail server that is down holds the row back, longer from try to try; one that refuses the
    address for good fails it. A mail that nobody needs any more, because the invitation was
    answered or taken back, is not sent.
    """
    if not Invitation.objects.claim(invitation_id, now=now, lease=LEASE):
        return False
    rows = invitations().filter(pk=invitation_id)
    unanswered = rows.filter(UNANSWERED, ~ON_PAPER)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    if not unanswered.update(token_digest=digest_of(secret), expires_at=now + VALID_FOR):
        rows.update(state=OutboxState.DONE, done_at=now)
        return False
    invitation = rows.get()
    return send_row_mail(rows, _mail(invitation, secret), now=now) == MailFate.SENT


def _mail(invitation: Invitation, secret: str) -> EmailMessage:
    """Return the neutral mail: it names neither agency nor course, whose names may tell the topic.

    A name of which mail programs would make a link stays out: whoever invites could send a
    stranger anywhere, in a mail of ours.
    """
    with translation.override(invitation.language):
        url = f"{settings.BASE_URL}{reverse('invitation', args=[secret])}"
        name = "" if looks_like_link(invitation.full_name) else invitation.full_name
        context = {"url": url, "name": name, "until": invitation.expires_at}
        return EmailMessage(
            subject=_("You have an invitation"),
            body=html.unescape(render_to_string("account/email/invitation.txt", context)),
            to=[invitation.email],
        )


def resend_stale_invitations(*, now: datetime) -> int:
    """Send again every invitation whose mail was lost or refused; return how many were sent."""
    pks = give_up_and_list(Invitation.objects.all(), now=now, lease=LEASE, most=RESENT_AT_ONCE)
    for pk in pks:
        send_now(SEND_TASK, invitation_id=pk)
    return len(pks)

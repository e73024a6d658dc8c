"""Inviting many people at once who have no invitation yet: one INSERT where `invite` asks each time.

A list of five thousand people would take minutes one by one. What `invite` finds out for each is
asked for all of them together; if somebody else is at it in the same moment, nobody is invited, and
the caller goes through them one by one. Nor does each mail have a message of its own: five thousand
in the queue would let everybody else's work wait. Two lanes go through them, twenty at a time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lms.accounts.documents import clean_document_number, document_fingerprint, encrypt_number
from lms.accounts.invitations.queries import invitations
from lms.accounts.invitations.sending import send_invitation
from lms.accounts.invitations.services import VALID_FOR, InvitationRefused
from lms.accounts.models import Agency, Invitation, Membership, Unit, User
from lms.accounts.names import clean_full_name
from lms.core.outbox import send_now, send_on_commit
from lms.core.services import record_events

ADDED_AT_ONCE = 100
MAILS_TASK = "lms.accounts.send_waiting_invitations"
MAILS_A_TURN = 20
LANES = 2


@dataclass(frozen=True)
class Invited:
    """What an agency says of somebody whom it invites."""

    email: str
    full_name: str
    language: str
    unit: Unit | None = None
    document_kind: str = ""
    document_number: str = ""


@transaction.atomic
def invite_many(
    *, agency: Agency, people: Sequence[Invited], acting_user: User, now: datetime
) -> list[Invitation]:
    """Invite people of whom the agency has no invitation, in their order.

    Their mails wait until the caller, at its end, calls `send_mails_soon`; the sweep of invitations
    finds them otherwise.

    Raises:
        ValidationError: an address, a name or a document cannot be right.
        InvitationRefused: somebody of them is a member, or was invited before. Nobody is invited.
        IntegrityError: somebody of them is being invited at the same moment.
    """
    fresh = [_fresh(agency, one, acting_user=acting_user, now=now) for one in people]
    _refuse_known(agency, [one.email for one in fresh], now=now)
    made = invitations().bulk_create(fresh, batch_size=ADDED_AT_ONCE)
    record_events("invitation_made", made, acting_user=acting_user, now=now)
    return made


def _fresh(agency: Agency, one: Invited, *, acting_user: User, now: datetime) -> Invitation:
    address = one.email.strip().lower()
    validate_email(address)
    row = Invitation(
        agency=agency,
        unit=one.unit,
        email=address,
        full_name=clean_full_name(one.full_name),
        language=one.language,
        created_at=now,
        expires_at=now + VALID_FOR,
        invited_by=acting_user,
    )
    if one.document_number:
        number = clean_document_number(one.document_kind, one.document_number)
        row.document_kind = one.document_kind
        row.document_ciphertext = encrypt_number(number)
        row.document_fingerprint = document_fingerprint(one.document_kind, number)
    return row


def _refuse_known(agency: Agency, addresses: list[str], *, now: datetime) -> None:
    current = Membership.objects.current(on=timezone.localdate(now)).filter(agency=agency)
    is_known = (
        current.filter(user__email__in=addresses).exists()
        or invitations().filter(agency=agency, email__in=addresses).exists()
    )
    if is_known:
        raise InvitationRefused(_("Some of these people belong to your agency or were invited."))


def send_mails_soon() -> None:
    """Ask the workers to send the mails that wait, as soon as the transaction is over, if any."""
    for _lane in range(LANES):
        send_on_commit(MAILS_TASK)


def send_waiting_invitations(*, clock: Callable[[], datetime]) -> int:
    """Send the next mails that wait, and go to the end of the queue if there are more.

    Returns how many went out. A lane ends where nothing moves any more, too: the mail server is
    down, and each mail has its own time for the next try.
    """
    waiting = Invitation.objects.stale(now=clock()).order_by("created_at", "pk")
    pks = list(waiting.values_list("pk", flat=True)[:MAILS_A_TURN])
    sent = sum(send_invitation(invitation_id=pk, now=clock()) for pk in pks)
    if len(pks) == MAILS_A_TURN and sent:
        send_now(MAILS_TASK)
    return sent

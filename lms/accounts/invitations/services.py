"""Inviting people to an agency, and what they answer; `sending` sends the mails."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from lms.accounts.documents import clean_document_number, document_fingerprint, encrypt_number
from lms.accounts.enums import InvitationState
from lms.accounts.invitations.queries import invitations
from lms.accounts.models import Agency, Invitation, Membership, Unit, User
from lms.accounts.names import clean_full_name
from lms.core.enums import OutboxState
from lms.core.outbox import send_on_commit
from lms.core.services import record_event

SEND_TASK = "lms.accounts.send_invitation"
VALID_FOR = timedelta(days=14)
SENT_AGAIN_AFTER = timedelta(hours=1)
DOCUMENT_FIELDS = ("document_kind", "document_ciphertext", "document_fingerprint")
OUTBOX_FIELDS = ("state", "created_at", "claimed_until", "done_at", "tries", "failure")


class InvitationRefused(Exception):
    """Somebody cannot be invited, or an invitation cannot be answered; the message says why."""


class AlreadyMember(InvitationRefused):
    """Whoever is invited belongs to the agency already, by this membership."""

    def __init__(self, membership: Membership) -> None:
        super().__init__(_("This person belongs to your agency already."))
        self.membership = membership


@transaction.atomic
def invite(
    *,
    agency: Agency,
    email: str,
    full_name: str,
    language: str,
    acting_user: User,
    now: datetime,
    unit: Unit | None = None,
    document_kind: str = "",
    document_number: str = "",
) -> Invitation:
    """Invite somebody by mail to an agency's people, or change the invitation there is.

    Inviting again changes only what changed: an invitation that can still be accepted keeps its
    link and is not mailed again; one that ran out, was declined, taken back or could not be
    delivered is renewed; within an hour of its mail, one that was declined or taken back is not, so
    that nobody's box is filled by taking back and inviting again. No unit and no document leave those that it has. Four queries, five where
    something stood before. Whether somebody has an account is neither asked nor told.

    Raises:
        ValidationError: the address, the name or the document cannot be right.
        AlreadyMember: this address is a member's; her unit is changed by `put_in_unit`.
        InvitationRefused: it was declined or taken back, and its mail went out within this hour.
    """
    address = email.strip().lower()
    validate_email(address)
    wanted: dict[str, Any] = {"full_name": clean_full_name(full_name), "language": language}
    if unit is not None:
        wanted["unit"] = unit
    if document_number:
        wanted |= _document(document_kind, document_number)
    _refuse_member(agency, address, now=now)
    standing = _standing(agency, address, now=now)
    if standing is None:
        fresh = _add(agency, address, wanted, acting_user=acting_user, now=now)
        if fresh is not None:
            return fresh
        standing = _standing(agency, address, now=now)
        if standing is None:
            raise InvitationRefused(_("This person is being invited just now. Try again."))
    return _change(standing, wanted, acting_user=acting_user, now=now)


def _document(kind: str, number: str) -> dict[str, str]:
    cleaned = clean_document_number(kind, number)
    return {
        "document_kind": kind,
        "document_ciphertext": encrypt_number(cleaned),
        "document_fingerprint": document_fingerprint(kind, cleaned),
    }


def _refuse_member(agency: Agency, address: str, *, now: datetime) -> None:
    """Refuse whoever is a member by an address that is in small letters, as all of them are kept."""
    current = Membership.objects.current(on=timezone.localdate(now)).filter(agency=agency)
    member = current.filter(user__email=address).first()
    if member is not None:
        raise AlreadyMember(member)


def _standing(agency: Agency, address: str, *, now: datetime) -> Invitation | None:
    """Return the invitation that is to be changed or renewed: the unanswered one, else the last."""
    rows = list(
        invitations()
        .select_for_update(of=("self",))
        .filter(agency=agency, email=address)
        .select_related("membership")
        .order_by("-created_at", "-pk")
    )
    today = timezone.localdate(now)
    for row in rows:
        member = row.membership
        if row.accepted_at and member and (not member.until_date or member.until_date >= today):
            raise AlreadyMember(member)
    renewable = [row for row in rows if row.accepted_at is None]
    return min(renewable, key=lambda row: bool(row.declined_at or row.withdrawn_at), default=None)


def _add(
    agency: Agency, address: str, wanted: dict[str, Any], *, acting_user: User, now: datetime
) -> Invitation | None:
    """Return a new invitation; None if somebody else was quicker."""
    try:
        with transaction.atomic():
            fresh = invitations().create(
                agency=agency,
                email=address,
                created_at=now,
                expires_at=now + VALID_FOR,
                invited_by=acting_user,
                **wanted,
            )
    except IntegrityError:
        return None
    _note(fresh, "invitation_made", acting_user=acting_user, now=now)
    send_on_commit(SEND_TASK, invitation_id=fresh.pk)
    return fresh


def _change(
    row: Invitation, wanted: dict[str, Any], *, acting_user: User, now: datetime
) -> Invitation:
    same_document = wanted.get("document_fingerprint") == row.document_fingerprint
    changed = [
        name
        for name, value in wanted.items()
        if getattr(row, name) != value and not (name == "document_ciphertext" and same_document)
    ]
    for name in changed:
        setattr(row, name, wanted[name])
    is_lost = row.state == OutboxState.FAILED
    is_closed = row.declined_at is not None or row.withdrawn_at is not None
    if is_closed and row.created_at > now - SENT_AGAIN_AFTER:
        raise InvitationRefused(
            _(
                "This address was sent an invitation less than an hour ago. Invite again from %(hour)s."
            )
            % {"hour": _next_hour(row)}
        )
    if row.answer(now=now) != InvitationState.OPEN or is_lost:
        _renew(row, acting_user=acting_user, now=now, changed=changed)
    elif changed:
        row.save(update_fields=changed)
        _note(row, "invitation_changed", acting_user=acting_user, now=now, changed=changed)
    return row


def _next_hour(row: Invitation) -> str:
    """Return from when its mail may be sent again, rounded up to a whole minute."""
    moment = row.created_at + SENT_AGAIN_AFTER + timedelta(seconds=59)
    return time_format(timezone.localtime(moment), "TIME_FORMAT")


def _renew(
    row: Invitation, *, acting_user: User, now: datetime, changed: Iterable[str] = ()
) -> None:
    """Open an invitation again and put its mail on its way; the old link ends."""
    row.state, row.created_at, row.claimed_until, row.done_at = OutboxState.PENDING, now, None, None
    row.tries, row.failure, row.token_digest = 0, "", ""
    row.expires_at, row.invited_by = now + VALID_FOR, acting_user
    row.declined_at = row.withdrawn_at = None
    fields = ["token_digest", "expires_at", "invited_by", "declined_at", "withdrawn_at"]
    row.save(update_fields=[*OUTBOX_FIELDS, *fields, *changed])
    _note(row, "invitation_renewed", acting_user=acting_user, now=now, changed=changed)
    send_on_commit(SEND_TASK, invitation_id=row.pk)


@transaction.atomic
def resend_invitation(*, invitation: Invitation, acting_user: User, now: datetime) -> Invitation:
    """Send an unanswered invitation again with a new link, which holds for fourteen days anew.

    Raises:
        InvitationRefused: it was answered or taken back, its mail went out within this hour, or it
            is on paper.
    """
    locked = _lock(invitation)
    if locked.is_on_paper:
        raise InvitationRefused(_("This invitation is on paper. Make a new code."))
    if locked.answer(now=now) not in (InvitationState.OPEN, InvitationState.EXPIRED):
        raise InvitationRefused(_("This invitation has been answered or taken back."))
    if locked.created_at > now - SENT_AGAIN_AFTER:
        raise InvitationRefused(
            _("The mail went out less than an hour ago. Wait a little before you send it again.")
        )
    _renew(locked, acting_user=acting_user, now=now)
    return locked


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, acting_user: User, now: datetime) -> Invitation:
    """Take an unanswered invitation back; its link leads nowhere from now on. Repeating is harmless.

    Raises:
        InvitationRefused: it was accepted or declined.
    """
    locked = _lock(invitation)
    if locked.withdrawn_at is not None:
        return locked
    if locked.accepted_at is not None or locked.declined_at is not None:
        raise InvitationRefused(_("This invitation has been answered already."))
    locked.withdrawn_at = now
    _close(locked, "withdrawn_at")
    _note(locked, "invitation_withdrawn", acting_user=acting_user, now=now)
    return locked


@transaction.atomic
def decline_invitation(*, invitation: Invitation, now: datetime) -> Invitation:
    """Note that the owner of the address does not want to join. Repeating it changes nothing.

    Raises:
        InvitationRefused: it was accepted, taken back, or ran out.
    """
    locked = _lock(invitation)
    if locked.declined_at is not None:
        return locked
    _refuse_closed(locked, now=now)
    locked.declined_at = now
    _close(locked, "declined_at")
    _note(locked, "invitation_declined", acting_user=None, now=now)
    return locked


@transaction.atomic
def accept_invitation(
    *, invitation: Invitation, user: User, now: datetime, with_document: bool = False
) -> Membership:
    """Make somebody a member of the agency that invited her. Repeating it changes nothing.

    Whoever holds the link may accept with any account of hers. Whoever is a member already goes on
    as one. With `with_document` the document that the agency gave goes into an account that has
    none; on the invitation nothing of it stays.

    Raises:
        InvitationRefused: it was answered by somebody else, declined, taken back, or ran out.
    """
    locked = _lock(invitation)
    membership = locked.membership
    if locked.accepted_at is not None and membership and membership.user_id == user.pk:
        return membership
    _refuse_closed(locked, now=now)
    membership = _join(locked, user, now=now)
    if with_document:
        _take_document(locked, user, now=now)
    locked.membership, locked.accepted_at = membership, now
    _close(locked, "membership", "accepted_at")
    _note(locked, "invitation_accepted", acting_user=user, now=now)
    return membership


def _join(invitation: Invitation, user: User, *, now: datetime) -> Membership:
    today, unit = timezone.localdate(now), invitation.unit
    theirs = Membership.objects.filter(user=user, agency=invitation.agency)
    # One that ends today was left or ended: it would not hold tomorrow.
    standing = theirs.current(on=today).exclude(until_date=today).order_by("pk").last()
    if standing is None:
        made, _is_new = Membership.objects.get_or_create(
            user=user,
            agency=invitation.agency,
            until_date=None,
            defaults={"unit": unit, "from_date": today},
        )
        return made
    if unit is not None and standing.unit_id is None:
        standing.unit = unit
        standing.save(update_fields=["unit"])
    return standing


def _take_document(invitation: Invitation, user: User, *, now: datetime) -> None:
    person = User.objects.select_for_update().get(pk=user.pk)
    if person.document_fingerprint or not invitation.document_fingerprint:
        return
    for name in DOCUMENT_FIELDS:
        setattr(person, name, getattr(invitation, name))
    person.save(update_fields=DOCUMENT_FIELDS)
    record_event(
        action="document_set",
        target=person,
        acting_user=user,
        now=now,
        changed_fields=DOCUMENT_FIELDS,
        subject=person,
    )


def _lock(invitation: Invitation) -> Invitation:
    rows = invitations().select_for_update(of=("self",))
    return rows.select_related("agency", "unit", "membership").get(pk=invitation.pk)


def _refuse_closed(invitation: Invitation, *, now: datetime) -> None:
    if invitation.answer(now=now) != InvitationState.OPEN:
        raise InvitationRefused(_("This invitation cannot be answered any more."))


def _close(invitation: Invitation, *changed: str) -> None:
    """Save an answer, and forget the document: it was kept for this answer only."""
    for name in DOCUMENT_FIELDS:
        setattr(invitation, name, "")
    invitation.save(update_fields=[*changed, *DOCUMENT_FIELDS])


def _note(
    invitation: Invitation,
    action: str,
    *,
    acting_user: User | None,
    now: datetime,
    changed: Iterable[str] = (),
) -> None:
    record_event(
        action=action,
        target=invitation,
        acting_user=acting_user,
        now=now,
        changed_fields=changed,
        subject=invitation.membership.user_id if invitation.membership else None,
    )

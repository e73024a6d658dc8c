"""Who joins an agency and who leaves it, with all that hangs on it in the cohorts.

An agency keeps what was done under its nomination until the last day; it learns nothing of what
comes after, and the next agency inherits nothing.
"""

from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from lms.accounts.enums import ConsentPurpose, ConsentWay, MembershipRole
from lms.accounts.invitations.services import (
    InvitationRefused,
    accept_invitation,
    decline_invitation,
    invite,
    resend_invitation,
    withdraw_invitation,
)
from lms.accounts.models import Agency, Invitation, Membership, User
from lms.accounts.privacy.services import give_consent
from lms.accounts.services import save_signed_up_user
from lms.core.services import record_event
from lms.learning.cohorts.services import (
    PlaceRefused,
    check_kept_seats,
    give_invited_their_places,
    release_lapsed_invitations,
    withdraw_place,
)
from lms.learning.enums import NoticeKind, PlaceState
from lms.learning.kept_paths import kept_path
from lms.learning.models import CohortPlace
from lms.learning.notices import notify_learner

HOPES = (PlaceState.INVITED, PlaceState.APPLIED, PlaceState.WAITING)
"""Places that end with the membership; who has a seat keeps it, and goes on learning."""


class MembershipRefused(Exception):
    """A membership cannot be ended; the message says why."""


def has_account(email: str) -> bool:
    """Say whether somebody logs in with this address; to be told to its owner only."""
    return (
        User.objects.filter(email__iexact=email).exists()
        or EmailAddress.objects.filter(email__iexact=email, verified=True).exists()
    )


@transaction.atomic
def join_by_invitation(
    *, invitation: Invitation, user: User, now: datetime, with_document: bool = False
) -> list[CohortPlace]:
    """Let somebody accept an invitation, and seat her wherever it had nominated her.

    Returns the places, those too that could not be given any more.

    Raises:
        InvitationRefused: it cannot be accepted any more.
    """
    accept_invitation(invitation=invitation, user=user, now=now, with_document=with_document)
    if with_document and invitation.document_fingerprint:
        purpose = ConsentPurpose.DOCUMENT
        give_consent(user=user, purpose=purpose, way=ConsentWay.INVITATION, now=now)
    return give_invited_their_places(invitation=invitation, learner=user, now=now)


@transaction.atomic
def open_account_by_invitation(
    *,
    invitation: Invitation,
    full_name: str,
    password: str,
    language: str,
    now: datetime,
    with_document: bool = False,
    agrees: bool = False,
) -> User:
    """Make an account for the address of an invitation, and accept with it.

    The address counts as confirmed, because the link came by it.

    Raises:
        ValidationError: the name or the password will not do.
        InvitationRefused: it cannot be accepted any more, the address has an account already, or
            it has none: an invitation on paper is for who has an account.
    """
    if invitation.is_on_paper:
        raise InvitationRefused(_("This invitation is for somebody who has an account. Log in."))
    person = User(email=invitation.email)
    validate_password(password, User(email=invitation.email, full_name=full_name))
    person.set_password(password)
    try:
        with transaction.atomic():
            save_signed_up_user(
                user=person,
                full_name=full_name,
                language=language,
                now=now,
                agrees=agrees,
                way=ConsentWay.INVITATION,
            )
            EmailAddress.objects.create(
                user=person, email=invitation.email, verified=True, primary=True
            )
    except IntegrityError as error:
        raise InvitationRefused(
            _("You have an account with this address already. Log in to accept.")
        ) from error
    join_by_invitation(invitation=invitation, user=person, now=now, with_document=with_document)
    return person


@transaction.atomic
def refuse_invitation(*, invitation: Invitation, now: datetime) -> None:
    """Decline an invitation; the seats that were kept for it go to others.

    Raises:
        InvitationRefused: it cannot be answered any more.
    """
    decline_invitation(invitation=invitation, now=now)
    release_lapsed_invitations(now=now)


@transaction.atomic
def invite_person(*, agency: Agency, acting_user: User, now: datetime, **person: Any) -> Invitation:
    """Invite somebody as `invite` does; one who was nominated before keeps no seat others have.

    Raises:
        ValidationError: the address, the name or the document cannot be right.
        InvitationRefused: the person is a member already.
    """
    made = invite(agency=agency, acting_user=acting_user, now=now, **person)
    check_kept_seats(invitation=made, now=now)
    return made


@transaction.atomic
def send_invitation_again(*, invitation: Invitation, acting_user: User, now: datetime) -> None:
    """Send an invitation again with a new link; it keeps no seat that others have by now.

    Raises:
        InvitationRefused: it was answered or taken back, or its mail went out within this hour.
    """
    resend_invitation(invitation=invitation, acting_user=acting_user, now=now)
    check_kept_seats(invitation=invitation, now=now)


@transaction.atomic
def take_invitation_back(*, invitation: Invitation, acting_user: User, now: datetime) -> None:
    """Take an invitation back; the seats that were kept for it go to others.

    Raises:
        InvitationRefused: it was answered.
    """
    withdraw_invitation(invitation=invitation, acting_user=acting_user, now=now)
    release_lapsed_invitations(now=now)


@transaction.atomic
def end_membership(
    *, membership: Membership, last_date: date, acting_user: User, now: datetime, reason: str = ""
) -> Membership:
    """Let a member belong to the agency until that day; she is told. Repeating it changes nothing.

    A last day that was planned and has not passed is brought forward.
    Nominations that wait for a seat are withdrawn; who has a seat keeps it.

    Raises:
        MembershipRefused: she coordinates the agency (administrators end that), or the day is
            before her first one or has not come yet.
    """
    locked = _lock(membership)
    today = timezone.localdate(now)
    if _has_ended(locked, on=today) or locked.until_date == last_date:
        return locked
    if locked.role == MembershipRole.COORDINATOR:
        raise MembershipRefused(
            _("Only an administrator of the site ends the membership of a coordinator.")
        )
    if last_date < locked.from_date:
        raise MembershipRefused(_("The last day cannot be before the first one."))
    if last_date > today:
        raise MembershipRefused(_("The last day cannot be in the future."))
    _end(locked, last_date, acting_user=acting_user, now=now, reason=reason)
    with override(locked.user.language):
        words = _("%(agency)s: you do not belong to it any more.") % {"agency": locked.agency.name}
    notify_learner(
        learner=locked.user,
        kind=NoticeKind.AGENCY_CHANGED,
        now=now,
        path=kept_path("my_agencies"),
        words=words,
    )
    return locked


@transaction.atomic
def leave_agency(*, membership: Membership, now: datetime) -> Membership:
    """Let a person leave an agency by herself, at once. Repeating it changes nothing.

    Raises:
        MembershipRefused: she is the only one who coordinates it.
    """
    locked = _lock(membership)
    today = timezone.localdate(now)
    last_date = max(locked.from_date, today - timedelta(days=1))
    if _has_ended(locked, on=today) or locked.until_date == last_date:
        return locked
    if locked.role == MembershipRole.COORDINATOR and not _others_coordinate(locked, on=today):
        raise MembershipRefused(
            _(
                "Nobody else coordinates this agency. Ask an administrator of the site to name "
                "somebody before you leave."
            )
        )
    _end(locked, last_date, acting_user=locked.user, now=now, reason="")
    return locked


def _has_ended(membership: Membership, *, on: date) -> bool:
    """Say whether its last day is over; one that is planned can still be brought forward."""
    return membership.until_date is not None and membership.until_date < on


def _others_coordinate(membership: Membership, *, on: date) -> bool:
    current = Membership.objects.current(on=on).filter(agency=membership.agency)
    others = current.filter(role=MembershipRole.COORDINATOR).exclude(user=membership.user)
    return others.exists()


def _lock(membership: Membership) -> Membership:
    """Lock the agency first: of two coordinators who leave at the same moment, one has to stay."""
    Agency.objects.select_for_update().get(pk=membership.agency_id)
    rows = Membership.objects.select_for_update(of=("self",))
    return rows.select_related("agency", "user").get(pk=membership.pk)


def _end(
    membership: Membership, last_date: date, *, acting_user: User, now: datetime, reason: str
) -> None:
    membership.until_date = last_date
    membership.save(update_fields=["until_date"])
    record_event(
        action="membership_ended",
        target=membership,
        acting_user=acting_user,
        now=now,
        changed_fields=["until_date"],
        reason=reason,
        subject=membership.user_id,
    )
    hopes = CohortPlace.objects.nominated_by(membership.agency).filter(
        learner=membership.user, state__in=HOPES
    )
    for place in hopes.select_related("cohort").order_by("cohort_id", "pk"):
        with suppress(PlaceRefused):  # who got her seat at this moment keeps it
            withdraw_place(place=place, acting_user=acting_user, now=now, expected=HOPES)

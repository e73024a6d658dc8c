"""Inviting on paper from the coordinator's desk: the code comes on a slip, and is nowhere else."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from lms.accounts.codes.words import grouped
from lms.accounts.invitations.paper import OnPaper, invite_on_paper, renew_on_paper
from lms.accounts.models import Agency, Invitation, Unit, User
from lms.learning.cohorts.services import check_kept_seats


@dataclass(frozen=True)
class JoiningSlip:
    """What is printed for somebody who is invited; it exists in this answer and nowhere else."""

    invitation_id: int
    name: str
    code: str
    language: str
    address: str
    expires_at: datetime


def hand_out_joining_code(
    *, agency: Agency, full_name: str, unit: Unit | None, acting_user: User, now: datetime
) -> JoiningSlip:
    """Invite somebody on paper; the slip speaks the language of whoever invites.

    Raises:
        ValidationError: the name cannot be right.
        InvitationRefused: somebody of this name was invited on paper and has not answered.
    """
    made = invite_on_paper(
        agency=agency,
        full_name=full_name,
        language=acting_user.language,
        unit=unit,
        acting_user=acting_user,
        now=now,
    )
    return _slip(made)


@transaction.atomic
def renew_joining_code(*, invitation: Invitation, acting_user: User, now: datetime) -> JoiningSlip:
    """Make a new code for an invitation on paper; it keeps no seat that others have by now.

    Raises:
        InvitationRefused: it goes by mail, or was answered or taken back.
    """
    made = renew_on_paper(invitation=invitation, acting_user=acting_user, now=now)
    check_kept_seats(invitation=made.invitation, now=now)
    return _slip(made)


def _slip(made: OnPaper) -> JoiningSlip:
    invitation = made.invitation
    with translation.override(invitation.language):
        address = f"{settings.BASE_URL}{reverse('joining_code')}"
    return JoiningSlip(
        invitation_id=invitation.pk,
        name=invitation.full_name,
        code=grouped(made.code),
        language=invitation.language,
        address=address.partition("://")[2],
        expires_at=invitation.expires_at,
    )

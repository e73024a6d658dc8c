"""Inviting on paper somebody who has an account already and no e-mail address.

The coordinator gets a code, once, and hands it over; the person types it while she is logged in, and
answers as she would answer a link. Nothing is sent, and no account can be made with it. Whether
anybody has an account is neither asked nor told.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lms.accounts.codes.words import new_code
from lms.accounts.enums import InvitationState
from lms.accounts.invitations.queries import code_digest_of, invitations
from lms.accounts.invitations.services import VALID_FOR, InvitationRefused
from lms.accounts.models import ON_PAPER, UNANSWERED, Agency, Invitation, Unit, User
from lms.accounts.names import clean_full_name
from lms.core.enums import OutboxState
from lms.core.services import record_event


@dataclass(frozen=True)
class OnPaper:
    """An invitation and its code, which exists here and on the paper only."""

    invitation: Invitation
    code: str


@transaction.atomic
def invite_on_paper(
    *,
    agency: Agency,
    full_name: str,
    language: str,
    acting_user: User,
    now: datetime,
    unit: Unit | None = None,
) -> OnPaper:
    """Invite somebody without an address, for fourteen days.

    Of one name there is one unanswered invitation on paper in an agency: whoever presses twice, or
    loads the page anew, makes no second one.

    Raises:
        ValidationError: the name cannot be right.
        InvitationRefused: somebody of this name was invited on paper and has not answered.
    """
    name = clean_full_name(full_name)
    Agency.objects.select_for_update().get(pk=agency.pk)
    waiting = invitations().filter(UNANSWERED, ON_PAPER, agency=agency)
    names = waiting.values_list("full_name", flat=True)
    if name.casefold() in {one.casefold() for one in names}:
        raise InvitationRefused(
            _(
                "Somebody of this name has been invited on paper and has not answered. Open her "
                "invitation in the list of people to make a new code. For another person of the "
                "same name, add what tells them apart."
            )
        )
    code = new_code()
    made = invitations().create(
        agency=agency,
        unit=unit,
        full_name=name,
        language=language,
        token_digest=code_digest_of(code),
        state=OutboxState.DONE,
        created_at=now,
        done_at=now,
        expires_at=now + VALID_FOR,
        invited_by=acting_user,
    )
    record_event(action="invitation_made", target=made, acting_user=acting_user, now=now)
    return OnPaper(made, code)


@transaction.atomic
def renew_on_paper(*, invitation: Invitation, acting_user: User, now: datetime) -> OnPaper:
    """Make a new code for an unanswered invitation on paper, for fourteen days; the old one ends.

    Raises:
        InvitationRefused: it goes by mail, or was answered or taken back.
    """
    rows = invitations().select_for_update(of=("self",)).select_related("agency", "unit")
    locked = rows.get(pk=invitation.pk)
    is_waiting = locked.answer(now=now) in (InvitationState.OPEN, InvitationState.EXPIRED)
    if not locked.is_on_paper or not is_waiting:
        raise InvitationRefused(_("This invitation has been answered or taken back."))
    code = new_code()
    locked.token_digest, locked.expires_at = code_digest_of(code), now + VALID_FOR
    locked.created_at = locked.done_at = now
    locked.invited_by = acting_user
    locked.save(update_fields=["token_digest", "expires_at", "created_at", "done_at", "invited_by"])
    record_event(action="invitation_renewed", target=locked, acting_user=acting_user, now=now)
    return OnPaper(locked, code)

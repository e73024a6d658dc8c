"""The roads from a link or a login to an invitation and a membership."""

from datetime import datetime

from django.http import Http404
from django.utils import timezone

from lms.accounts.enums import InvitationState
from lms.accounts.invitations.queries import current_memberships, invitation_by_secret
from lms.accounts.models import Invitation, Membership, User
from lms.core.ratelimit import Limit, add_one, counts

WRONG_LINKS = Limit("invitation-wrong-link", most=30)
"""How many links that lead nowhere an address may try in a minute; then right ones wait too."""
ANSWERS = Limit("invitation-answer", most=60)
"""Answers to invitations from one address in a minute: a whole post may sit behind one."""


def seconds_to_wait(network: str, *, now: datetime) -> int | None:
    """Return how long this address must wait before it may open a link; None if it need not."""
    found = counts([(WRONG_LINKS, network), (ANSWERS, network)], now=now)
    if found[WRONG_LINKS] >= WRONG_LINKS.most or found[ANSWERS] >= ANSWERS.most:
        return WRONG_LINKS.wait(now=now)
    return None


def access_invitation_by_link(secret: str, *, network: str, now: datetime) -> Invitation | None:
    """Return the invitation that whoever holds the link may answer; None, and counted, if none."""
    found = invitation_by_secret(secret)
    if found is None:
        add_one(WRONG_LINKS, network, now=now)
        return None
    return found if found.answer(now=now) == InvitationState.OPEN else None


def access_own_membership(user: User, membership_id: int) -> Membership:
    """Return a membership of the user's own that holds today; 404 for every other one."""
    own = current_memberships(user, on=timezone.localdate())
    found = own.filter(pk=membership_id).first()
    if found is None:
        raise Http404
    return found

"""The roads from a link, a code or a login to an invitation and a membership."""

from datetime import datetime

from django.http import Http404
from django.utils import timezone

from lms.accounts.enums import InvitationState
from lms.accounts.invitations.queries import (
    current_memberships,
    invitation_by_code,
    invitation_by_secret,
)
from lms.accounts.models import Invitation, Membership, User
from lms.core.ratelimit import Limit, add_one, counts

WRONG_LINKS = Limit("invitation-wrong-link", most=30)
"""How many links that lead nowhere an address may try in a minute; then right ones wait too."""
ANSWERS = Limit("invitation-answer", most=60)
"""Answers to invitations from one address in a minute: a whole post may sit behind one."""
WRONG_CODES = Limit("joining-code-address", most=10)
"""Wrong codes of institutions from one address in a minute; then right ones wait too."""
WRONG_CODES_OF_ONE = Limit("joining-code-account", most=5, seconds=300)
"""Wrong codes that one account may try in five minutes."""


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


def seconds_to_wait_for_code(user: User, network: str, *, now: datetime) -> int | None:
    """Return how long this person must wait before she may try a code; None if she need not."""
    found = counts(_code_counters(user, network), now=now)
    waits = [limit.wait(now=now) for limit, number in found.items() if number >= limit.most]
    return max(waits, default=None)


def access_invitation_by_code(
    user: User, code: str, *, network: str, now: datetime, is_accepting: bool = False
) -> Invitation | None:
    """Return the invitation on paper that has this code and is open; None, and counted, if none.

    Whoever presses twice to accept finds the one that she has just accepted.
    """
    found = invitation_by_code(code)
    if found is not None and found.answer(now=now) == InvitationState.OPEN:
        return found
    if found is not None and is_accepting and found.membership_id:
        own = current_memberships(user, on=timezone.localdate(now))
        if own.filter(pk=found.membership_id).exists():
            return found
    for limit, who in _code_counters(user, network):
        add_one(limit, who, now=now)
    return None


def _code_counters(user: User, network: str) -> list[tuple[Limit, str]]:
    return [(WRONG_CODES, network), (WRONG_CODES_OF_ONE, str(user.pk))]


def access_own_membership(user: User, membership_id: int) -> Membership:
    """Return a membership of the user's own that holds today; 404 for every other one."""
    own = current_memberships(user, on=timezone.localdate())
    found = own.filter(pk=membership_id).first()
    if found is None:
        raise Http404
    return found

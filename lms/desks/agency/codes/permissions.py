"""The only road from a coordinator's request to the people for whom she makes codes."""

from collections.abc import Collection
from datetime import datetime

from django.http import Http404

from lms.accounts.models import Agency, Invitation, User
from lms.desks.agency.codes.members import members_without_mail
from lms.desks.agency.staff.names import order_key
from lms.desks.agency.staff.permissions import access_invitation

LONGEST_NUMBER = 18


def access_people(agency: Agency, keys: Collection[str], *, now: datetime) -> list[User]:
    """Return the people of these memberships, by name; 404 if one is not a member of today.

    Whoever has an e-mail address, a role or coordinates is no member in this sense.
    """
    numbers = {int(key) for key in keys if _is_number(key)}
    rows = list(members_without_mail(agency, now=now).filter(pk__in=numbers))
    if len(numbers) != len(set(keys)) or len(rows) != len(numbers):
        raise Http404
    return [row.user for row in sorted(rows, key=lambda row: order_key(row.user.full_name))]


def access_paper_invitation(agency: Agency, invitation_id: int) -> Invitation:
    """Return an unanswered invitation on paper of this agency; 404 for every other one."""
    found = access_invitation(agency, invitation_id)
    if not found.is_on_paper:
        raise Http404
    return found


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER

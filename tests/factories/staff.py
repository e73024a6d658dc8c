"""People whom agencies invite and nominate."""

from datetime import datetime
from itertools import count
from typing import Any

from lms.accounts.enums import MembershipRole
from lms.accounts.invitations.queries import digest_of, invitations
from lms.accounts.invitations.services import invite
from lms.accounts.models import Agency, Invitation, User
from tests.factories.accounts import MembershipFactory, UserFactory

NUMBERS = count(1)


def make_coordinator(agency: Agency, **person: Any) -> User:
    """Return somebody who coordinates an agency."""
    user: User = UserFactory(**person)
    MembershipFactory(user=user, agency=agency, role=MembershipRole.COORDINATOR)
    return user


def make_invitation(agency: Agency, *, by: User, now: datetime, **fields: Any) -> Invitation:
    """Return an invitation that can be accepted; its mail was not sent."""
    number = next(NUMBERS)
    given = {
        "email": f"invitada{number}@example.test",
        "full_name": f"Invitada de Prueba {number}",
        "language": "es",
    }
    return invite(agency=agency, acting_user=by, now=now, **{**given, **fields})


def give_secret(invitation: Invitation) -> str:
    """Return the secret that the link of an invitation now has, as if its mail had been sent."""
    secret = f"secreto-{invitation.pk}"
    invitations().filter(pk=invitation.pk).update(token_digest=digest_of(secret), state="done")
    return secret

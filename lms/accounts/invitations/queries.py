"""Reading invitations: by the secret of a link or a code, and what their pages say of them."""

import hashlib
from datetime import date

from cryptography.fernet import InvalidToken
from django.db.models import QuerySet

from lms.accounts.crypto import cipher, fingerprint
from lms.accounts.documents import TAIL_LENGTH
from lms.accounts.models import ON_PAPER, Invitation, Membership, User


def invitations() -> QuerySet[Invitation]:
    """Return the rows as what they are: the manager of an outbox knows them by their base only."""
    return QuerySet(Invitation)


def digest_of(secret: str) -> str:
    """Return what is kept of the secret of a link."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def invitation_by_secret(secret: str) -> Invitation | None:
    """Return the invitation to which a link leads, answered or not; None for an unknown one.

    The code of an invitation on paper is no link: nobody makes an account with it.
    """
    found = invitations().filter(~ON_PAPER, token_digest=digest_of(secret))
    return found.select_related("agency", "unit", "invited_by").first()


def code_digest_of(code: str) -> str:
    """Return what is kept of the code of an invitation on paper: a keyed digest."""
    return fingerprint(code, purpose="joining-code")


def invitation_by_code(code: str) -> Invitation | None:
    """Return the invitation on paper that has this code, answered or not; None for an unknown one."""
    found = invitations().filter(ON_PAPER, token_digest=code_digest_of(code))
    return found.select_related("agency", "unit", "invited_by", "membership").first()


def invited_document_tail(invitation: Invitation) -> str:
    """Return the last characters of the document that the agency gave; '' without one."""
    if not invitation.document_ciphertext:
        return ""
    try:
        number = cipher("identity-document").decrypt(invitation.document_ciphertext.encode())
    except InvalidToken:  # made with a SECRET_KEY that is gone
        return ""
    return number.decode()[-TAIL_LENGTH:]


def current_memberships(user: User, *, on: date) -> QuerySet[Membership]:
    """Return where somebody belongs on that day, by the agency's name."""
    rows: QuerySet[Membership] = Membership.objects.current(on=on).filter(user=user)
    return rows.select_related("agency", "unit").order_by("agency__name", "pk")

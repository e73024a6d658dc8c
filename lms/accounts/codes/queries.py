"""Reading about people without an e-mail address, and about their codes."""

from datetime import date, datetime

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef, QuerySet

from lms.accounts.crypto import fingerprint
from lms.accounts.enums import MembershipRole
from lms.accounts.models import AccessCode, Membership, User
from lms.accounts.queries import staff

SHOWN = 5


def digest_of(code: str, *, user_id: int | None) -> str:
    """Return what is kept of a code: a keyed digest that holds for this person alone."""
    return fingerprint(f"{user_id}:{code}", purpose="access-code")


def without_mail() -> QuerySet[User]:
    """Return the active people who log in by a user name and have no e-mail address."""
    confirmed = EmailAddress.objects.filter(user_id=OuterRef("pk"), verified=True)
    return User.objects.filter(
        ~Exists(confirmed), is_active=True, username__isnull=False, email__isnull=True
    )


def may_have_code(*, on: date) -> QuerySet[User]:
    """Return the people for whom a code may be made on that day.

    Never staff and never coordinators: whoever holds the paper can enter as the person it is for.
    """
    current = Membership.objects.current(on=on)
    coordinating = current.filter(user_id=OuterRef("pk"), role=MembershipRole.COORDINATOR)
    with_role = staff().filter(pk=OuterRef("pk"))
    return without_mail().filter(~Exists(coordinating), ~Exists(with_role))


def standing_codes(*, now: datetime) -> QuerySet[AccessCode]:
    """Return the codes that can still be used."""
    rows = AccessCode.objects.filter(used_at__isnull=True, ended_at__isnull=True)
    return rows.filter(expires_at__gt=now)


def last_codes(user: User) -> list[AccessCode]:
    """Return the last codes that were made for somebody; no query for who has no user name."""
    if not user.username:
        return []
    rows = AccessCode.objects.filter(user=user).select_related("made_by")
    return list(rows.order_by("-created_at", "-pk")[:SHOWN])

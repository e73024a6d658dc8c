"""The members of an agency who log in by a user name, as the page of codes lists them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from lms.accounts.codes.queries import may_have_code, standing_codes
from lms.accounts.enums import MembershipRole
from lms.accounts.models import Agency, Membership

NEVER_ENTERED = "new"
HAS_ENTERED = "own"


@dataclass(frozen=True)
class ListedMember:
    """A line of the list."""

    membership: Membership
    unit: str
    code_until: datetime | None

    @property
    def name(self) -> str:
        """The full name, else the user name."""
        return self.membership.user.full_name or str(self.membership.user)

    @property
    def has_password(self) -> bool:
        """Whether she has chosen a password already."""
        return self.membership.user.has_usable_password()


def members_without_mail(agency: Agency, *, now: datetime) -> QuerySet[Membership]:
    """Return the memberships of today whose people may have a code, by name."""
    on = timezone.localdate(now)
    code = standing_codes(now=now).filter(user_id=OuterRef("user_id"))
    people = may_have_code(on=on).filter(pk=OuterRef("user_id"))
    rows: QuerySet[Membership] = Membership.objects.current(on=on).filter(
        Exists(people), agency=agency, role=MembershipRole.MEMBER
    )
    rows = rows.annotate(code_until=Subquery(code.values("expires_at")[:1]))
    return rows.select_related("user").order_by("user__full_name", "user__username", "pk")


def filtered(
    rows: QuerySet[Membership], *, state: str, units: Collection[int] | None
) -> QuerySet[Membership]:
    """Return those of a state, in these units; None for all units."""
    if units is not None:
        rows = rows.filter(unit__in=units)
    if state == NEVER_ENTERED:
        return rows.filter(user__password__startswith=UNUSABLE_PASSWORD_PREFIX)
    if state == HAS_ENTERED:
        return rows.exclude(user__password__startswith=UNUSABLE_PASSWORD_PREFIX)
    return rows

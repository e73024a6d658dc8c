"""Reading about people."""

from datetime import date, datetime

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q, QuerySet

from lms.accounts.enums import MembershipRole, StaffRole
from lms.accounts.models import UNANSWERED, Agency, Invitation, Membership, User


def staff() -> QuerySet[User]:
    """Return the people with a staff role, superusers included."""
    roles = User.groups.through.objects.filter(
        user_id=OuterRef("pk"), group__name__in=StaffRole.values
    )
    return User.objects.filter(Q(is_superuser=True) | Exists(roles))


def role_words(user: User) -> str:
    """Return the names of a person's roles as the audit trail keeps them; a hyphen for none."""
    names = list(user.groups.order_by("name").values_list("name", flat=True)) if user.pk else []
    return ", ".join(["superuser", *names] if user.is_superuser else names) or "-"


def is_staff_member(user: User) -> bool:
    """Say whether this person has a staff role (one query)."""
    return staff().filter(pk=user.pk).exists()


def lacks_second_factor(user: User) -> bool:
    """Say whether this person has a staff role but no authenticator app (one query)."""
    apps = Authenticator.objects.filter(user_id=OuterRef("pk"), type=Authenticator.Type.TOTP)
    return staff().filter(~Exists(apps), pk=user.pk).exists()


def has_authenticator(user: User) -> bool:
    """Say whether this person has an authenticator app (one query)."""
    rows = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP)
    return bool(rows.exists())


def coordinated_agencies(user: User, *, on: date) -> QuerySet[Agency]:
    """Return the agencies that this person coordinates on that day, by name."""
    current = Membership.objects.current(on=on).filter(
        user=user, role=MembershipRole.COORDINATOR, agency_id=OuterRef("pk")
    )
    found: QuerySet[Agency] = Agency.objects.filter(Exists(current)).order_by("name")
    return found


def unanswered_invitations() -> QuerySet[Invitation]:
    """Return the invitations that were neither accepted nor declined nor taken back."""
    return QuerySet(Invitation).filter(UNANSWERED)


def open_invitations(*, now: datetime) -> QuerySet[Invitation]:
    """Return the invitations that can still be accepted."""
    return unanswered_invitations().filter(expires_at__gt=now)

"""How a login and its password are compared."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.models import EmailAddress
from django.db.models import Case, Exists, IntegerField, OuterRef, Q, Value, When

from lms.accounts.models import User


def account_of(login: str) -> User | None:
    """Return whose login this is: a confirmed address, an address, a user name; one query.

    Of several the first holds, so that a password is compared once at most.
    """
    confirmed = Exists(
        EmailAddress.objects.filter(user=OuterRef("pk"), email=login.lower(), verified=True)
    )
    rows = User.objects.annotate(is_confirmed=confirmed).filter(
        Q(is_confirmed=True) | Q(email__iexact=login) | Q(username__iexact=login)
    )
    rank = Case(
        When(is_confirmed=True, then=Value(0)),
        When(email__iexact=login, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return rows.order_by(rank, "pk").first()


class OneCheckBackend(AuthenticationBackend):
    """Compares a password with one account, once, after one query.

    allauth looks a login up in several ways, one after the other: for an address that is known it
    asks the database less, and hashes more, than for one that is not.
    """

    def _authenticate(self, request: Any, **credentials: Any) -> Any:
        login = credentials.get("email") or credentials.get("username")
        found = account_of(str(login)) if login else None
        return self._check_password(found, credentials["password"])

"""How a login and its password are compared."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from lms.accounts.models import User


class OneCheckBackend(AuthenticationBackend):
    """Compares a password with an account once.

    allauth looks an address up as a user name and then as an address, and compares it both times:
    an address that is known would be answered twice as slowly as one that is not.
    """

    def authenticate(self, request: Any, **credentials: Any) -> Any:
        """Return whose login and password these are, or None."""
        self._refused: set[int] = set()
        return super().authenticate(request, **credentials)

    def _check_password(self, user: User | None, password: str) -> Any:
        if user is None or user.pk in self._refused:
            return None
        found = super()._check_password(user, password)
        if found is None:
            self._refused.add(user.pk)
        return found

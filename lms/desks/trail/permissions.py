"""Who may read the audit trail."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from lms.accounts.models import User

VIEW = "core.view_auditevent"


def access_trail(request: HttpRequest) -> User:
    """Return the administrator who asks; PermissionDenied for anybody without this right."""
    user = request.user
    if not isinstance(user, User) or not user.has_perm(VIEW):
        raise PermissionDenied
    return user

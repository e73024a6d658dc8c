"""Who sees the pages about certificates in the menu of the admin."""

from typing import Any

from wagtail.admin.menu import MenuItem

from certificates.permissions import VIEW
from lms.accounts.models import User


class CertificateMenuItem(MenuItem):
    """Shown to whoever may read certificates."""

    def is_shown(self, request: Any) -> bool:
        """Ask for the right."""
        return isinstance(request.user, User) and request.user.has_perm(VIEW)

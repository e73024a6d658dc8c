"""People, agencies and roles."""

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig


class AccountsConfig(AppConfig):
    """Registers `lms.accounts`."""

    name = "lms.accounts"
    label = "accounts"
    verbose_name = _("People and agencies")
    default = True

    def ready(self) -> None:
        """Keep the shipped texts in every database, and note at each login whether one is due."""
        from django.contrib.auth.signals import user_logged_in
        from django.db.models.signals import post_migrate

        from lms.accounts.privacy.due import note_login

        post_migrate.connect(_after_migration, sender=self, dispatch_uid="accounts.consent_texts")
        user_logged_in.connect(note_login, dispatch_uid="accounts.consent_due")


class AmparoUsersConfig(WagtailUsersAppConfig):
    """Wagtail's user administration, for people who have one full name."""

    user_viewset = "lms.accounts.viewsets.UserViewSet"


def _after_migration(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Give every purpose its first text; a database that is migrated only in part is left alone."""
    from django.db import connections
    from django.utils import timezone

    from lms.accounts.models import ConsentText
    from lms.accounts.privacy.services import ensure_texts
    from lms.core.models import AuditEvent

    tables = set(connections[using].introspection.table_names())
    needed = {ConsentText._meta.db_table, AuditEvent._meta.db_table}
    if using == "default" and needed <= tables:
        ensure_texts(now=timezone.now())

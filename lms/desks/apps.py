"""Pages that join learning and certificates; it keeps no records."""

from typing import Any

from django.apps import AppConfig, apps
from django.contrib.auth.signals import user_logged_in
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class DesksConfig(AppConfig):
    """Registers `lms.desks`, and sets up groups and reviews after each migration."""

    name = "lms.desks"
    label = "desks"
    verbose_name = _("Desks")

    def ready(self) -> None:
        """Listen to the end of migrations and to logins."""
        from lms.desks.menu import note_login

        user_logged_in.connect(note_login, dispatch_uid="desks.note_login")
        post_migrate.connect(_after_migration, dispatch_uid="desks.staff_groups")


def _after_migration(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Act once, when the last app is done and the permissions of all others exist.

    A database that is migrated only in part has not all the tables yet: it is left alone.
    """
    from wagtail.models import GroupCollectionPermission, GroupPagePermission

    from courses.models import ReviewTask
    from courses.reviewing.services import ensure_review_workflow
    from lms.desks.services import ensure_staff_groups

    with_models = [config for config in apps.get_app_configs() if config.models_module is not None]
    if using != "default" or sender is not with_models[-1]:
        return
    tables = set(connections[using].introspection.table_names())
    needed = {
        model._meta.db_table
        for model in (GroupPagePermission, GroupCollectionPermission, ReviewTask)
    }
    if needed <= tables:
        ensure_staff_groups()
        ensure_review_workflow()

"""The app that knows no other: audit, outbox, middleware, template tags."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    """Registers `lms.core`."""

    name = "lms.core"
    label = "core"
    verbose_name = _("Core")

"""Pages that join learning and certificates; it keeps no records."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DesksConfig(AppConfig):
    """Registers `lms.desks`."""

    name = "lms.desks"
    label = "desks"
    verbose_name = _("Desks")

"""Certificates: issue, render, revoke, verify."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CertificatesConfig(AppConfig):
    """Registers `certificates` and listens for completed courses."""

    name = "certificates"
    verbose_name = _("Certificates")

    def ready(self) -> None:
        """Connect the receivers."""
        from certificates import receivers

        receivers.connect()

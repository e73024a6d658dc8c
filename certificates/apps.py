"""Certificates: issue, render, revoke, verify."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CertificatesConfig(AppConfig):
    """Registers `certificates` and listens for completed courses."""

    name = "certificates"
    verbose_name = _("Certificates")

    def ready(self) -> None:
        """Connect the receivers, and register the tasks where a message is only sent, too."""
        from certificates import receivers

        import_module("certificates.tasks")
        receivers.connect()

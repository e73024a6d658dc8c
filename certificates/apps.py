"""Certificates: issue, render, revoke, verify."""

from importlib import import_module

from django.apps import AppConfig
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _


class CertificatesConfig(AppConfig):
    """Registers `certificates` and listens for completed courses."""

    name = "certificates"
    verbose_name = _("Certificates")

    def ready(self) -> None:
        """Connect the receivers, and register the tasks where a message is only sent, too.

        Raises:
            ImproperlyConfigured: others may read the signing keys, a pinned context was changed, or
                the outside signer of the settings cannot be used.
        """
        from certificates import key_files, pdf_signers, receivers
        from certificates.credentials import context_files
        from certificates.services import keys
        from lms.core import health

        try:
            key_files.check_folder()
            context_files.check_context_files()
            pdf_signers.check_at_start()
        except (
            key_files.KeyFileError,
            context_files.ChangedContextError,
            pdf_signers.SignerUnavailableError,
        ) as error:
            raise ImproperlyConfigured(str(error)) from error

        import_module("certificates.tasks")
        receivers.connect()
        health.register("keys", keys.check_keys)

"""Print one demo certificate's code for each state, and save their PDFs."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from certificates import services
from certificates.demo import NoDemoDataError, demo_certificates
from certificates.models import Certificate


class Command(BaseCommand):
    """Idempotent; the certificates are made once."""

    help = "Print as JSON a demo code for each of valid, expired, revoked, replaced."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take `--save` and `--even-without-debug`."""
        parser.add_argument("--save", metavar="FOLDER", help="save the PDFs there as <state>.pdf")
        parser.add_argument(
            "--even-without-debug",
            action="store_true",
            help="make them where DEBUG is off; they say themselves whether they are a pilot's",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make what is missing, save the files, print the codes."""
        if not settings.DEBUG and not options["even_without_debug"]:
            raise CommandError(
                "DEBUG is off, so this may be a real site, where invented certificates have no "
                "place. To make them all the same: --even-without-debug"
            )
        try:
            found = demo_certificates(now=timezone.now())
        except NoDemoDataError as error:
            raise CommandError(str(error)) from error
        if options["save"]:
            folder = Path(options["save"])
            folder.mkdir(parents=True, exist_ok=True)
            for state, certificate in found.items():
                (folder / f"{state}.pdf").write_bytes(_pdf(certificate))
        codes = {str(state): certificate.code for state, certificate in found.items()}
        self.stdout.write(json.dumps(codes, indent=2))


def _pdf(certificate: Certificate) -> bytes:
    """Return the stored PDF, made here if no worker has made it yet."""
    now = timezone.now()
    services.render_issuance(issuance_id=certificate.issuance.pk, now=now)
    certificate.issuance.refresh_from_db()
    stored = services.stored_pdf(certificate=certificate, now=now)
    return stored if stored is not None else services.render_certificate(certificate, now=now)

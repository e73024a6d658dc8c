"""Sign with new keys from now on; what the old ones signed holds."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from certificates import services
from certificates.key_files import KeyFileError, folder


class Command(BaseCommand):
    """Works too where the private half of a key is lost."""

    help = "Make new signing keys and retire the old ones, whose public halves stay published."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take `--stolen` and `--reason`."""
        parser.add_argument(
            "--stolen",
            metavar="NAME",
            help="a retired key that somebody copied: nobody is to believe its signatures any more",
        )
        parser.add_argument("--reason", default="", help="with --stolen; kept in the audit trail")

    def handle(self, *args: Any, **options: Any) -> None:
        """Rotate, or note that a key was stolen; say what was done."""
        now = timezone.now()
        try:
            if options["stolen"]:
                row = services.distrust_key(
                    name=options["stolen"], reason=options["reason"], now=now
                )
                self.stdout.write(f"Nobody is to believe {row.name} any more.")
                return
            for row in services.rotate_keys(now=now):
                self.stdout.write(f"Signing key {row.name} in {folder()}")
        except (KeyFileError, OSError) as error:
            raise CommandError(str(error)) from error

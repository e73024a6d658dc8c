"""Make the signing keys that are missing."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from certificates import services
from certificates.key_files import KeyFileError, folder


class Command(BaseCommand):
    """Idempotent; `serve` and `prepare` run it at every start."""

    help = "Make the keys that sign certificates, if there are none yet."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make them, and say which."""
        try:
            added = services.ensure_keys(now=timezone.now())
        except (KeyFileError, OSError) as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            raise CommandError("The database is not ready: run `manage.py migrate`.") from error
        for row in added:
            self.stdout.write(f"Signing key {row.name} in {folder()}")

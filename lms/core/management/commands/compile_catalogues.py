"""Compile the translations."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from lms.core.catalogues import compile_catalogues


class Command(BaseCommand):
    """Writes the binary catalogues that changed."""

    help = "Compile the translation catalogues that changed (needs no gettext)."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Compile, and say how many."""
        written = sum(compile_catalogues(folder) for folder in settings.LOCALE_PATHS)
        self.stdout.write(f"catalogues compiled: {written}")

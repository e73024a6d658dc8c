"""Wrap the keys of the audit trail under today's secret."""

from typing import Any

from django.core.management.base import BaseCommand

from lms.core.services import rewrap_keys


class Command(BaseCommand):
    """To be run after SECRET_KEY was changed, before the earlier one leaves SECRET_KEY_FALLBACKS."""

    help = "Wrap the keys of the audit trail under today's SECRET_KEY."

    def handle(self, *args: Any, **options: Any) -> None:
        """Wrap, and say how many."""
        self.stdout.write(f"keys wrapped anew: {rewrap_keys()}")

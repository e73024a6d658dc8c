"""Make the seven people of the demonstration."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from lms.desks.demo_people import DEMO_LOGIN, DEMO_PEOPLE, create_demo_people


class Command(BaseCommand):
    """Idempotent; refuses on a real site, where everybody would know the passwords."""

    help = "Create the seven demo people, their agencies and roles (password: amparo-demo)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take `--even-without-debug`."""
        parser.add_argument(
            "--even-without-debug",
            action="store_true",
            help="create them where DEBUG is off; anybody can then log in with their password",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Create what is missing, and print the accounts."""
        if not settings.DEBUG and not options["even_without_debug"]:
            raise CommandError(
                "DEBUG is off, so this may be a real site. The demo people have a password that "
                "everybody knows. To create them all the same: --even-without-debug"
            )
        create_demo_people(now=timezone.now())
        self.stdout.write(f"Demo people, all with the password {DEMO_LOGIN}:")
        for person in DEMO_PEOPLE:
            self.stdout.write(f"  {person.email:<20} {person.what}")

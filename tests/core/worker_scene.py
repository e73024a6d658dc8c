"""Let services write into the trail of the worker's test, in a process of its own."""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.core.worker_settings")

import django

django.setup()

from django.utils import timezone

from lms.accounts.services import update_profile
from tests.factories import UserFactory


def main(number: int) -> None:
    """Change the profiles of so many people, as their own page does."""
    for _place in range(number):
        user = UserFactory()
        update_profile(
            user=user,
            full_name="Persona Inventada",
            display_name="Persona",
            language="es",
            acting_user=user,
            now=timezone.now(),
        )


main(int(sys.argv[1]))

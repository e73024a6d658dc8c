"""Confirm an import in the database of the worker's test, in a process of its own."""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.learning.staff_imports.worker_settings")

import django

django.setup()

from django.utils import timezone

from lms.learning.staff_imports.services import confirm_import
from tests.factories import make_course, release_course_for_tests
from tests.factories.people_sheets import make_sheet_scene


def main(number: int) -> None:
    """Let so many people wait to be taken over."""
    scene = make_sheet_scene(release_course_for_tests(make_course()), now=timezone.now())
    rows = [
        (f"p{one}@example.test", "", "Rosa Quispe", "", "Comisaría Norte", "Grupo de marzo")
        for one in range(number)
    ]
    row = scene.bring(*rows)
    confirm_import(staff_import=row, acting_user=scene.coordinator, now=timezone.now())


main(int(sys.argv[1]))

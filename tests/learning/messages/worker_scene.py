"""Write to some people of a cohort in the database of the worker's test, in a process of its own."""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.learning.messages.worker_settings")

import django

django.setup()

from django.utils import timezone

from lms.accounts.enums import StaffRole
from lms.learning.messages.enums import Audience
from tests.factories import UserFactory, make_course, release_course_for_tests
from tests.factories.cohorts import make_cohort
from tests.factories.messages import many_in, write_message


def main(number: int) -> None:
    """Put twice as many people into a cohort, and write to every second one."""
    cohort = make_cohort(release_course_for_tests(make_course()))
    people = [row.pk for row in many_in(cohort, 2 * number)]
    write_message(
        cohort,
        by=UserFactory(role=StaffRole.TRAINER),
        now=timezone.now(),
        audience=Audience.CHOSEN,
        chosen=people[::2],
    )


main(int(sys.argv[1]))

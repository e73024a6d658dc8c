"""Press the button of a cohort in the database of the worker's test, in a process of its own."""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.certificates.worker_settings")

import django

django.setup()

from django.utils import timezone

from certificates import services
from lms.accounts.enums import StaffRole
from tests.factories import UserFactory, make_course, release_course_for_tests
from tests.factories.cohorts import completed_in, make_cohort


def main(number: int) -> None:
    """Let so many people of a cohort wait for their certificates, and issue them."""
    cohort = make_cohort(release_course_for_tests(make_course()))
    now = timezone.now()
    for _one in range(number):
        completed_in(cohort, now=now)
    trainer = UserFactory(role=StaffRole.TRAINER)
    services.start_batch(cohort=cohort, acting_user=trainer, now=now)


main(int(sys.argv[1]))

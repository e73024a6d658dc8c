"""Complete some enrolments in the database of the worker's test, in a process of its own."""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.certificates.worker_settings")

import django

django.setup()

from django.db import transaction
from django.utils import timezone

from lms.learning.signals import course_completed
from tests.factories import EnrolmentFactory, make_course, release_course_for_tests
from tests.factories.certificates import complete


def main(number: int) -> None:
    """Complete so many enrolments, as a submission does: the signal within its transaction."""
    release = release_course_for_tests(make_course())
    for _ in range(number):
        enrolment = EnrolmentFactory(release=release)
        with transaction.atomic():
            now = timezone.now()
            complete(enrolment, now=now)
            course_completed.send(sender=None, enrolment=enrolment, now=now)


main(int(sys.argv[1]))

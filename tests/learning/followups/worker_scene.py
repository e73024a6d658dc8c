"""Complete a course eight days ago, in the database of the worker's test, in a process of its own."""

import os
import sys
from datetime import timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.learning.followups.worker_settings")

import django

django.setup()

from django.utils import timezone

from lms.learning.enums import SupervisorStatement
from lms.learning.followups.services import ask_supervisor
from tests.factories import EnrolmentFactory, make_course, release_course_for_tests
from tests.factories.certificates import complete


def main(number: int) -> None:
    """Let so many people complete it, and the last one ask her supervisor."""
    now = timezone.now()
    release = release_course_for_tests(make_course())
    for _person in range(number):
        enrolment = complete(EnrolmentFactory(release=release), now=now - timedelta(days=8))
    ask_supervisor(
        enrolment=enrolment,
        address="jefa@ejemplo.pe",
        statements=[SupervisorStatement.APPLIES],
        shows_course=False,
        acting_user=enrolment.learner,
        now=now,
    )


main(int(sys.argv[1]))

"""Run inside the product's own process: after_course_scene.py EMAIL.

Moves the completed course of somebody half a year back, tells her of what comes after it, and lets
forty more people have taken the course in a quarter that is over. The people are invented.
"""

import os
import sys
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.base")
django.setup()

from django.utils import timezone

from courses.models import CourseRelease
from lms.accounts.models import Agency
from lms.learning.enums import EnrolmentState
from lms.learning.followups.services import send_after_course
from lms.learning.models import Enrolment
from tests.factories.cohorts import make_cohort
from tests.factories.reports import CERTIFIED, STARTED, crowd

HALF_A_YEAR = timedelta(days=186)


def main(email: str) -> None:
    """Move the clock of the rows, which is the only one that the product reads."""
    now = timezone.now()
    noon = now.replace(hour=17, minute=0)
    rows = Enrolment.objects.filter(learner__email=email)
    rows.update(
        state=EnrolmentState.COMPLETED,
        enrolled_at=now - HALF_A_YEAR - timedelta(days=20),
        completed_at=noon - HALF_A_YEAR,
    )
    release = rows.get().release
    CourseRelease.objects.filter(course_key=release.course_key).update(
        created_at=now - timedelta(days=400)
    )
    then = noon - timedelta(days=120)
    cohort, agency = (
        make_cohort(release, name="Grupo del informe"),
        Agency.objects.order_by("pk")[0],
    )
    crowd(cohort, agency, 30, reached=CERTIFIED, sex="woman", at=then)
    crowd(cohort, agency, 12, reached=STARTED, sex="man", at=then)
    send_after_course(clock=lambda: noon)


main(sys.argv[1])

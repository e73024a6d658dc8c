"""Run inside the product's own process: cohort_scene.py NUMBER.

Makes a cohort of the starter course in which so many people have completed the course and wait for
their certificates, and prints its number. The people are invented.
"""

import os
import sys
from uuid import uuid4

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.base")
django.setup()

from django.utils import timezone

from lms.learning.models import Enrolment
from tests.factories.cohorts import completed_in, make_cohort


def main(number: int) -> None:
    """Make the cohort and its people."""
    release = Enrolment.objects.get(learner__email="ana@demo.test", cohort__isnull=False).release
    cohort = make_cohort(release, name=f"Grupo de {number}")
    for place in range(number):
        name = f"Rosa Elena Quispe {'ABCDEFGH'[place]}"
        completed_in(cohort, now=timezone.now(), name=name, email=f"{uuid4().hex}@example.test")
    sys.stdout.write(str(cohort.pk))


main(int(sys.argv[1]))

"""Run inside the product's own process: walk_learner.py EMAIL COURSE [UNTIL].

Takes a learner through a course up to an item (`cierre/examen`), by the product's own services.
"""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.base")
django.setup()

from django.utils import timezone

from courses.models import CoursePage
from lms.learning.models import Enrolment
from tests.support.walking import walk_to

email, slug, until = (*sys.argv[1:], "")[:3]
course = CoursePage.objects.get(slug=slug, locale__language_code="es")
enrolment = Enrolment.objects.select_related("release", "learner").get(
    learner__email=email, release__course_key=course.translation_key
)
walk_to(enrolment, until, now=timezone.now())

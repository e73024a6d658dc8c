"""Run inside the product's own process: make_learner.py EMAIL [--lessons-done].

Makes a learner of the starter course with the password of the demo people, by the product's own
services.
"""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.base")
django.setup()

from allauth.account.models import EmailAddress
from django.utils import timezone

from courses.enums import ItemKind
from courses.models import CoursePage
from lms.accounts.enums import ConsentPurpose, ConsentWay
from lms.accounts.models import User
from lms.accounts.privacy.services import give_consent
from lms.learning.enums import LessonWay
from lms.learning.progress import progress_in
from lms.learning.services import enrol_learner, finish_lesson, open_lesson


def main() -> None:
    """Make the learner, and read all lessons for her if asked."""
    email, now = sys.argv[1], timezone.now()
    learner = User.objects.create_user(email, "amparo-demo", full_name="Rumi Condori Ticona")
    EmailAddress.objects.create(user=learner, email=email, verified=True, primary=True)
    give_consent(
        user=learner, purpose=ConsentPurpose.PARTICIPATION, way=ConsentWay.SIGN_UP, now=now
    )
    course = CoursePage.objects.get(slug="curso-inicial", locale__language_code="es")
    enrolment = enrol_learner(
        learner=learner, course_key=course.translation_key, acting_user=learner, now=now
    )
    if "--lessons-done" not in sys.argv:
        return
    for item in enrolment.release.typed_promise.items():
        if item.kind == ItemKind.LESSON:
            open_lesson(
                enrolment=enrolment,
                lesson_key=item.key,
                progress=progress_in(enrolment),
                now=now,
            )
            finish_lesson(enrolment=enrolment, lesson_key=item.key, way=LessonWay.FULL, now=now)


main()

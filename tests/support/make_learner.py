"""Run inside the product's own process: make_learner.py EMAIL COURSE.

Makes a learner of a course with the password of the demo people, by the product's own services.
"""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.base")
django.setup()

from allauth.account.models import EmailAddress
from django.utils import timezone

from courses.models import CoursePage
from lms.accounts.enums import ConsentPurpose, ConsentWay
from lms.accounts.models import User
from lms.accounts.privacy.services import give_consent
from lms.learning.services import enrol_learner


def main() -> None:
    """Make the learner."""
    email, slug, now = sys.argv[1], sys.argv[2], timezone.now()
    learner = User.objects.create_user(email, "amparo-demo", full_name="Rumi Condori Ticona")
    EmailAddress.objects.create(user=learner, email=email, verified=True, primary=True)
    give_consent(
        user=learner, purpose=ConsentPurpose.PARTICIPATION, way=ConsentWay.SIGN_UP, now=now
    )
    course = CoursePage.objects.get(slug=slug, locale__language_code="es")
    enrol_learner(learner=learner, course_key=course.translation_key, acting_user=learner, now=now)


main()

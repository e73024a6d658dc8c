"""The only road to what was learned: the staff of a course, and each learner to her own."""

from uuid import UUID

from django.http import Http404

from courses.permissions import is_trainer, may_follow
from lms.accounts.models import User
from lms.learning.cohorts.permissions import access_cohorts
from lms.learning.models import Cohort, Enrolment
from lms.learning.permissions import own_enrolment


def access_gains(user: User, course_key: UUID) -> list[Cohort]:
    """Return the cohorts of a course whose staff the user is, newest first; else 404.

    Those of other agencies are not among them.
    """
    if not is_trainer(user) or not may_follow(user, course_key):
        raise Http404
    rows = access_cohorts(user).filter(release__course_key=course_key)
    return list(rows.order_by("-starts_date", "name"))


def access_own_gains(user: User, course_key: UUID) -> Enrolment:
    """Return the user's own enrolment in a course; 404 if there is none."""
    enrolment = own_enrolment(user, course_key)
    if enrolment is None:
        raise Http404
    return enrolment

"""The only road from a request to a session."""

from typing import Any
from uuid import UUID

from django.http import Http404

from courses.permissions import may_follow
from lms.accounts.models import User
from lms.learning.cohorts.permissions import access_cohort
from lms.learning.models import Cohort, CourseSession, Enrolment


def access_session(user: User, cohort_id: int, session_id: int) -> CourseSession:
    """Return a session of a cohort whose course the user follows; 404 to anybody else."""
    cohort = access_cohort(user, cohort_id)
    found = CourseSession.objects.filter(pk=session_id, cohort=cohort).first()
    if found is None:
        raise Http404
    found.cohort = cohort
    return found


def access_group(user: Any, cohort_id: int) -> Enrolment:
    """Return the learner's own enrolment in a cohort; 404 to whoever has none that she may read."""
    rows = Enrolment.objects.readable().filter(learner=user, cohort=cohort_id)
    found = rows.select_related("cohort__release").order_by("-pk").first()
    if found is None:
        raise Http404
    return found


def access_calendar(user: User, cohort_id: int) -> Cohort:
    """Return a cohort for whoever may have its calendar: its learners, and who follows its course."""
    found = Cohort.objects.filter(pk=cohort_id).select_related("release").first()
    if found is None or not _may_read(user, found):
        raise Http404
    return found


def access_calendar_session(user: User, uid: UUID) -> CourseSession:
    """Return a session by the number that it has in calendars, to the same people."""
    rows = CourseSession.objects.filter(uid=uid).select_related("cohort__release")
    found = rows.first()
    if found is None or not _may_read(user, found.cohort):
        raise Http404
    return found


def _may_read(user: User, cohort: Cohort) -> bool:
    is_in = Enrolment.objects.readable().filter(learner=user, cohort=cohort).exists()
    return is_in or may_follow(user, cohort.release.course_key)

"""The only road from a request to a walk through a case, and to what others walked."""

from typing import Any
from uuid import UUID

from django.http import Http404

from courses.models import CasePage, CoursePage
from courses.permissions import may_follow
from lms.accounts.models import User
from lms.learning.cases.places import case_page_of
from lms.learning.enums import READING_STATES
from lms.learning.models import CaseRun


def find_case_run(public_id: UUID) -> CaseRun:
    """Return a walk, whoever's it is, with its enrolment and version; 404 if there is none."""
    run = (
        CaseRun.objects.filter(public_id=public_id)
        .select_related("enrolment__release", "enrolment__cohort", "case_version")
        .first()
    )
    if run is None:
        raise Http404
    return run


def is_own(user: Any, run: CaseRun) -> bool:
    """Say whether the user may read and go on with a walk: its learner, while enrolled."""
    return run.enrolment.learner_id == user.pk and run.enrolment.state in READING_STATES


def access_case_run(user: User, public_id: UUID) -> CaseRun:
    """Return the user's own walk, with its enrolment and version; 404 for anybody else's."""
    run = find_case_run(public_id)
    if not is_own(user, run):
        raise Http404
    return run


def access_case_to_follow(user: Any, case_key: UUID) -> CasePage:
    """Return the page of a case to the staff of its course and to administrators; 404 otherwise."""
    page = case_page_of(case_key)
    if page is None:
        raise Http404
    course = CoursePage.objects.ancestor_of(page).first()
    if course is None or not may_follow(user, course.translation_key):
        raise Http404
    return page

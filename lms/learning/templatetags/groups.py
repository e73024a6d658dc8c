"""Template tags for learners: groups that can be joined, one's own group, its next session."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils import timezone

from lms.accounts.models import User
from lms.learning.cohorts.queries import joinable_cohorts, own_places
from lms.learning.models import CourseSession, Enrolment
from lms.learning.queries import CourseInHand
from lms.learning.sessions.queries import is_around, next_sessions

register = template.Library()


@register.inclusion_tag("learning/cohorts/offers.html", takes_context=True)
def groups_to_join(context: Mapping[str, Any], learning: CourseInHand) -> dict[str, Any]:
    """Show the groups of a course that somebody can join, where she is in none yet."""
    request, enrolment = context["request"], learning.enrolment
    is_in_group = enrolment is not None and enrolment.cohort_id is not None
    may_join = learning.is_released and not is_in_group and not learning.is_completed
    offers = []
    if may_join:
        offers = joinable_cohorts(learning.course_key, request.user, now=timezone.now())
    if enrolment is not None:
        offers = [one for one in offers if one.cohort.release_id == enrolment.release_id]
    return {"offers": offers, "may_join": may_join, "user": request.user, "request": request}


@register.inclusion_tag("learning/cohorts/own_places.html")
def waiting_places(user: User) -> dict[str, Any]:
    """Show where a learner asks or waits for a seat."""
    return {"places": own_places(user)}


@register.simple_tag
def coming_sessions(courses: Iterable[CourseInHand]) -> dict[int, CourseSession]:
    """Return the next session of each group in which these courses are taken, by its number."""
    cohorts = [
        course.enrolment.cohort_id
        for course in courses
        if course.enrolment is not None and course.enrolment.cohort_id is not None
    ]
    return next_sessions(cohorts, now=timezone.now())


@register.inclusion_tag("learning/sessions/own_group.html")
def own_group(
    enrolment: Enrolment, sessions: Mapping[int, CourseSession] | None = None
) -> dict[str, Any]:
    """Show the group of an enrolment with its next session; one query, if that is not given."""
    cohort = enrolment.cohort
    if cohort is None:
        return {"cohort": None}
    now = timezone.now()
    if sessions is None:
        sessions = next_sessions([cohort.pk], now=now)
    session = sessions.get(cohort.pk)
    return {
        "cohort": cohort,
        "session": session,
        "is_around": session is not None and is_around(session, now=now),
        "deadline": enrolment.deadline(),
    }

"""Announcements, pinned on the pages of whoever is in the cohort."""

from collections.abc import Iterable
from typing import Any

from django import template

from lms.learning.messages.queries import standing_announcements
from lms.learning.queries import CourseInHand

register = template.Library()


@register.inclusion_tag("learning/messages/pinned.html")
def pinned_announcements(courses: Iterable[CourseInHand]) -> dict[str, Any]:
    """Show the announcements in the groups of somebody's courses, and where her messages are.

    One query; none for whoever is in no group.
    """
    groups = _groups(courses)
    return {"announcements": standing_announcements(groups), "has_groups": bool(groups)}


@register.inclusion_tag("learning/messages/pinned.html")
def pinned_in(course: CourseInHand) -> dict[str, Any]:
    """Show the announcements in somebody's group on the page of the course."""
    return {"announcements": standing_announcements(_groups([course]))}


def _groups(courses: Iterable[CourseInHand]) -> set[int]:
    enrolments = [course.enrolment for course in courses if course.enrolment is not None]
    return {row.cohort_id for row in enrolments if row.cohort_id is not None}

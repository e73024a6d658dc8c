"""The only road from a trainer's request to a cohort."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from courses.models import CourseRelease
from courses.permissions import course_keys, is_administrator, is_trainer, may_follow
from lms.accounts.models import User
from lms.learning.enums import WAITING_PLACES, CohortJoining
from lms.learning.models import Cohort, CohortPlace, Enrolment
from lms.learning.permissions import of_no_other_agency


def access_cohorts(user: Any) -> QuerySet[Cohort]:
    """Return the cohorts of all courses that the user follows; 404 to people who do not teach.

    Those of other agencies are not among them, see `of_no_other_agency`.
    """
    if not isinstance(user, User) or not is_trainer(user):
        raise Http404
    rows: QuerySet[Cohort] = Cohort.objects.all()
    if is_administrator(user):
        return rows
    return rows.filter(of_no_other_agency(user), release__course_key__in=course_keys(user))


def access_releases(user: Any) -> QuerySet[CourseRelease]:
    """Return the releases of which the user may make a cohort; 404 to people who do not teach."""
    if not isinstance(user, User) or not is_trainer(user):
        raise Http404
    rows: QuerySet[CourseRelease] = CourseRelease.objects.all()
    if is_administrator(user):
        return rows
    return rows.filter(course_key__in=course_keys(user))


def access_cohort(user: User, pk: int) -> Cohort:
    """Return a cohort of a course that the user follows; to anybody else it does not exist (404).

    Nor does one of another agency to a trainer who belongs to an agency herself.
    """
    rows = Cohort.objects.filter(pk=pk).select_related("release")
    if not is_administrator(user):
        rows = rows.filter(of_no_other_agency(user))
    found = rows.first()
    if found is None or not may_follow(user, found.release.course_key):
        raise Http404
    return found


def access_enrolments(cohort: Cohort, pks: Collection[int]) -> list[Enrolment]:
    """Return these enrolments in the cohort's release; 404 if one of them is in another."""
    found = list(Enrolment.objects.filter(pk__in=pks, release_id=cohort.release_id).order_by("pk"))
    if len(found) != len(set(pks)):
        raise Http404
    return found


def access_places(cohort: Cohort, pks: Collection[int]) -> list[CohortPlace]:
    """Return these places in the cohort; 404 if one of them is in another."""
    rows = CohortPlace.objects.filter(pk__in=pks, cohort=cohort)
    found = list(rows.select_related("learner", "invitation", "cohort").order_by("pk"))
    if len(found) != len(set(pks)):
        raise Http404
    return found


def access_own_place(user: User, pk: int) -> CohortPlace:
    """Return a place that the learner herself asks for or waits for; 404 for any other."""
    rows = CohortPlace.objects.filter(pk=pk, learner=user, state__in=WAITING_PLACES)
    found = rows.select_related("cohort").first()
    if found is None:
        raise Http404
    return found


def access_offered_cohort(pk: int) -> Cohort:
    """Return a cohort that people join, or ask to join, by themselves; 404 for any other."""
    found = (
        Cohort.objects.filter(pk=pk, joining__in=(CohortJoining.OPEN, CohortJoining.APPROVAL))
        .select_related("release")
        .first()
    )
    if found is None:
        raise Http404
    return found

"""The only road from a request to what trainers write."""

from collections.abc import Collection

from django.db.models import Q
from django.http import Http404

from lms.accounts.models import User
from lms.learning.enums import READING_STATES, MessageKind
from lms.learning.models import Cohort, Enrolment, Message, MessageTemplate


def access_written(cohort: Cohort, pk: int) -> Message:
    """Return what was written in a cohort that the caller has asked for; 404 if it is another's."""
    found = Message.objects.filter(pk=pk, cohort=cohort).select_related("author").first()
    if found is None:
        raise Http404
    return found


def access_template(cohort: Cohort, pk: int) -> MessageTemplate:
    """Return a template of the cohort's course; 404 if it is another's."""
    found = MessageTemplate.objects.filter(pk=pk, course_key=cohort.release.course_key).first()
    if found is None:
        raise Http404
    return found


def access_people(cohort: Cohort, pks: Collection[int]) -> list[int]:
    """Return the numbers of these enrolments of the cohort; 404 if one of them is in another."""
    rows = Enrolment.objects.filter(cohort=cohort, pk__in=pks)
    found = sorted(rows.values_list("pk", flat=True))
    if len(found) != len(set(pks)):
        raise Http404
    return found


def access_received(user: User, pk: int) -> Message:
    """Return a message that was written to the user, or an announcement in a group of hers.

    To anybody else it does not exist (404), staff of the course included.
    """
    groups = Enrolment.objects.filter(learner=user, state__in=READING_STATES).values("cohort")
    mine = Q(copies__enrolment__learner=user) | Q(
        kind=MessageKind.ANNOUNCEMENT, cohort__in=groups, cohort__isnull=False
    )
    rows = Message.objects.filter(mine, pk=pk).select_related("cohort__release")
    found = rows.distinct().first()
    if found is None:
        raise Http404
    return found

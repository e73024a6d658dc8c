"""The only road from a trainer's request to the practices and approvals of a cohort."""

from collections.abc import Collection
from uuid import UUID

from django.http import Http404

from courses.enums import ItemKind
from courses.promises import PromisedItem
from lms.accounts.models import User
from lms.learning.cohorts.permissions import access_cohort
from lms.learning.enums import READING_STATES
from lms.learning.models import Cohort, Enrolment, PracticeObservation


def access_practice(user: User, cohort_id: int, item_key: UUID) -> tuple[Cohort, PromisedItem]:
    """Return a cohort that the user follows and a practice that its release promised; else 404."""
    cohort = access_cohort(user, cohort_id)
    item = cohort.release.typed_promise.item(item_key)
    if item is None or item.kind != ItemKind.PRACTICE:
        raise Http404
    return cohort, item


def access_learner(cohort: Cohort, enrolment_id: int) -> Enrolment:
    """Return the enrolment of somebody who takes the course in this cohort; 404 for others."""
    found = (
        Enrolment.objects.filter(pk=enrolment_id, cohort=cohort, state__in=READING_STATES)
        .select_related("learner", "release")
        .first()
    )
    if found is None:
        raise Http404
    return found


def access_learners(cohort: Cohort, pks: Collection[int]) -> list[Enrolment]:
    """Return those of the cohort who were ticked and still take the course."""
    rows = Enrolment.objects.filter(pk__in=pks, cohort=cohort, state__in=READING_STATES)
    return list(rows.select_related("learner", "release").order_by("pk"))


def access_observation(user: User, cohort_id: int, pk: int) -> tuple[Cohort, PracticeObservation]:
    """Return what was signed of somebody in a cohort that the user follows; else 404."""
    cohort = access_cohort(user, cohort_id)
    found = (
        PracticeObservation.objects.filter(pk=pk, enrolment__cohort=cohort)
        .select_related("enrolment__learner", "enrolment__release", "observed_by")
        .first()
    )
    if found is None:
        raise Http404
    return cohort, found

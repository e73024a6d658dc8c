"""The only road from a trainer's request to one learner of a cohort."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404

from courses.promises import PromisedItem
from lms.accounts.models import User
from lms.learning.cohorts.permissions import access_cohort
from lms.learning.models import Attempt, Enrolment, Exemption


def access_person(user: User, cohort_id: int, enrolment_id: int) -> Enrolment:
    """Return an enrolment in a cohort that the user follows; to anybody else it does not exist."""
    cohort = access_cohort(user, cohort_id)
    found = (
        Enrolment.objects.filter(pk=enrolment_id, cohort=cohort).select_related("learner").first()
    )
    if found is None:
        raise Http404
    found.cohort = cohort
    if found.release_id == cohort.release_id:
        found.release = cohort.release
    return found


def access_person_to_change(user: User, cohort_id: int, enrolment_id: int) -> Enrolment:
    """Return such an enrolment to whoever may change it: 403 to its own learner."""
    found = access_person(user, cohort_id, enrolment_id)
    if found.learner_id == user.pk:
        raise PermissionDenied
    return found


def access_promised_item(enrolment: Enrolment, item_key: UUID) -> PromisedItem:
    """Return an item of what the learner enrolled in; else 404."""
    item = enrolment.release.typed_promise.item(item_key)
    if item is None:
        raise Http404
    return item


def access_exemption(enrolment: Enrolment, item_key: UUID) -> Exemption:
    """Return the exemption of this learner from this item; else 404."""
    found = Exemption.objects.filter(enrolment=enrolment, item_key=item_key).first()
    if found is None:
        raise Http404
    return found


def access_attempt_of(enrolment: Enrolment, public_id: UUID) -> Attempt:
    """Return an attempt of this learner with names on it; else 404."""
    found = Attempt.objects.filter(
        enrolment=enrolment, public_id=public_id, annulled_at=None
    ).first()
    if found is None or found.rule.get("is_anonymous"):
        raise Http404
    return found

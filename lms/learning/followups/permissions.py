"""The only road from a request to what comes after somebody's course: it is hers alone."""

from datetime import datetime

from django.db.models import QuerySet
from django.http import Http404

from lms.accounts.models import User
from lms.learning.enums import AfterInterval
from lms.learning.followups.rules import OPEN_FOR
from lms.learning.models import Enrolment, FollowUp, SupervisorRequest


def access_own(user: User, enrolment_id: int) -> Enrolment:
    """Return the user's own enrolment, under way or completed; 404 for anybody else's."""
    rows = Enrolment.objects.readable().select_related("release", "learner")
    found = rows.filter(pk=enrolment_id, learner=user).first()
    if found is None:
        raise Http404
    return found


def access_follow_up(user: User, enrolment_id: int, interval: str, *, now: datetime) -> FollowUp:
    """Return the questions on practice that the user was offered and may still answer; else 404."""
    enrolment = access_own(user, enrolment_id)
    if interval not in AfterInterval.values:
        raise Http404
    found = FollowUp.objects.filter(enrolment=enrolment, interval=interval).first()
    if found is None or found.offered_at + OPEN_FOR < now:
        raise Http404
    found.enrolment = enrolment
    return found


def access_own_request(user: User, enrolment_id: int, request_id: int) -> SupervisorRequest:
    """Return what the user asked her own supervisor; 404 for anybody else's."""
    enrolment = access_own(user, enrolment_id)
    rows: QuerySet[SupervisorRequest] = QuerySet(SupervisorRequest)
    found = rows.filter(pk=request_id, enrolment=enrolment).first()
    if found is None:
        raise Http404
    return found

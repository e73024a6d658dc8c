"""The roads from a request of a coordinator to one of her agency's people."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.http import Http404
from django.utils import timezone

from lms.accounts.invitations.queries import invitations
from lms.accounts.models import UNANSWERED, Agency, Invitation, Membership
from lms.core.numbers import posted_number
from lms.learning.models import Cohort, CohortPlace

MOST_CHOSEN = 200


@dataclass(frozen=True)
class Chosen:
    """Members and invited people who were ticked."""

    memberships: list[Membership]
    invitations: list[Invitation]

    @property
    def names(self) -> list[str]:
        """Their names, members first."""
        members = [one.user.full_name or str(one.user) for one in self.memberships]
        return members + [one.full_name for one in self.invitations]


def access_membership(agency: Agency, membership_id: int) -> Membership:
    """Return a membership of this agency, ended or not; 404 for every other one."""
    rows = Membership.objects.filter(agency=agency).select_related("user", "unit", "agency")
    found = rows.filter(pk=membership_id).first()
    if found is None:
        raise Http404
    return found


def access_current_membership(agency: Agency, membership_id: int) -> Membership:
    """Return a membership of this agency that holds today; 404 for every other one."""
    found = access_membership(agency, membership_id)
    if found.until_date is not None and found.until_date < timezone.localdate():
        raise Http404
    return found


def access_invitation(agency: Agency, invitation_id: int) -> Invitation:
    """Return an unanswered invitation of this agency; 404 for every other one."""
    rows = invitations().filter(UNANSWERED, agency=agency).select_related("unit", "invited_by")
    found = rows.filter(pk=invitation_id).first()
    if found is None:
        raise Http404
    return found


def access_nomination(agency: Agency, place_id: int) -> CohortPlace:
    """Return a nomination of this agency that can be taken back; 404 for every other one.

    That of somebody who does not belong to it any more is hers alone.
    """
    current = Membership.objects.current(on=timezone.localdate()).filter(agency=agency)
    rows = CohortPlace.objects.live().nominated_by(agency)
    rows = rows.filter(Q(learner=None) | Exists(current.filter(user=OuterRef("learner"))))
    found = rows.select_related("cohort", "learner", "invitation").filter(pk=place_id).first()
    if found is None:
        raise Http404
    return found


def access_open_cohort(agency: Agency, cohort_id: int) -> Cohort:
    """Return a cohort that lists the agency and is not over; 404 for every other one."""
    rows = Cohort.objects.filter(agencies=agency, ends_date__gte=timezone.localdate())
    found = rows.filter(pk=cohort_id).first()
    if found is None:
        raise Http404
    return found


def access_chosen(agency: Agency, keys: Collection[str]) -> Chosen:
    """Return the people of these keys; 404 if one of them is not of this agency today."""
    members, asked = _numbers(keys, "m"), _numbers(keys, "i")
    if len(members) + len(asked) != len(set(keys)) or len(keys) > MOST_CHOSEN:
        raise Http404
    current = Membership.objects.current(on=timezone.localdate()).filter(agency=agency)
    memberships = current.filter(pk__in=members).select_related("user").order_by("user__full_name")
    open_rows = invitations().filter(UNANSWERED, agency=agency, pk__in=asked)
    found = Chosen(list(memberships), list(open_rows.order_by("full_name", "pk")))
    if len(found.memberships) != len(members) or len(found.invitations) != len(asked):
        raise Http404
    return found


def _numbers(keys: Iterable[str], letter: str) -> set[int]:
    numbers = (posted_number(key[1:]) for key in keys if key[:1] == letter)
    return {number for number in numbers if number is not None}

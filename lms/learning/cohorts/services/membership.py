"""Who is in a cohort by the hand of its trainer: put in, taken out."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lms.accounts.models import User
from lms.core.services import record_event
from lms.learning.cohorts.queries import seat_count
from lms.learning.cohorts.services.cohorts import CohortRefused
from lms.learning.cohorts.services.own_seats import refuse_own_enrolment
from lms.learning.cohorts.services.seats import (
    decide,
    give_seat_back,
    lock_cohort,
    lock_place,
    tell_people,
)
from lms.learning.enums import READING_STATES, EnrolmentState, PlaceState
from lms.learning.models import Cohort, CohortPlace, Enrolment


class CohortFull(CohortRefused):
    """More people would be in a cohort than it has seats; whoever knows that may do it all the same."""


@transaction.atomic
def join_cohort(
    *,
    cohort: Cohort,
    enrolments: Collection[Enrolment],
    acting_user: User,
    now: datetime,
    may_exceed: bool = False,
) -> int:
    """Put enrolments into a cohort and return how many are new in it.

    Who is in it already stays. All or nothing: one that does not fit refuses the whole. Whoever
    asked or waited for a seat there has got one with it. Everybody is told once.

    Args:
        cohort: where to.
        enrolments: whom, all of the cohort's release.
        acting_user: the trainer.
        now: when.
        may_exceed: the trainer knows that there are not seats enough.

    Raises:
        CohortFull: there are not seats enough.
        CohortRefused: an enrolment is in another release, in another cohort, has ended, or is the
            acting user's own.
    """
    target = lock_cohort(cohort)
    locked = _lock(enrolments)
    for enrolment in locked:
        if enrolment.release_id != target.release_id:
            raise CohortRefused(_("One of these people is enrolled in another release."))
        if enrolment.cohort_id not in (None, target.pk):
            raise CohortRefused(_("One of these people is in another cohort already."))
        if enrolment.state not in READING_STATES:
            raise CohortRefused(_("The enrolment of one of these people has ended."))
    joining = [enrolment for enrolment in locked if enrolment.cohort_id is None]
    refuse_own_enrolment(joining, acting_user)
    if not may_exceed:
        _refuse_too_many(target, len(joining), now=now)
    _move(joining, target, action="cohort_joined", acting_user=acting_user, now=now)
    untold = [
        enrolment.learner
        for enrolment in joining
        if not _settle_places(enrolment, target, acting_user=acting_user, now=now)
    ]
    words = gettext_lazy("You are in this group now.")
    tell_people(cohort=target, learners=untold, words=words, acting_user=acting_user, now=now)
    return len(joining)


@transaction.atomic
def leave_cohort(
    *, cohort: Cohort, enrolments: Collection[Enrolment], acting_user: User, now: datetime
) -> int:
    """Take enrolments out of a cohort and return how many left. The enrolments themselves stay.

    Their places in it end, and the seats go to those who wait the longest. Everybody is told once.

    Raises:
        CohortRefused: somebody has completed the course in it. Her certificate may wait for the
            trainer of this cohort, and would be forgotten outside.
    """
    target = lock_cohort(cohort)
    leaving = [one for one in _lock(enrolments) if one.cohort_id == target.pk]
    if any(one.state == EnrolmentState.COMPLETED for one in leaving):
        raise CohortRefused(
            _("Whoever has completed the course stays in the cohort, where her certificate is.")
        )
    _move(leaving, None, action="cohort_left", acting_user=acting_user, now=now)
    with_place = set(  # they are told by what becomes of the place
        CohortPlace.objects.live()
        .filter(enrolment__in=leaving)
        .values_list("enrolment_id", flat=True)
    )
    for enrolment in leaving:
        enrolment.cohort = target  # give_seat_back asks the database whether she is still in it
        give_seat_back(enrolment=enrolment, acting_user=acting_user, now=now)
    untold = [enrolment.learner for enrolment in leaving if enrolment.pk not in with_place]
    words = gettext_lazy("You are not in this group any more. What you did in the course stays.")
    tell_people(cohort=target, learners=untold, words=words, acting_user=acting_user, now=now)
    return len(leaving)


def _refuse_too_many(cohort: Cohort, joining: int, *, now: datetime) -> None:
    free = seat_count(cohort, now=now).free
    if free is None or joining <= free:
        return
    words = ngettext(
        "Only %(free)d seat is free in this cohort.",
        "Only %(free)d seats are free in this cohort.",
        free,
    )
    raise CohortFull(
        words % {"free": free} if free else _("No seat is free in this cohort."), field="seats"
    )


def _settle_places(
    enrolment: Enrolment, cohort: Cohort, *, acting_user: User, now: datetime
) -> int:
    """Give whoever asked or waited in this cohort the seat that she has now; return how many places.

    What she completed before is no agency's: a nomination never gets it.
    """
    if enrolment.state == EnrolmentState.COMPLETED:
        return 0
    rows = CohortPlace.objects.filter(
        cohort=cohort,
        learner_id=enrolment.learner_id,
        state__in=(PlaceState.APPLIED, PlaceState.WAITING),
    )
    places = [lock_place(row) for row in rows.order_by("pk")]
    for place in places:
        place.state, place.enrolment = PlaceState.SEATED, enrolment
        decide(place, "place_approved", acting_user=acting_user, now=now)
    return len(places)


def _lock(enrolments: Collection[Enrolment]) -> list[Enrolment]:
    """Lock the enrolments in one order, so that two trainers never wait for each other."""
    pks = [enrolment.pk for enrolment in enrolments]
    rows = Enrolment.objects.select_for_update(of=("self",)).select_related("learner")
    return list(rows.filter(pk__in=pks).order_by("pk"))


def _move(
    enrolments: Collection[Enrolment],
    cohort: Cohort | None,
    *,
    action: str,
    acting_user: User,
    now: datetime,
) -> None:
    pks = [enrolment.pk for enrolment in enrolments]
    Enrolment.objects.filter(pk__in=pks).update(cohort=cohort)
    for enrolment in enrolments:
        record_event(
            action=action,
            target=enrolment,
            acting_user=acting_user,
            now=now,
            changed_fields=["cohort"],
            subject=enrolment.learner_id,
        )

"""Places in cohorts: nominated, asked for, admitted, taken up, given back.

Each function locks the cohort first where it may give a seat away; `seats` says how.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from lms.accounts.models import Agency, Invitation, User
from lms.accounts.queries import open_invitations
from lms.core.services import record_event
from lms.learning.cohorts.join_codes import cleaned_code
from lms.learning.cohorts.queries import place_name
from lms.learning.cohorts.services.own_seats import refuse_own_application
from lms.learning.cohorts.services.seats import (
    SPENT,
    PlaceRefused,
    decide,
    end_spent_places,
    has_free_seat,
    lock_cohort,
    lock_place,
    note,
    offer_free_seats,
    refuse_full,
    refuse_in_her_words,
    refuse_over,
    seat_or_wait,
)
from lms.learning.enums import LIVE_PLACES, CohortJoining, EnrolmentState, PlaceState
from lms.learning.models import Cohort, CohortPlace, Enrolment
from lms.learning.services import EnrolmentRefused, refuse_elsewhere, withdraw

SELF_JOINING = (CohortJoining.CODE, CohortJoining.OPEN, CohortJoining.APPROVAL)


@dataclass
class Decided:
    """What came of deciding on several places: how many were decided, and why others were not."""

    number: int = 0
    problems: list[str] = field(default_factory=list)


@transaction.atomic
def nominate(
    *,
    cohort: Cohort,
    agency: Agency,
    now: datetime,
    acting_user: User,
    learner: User | None = None,
    invitation: Invitation | None = None,
) -> CohortPlace:
    """Nominate a member of an agency, or somebody whom it has invited, to a cohort.

    A member gets a seat at once, or waits for one; whoever is only invited has a seat kept as long
    as the invitation can be accepted. Doing it again, or at the same time, makes one place; one
    whose enrolment has ended makes room for another.

    Raises:
        PlaceRefused: the agency may not nominate to this cohort, the cohort is over, it is full and
            has no waiting list, the invitation cannot be accepted any more, or the person takes the
            course already in another way.
    """
    locked = lock_cohort(cohort)
    refuse_over(locked, now=now)
    if invitation is not None and learner is None:
        _refuse_closed(invitation, now=now)
    if not locked.agencies.filter(pk=agency.pk).exists():
        raise PlaceRefused(_("Your agency cannot nominate people to this cohort."))
    person = {"learner": learner} if learner is not None else {"invitation": invitation}
    live = CohortPlace.objects.live().filter(cohort=locked, agency=agency, **person)
    end_spent_places(live, acting_user=acting_user, now=now)
    standing = live.first()
    if standing is not None:
        return standing
    place = CohortPlace(
        cohort=locked,
        agency=agency,
        learner=learner,
        invitation=invitation,
        created_at=now,
        created_by=acting_user,
    )
    if learner is None:
        is_free = has_free_seat(locked, now=now)
        refuse_full(locked, is_free=is_free)
        place.state = PlaceState.INVITED if is_free else PlaceState.WAITING
    else:
        seat_or_wait(place, acting_user=acting_user, now=now)
    place.save()
    note(place, "place_nominated", acting_user=acting_user, now=now)
    return place


def _refuse_closed(invitation: Invitation, *, now: datetime) -> None:
    """Raise PlaceRefused if an invitation cannot be accepted now: it would keep no seat."""
    if not open_invitations(now=now).filter(pk=invitation.pk).exists():
        raise PlaceRefused(
            _("This invitation cannot be accepted any more. Send it again, and nominate then.")
        )


@transaction.atomic
def apply_for_place(*, cohort: Cohort, learner: User, now: datetime, code: str = "") -> CohortPlace:
    """Let a learner join an open cohort, one whose code she has, or ask to join one by approval.

    Doing it twice makes one place. Whoever asked while the trainer still decided gets her seat when
    the cohort has become an open one.

    Raises:
        PlaceRefused: people do not join this cohort by themselves, the code is another, it is over,
            it is full and has no waiting list, or she takes the course already in another way.
    """
    locked = lock_cohort(cohort)
    refuse_over(locked, now=now)
    if locked.joining not in SELF_JOINING:
        raise PlaceRefused(_("Nobody can join this group by herself or himself."))
    if locked.joining == CohortJoining.CODE and not secrets.compare_digest(
        cleaned_code(code).encode(), locked.join_code.encode()
    ):
        raise PlaceRefused(_("This is not the code of the group."))
    is_asking = locked.joining == CohortJoining.APPROVAL
    live = CohortPlace.objects.live().filter(cohort=locked, learner=learner)
    end_spent_places(live.filter(agency=None), acting_user=learner, now=now)
    standing = live.exclude(SPENT).order_by("pk").first()  # an agency's stays as it ended
    if standing is not None and (is_asking or standing.state != PlaceState.APPLIED):
        return standing
    place = standing or CohortPlace(
        cohort=locked, learner=learner, created_at=now, created_by=learner
    )
    place.cohort = locked
    if is_asking:
        _refuse_elsewhere(learner, locked, now=now)
        place.state = PlaceState.APPLIED
    else:
        seat_or_wait(place, acting_user=learner, now=now)
    place.save()
    note(place, "place_asked_for", acting_user=learner, now=now)
    return place


def _refuse_elsewhere(learner: User, cohort: Cohort, *, now: datetime) -> None:
    try:
        refuse_elsewhere(learner=learner, cohort=cohort, now=now)
    except EnrolmentRefused as refusal:
        raise PlaceRefused(str(refusal)) from refusal


@transaction.atomic
def approve_place(*, place: CohortPlace, acting_user: User, now: datetime) -> CohortPlace:
    """Admit somebody who asked; she gets a seat, or waits for one. Repeating it changes nothing.

    Raises:
        PlaceRefused: the place is not one that waits for the trainer, it is the acting user's own,
            the cohort is over, or no seat can be had.
    """
    cohort = lock_cohort(place.cohort)
    locked = lock_place(place)
    if locked.state in (PlaceState.SEATED, PlaceState.WAITING):
        return locked
    if locked.state != PlaceState.APPLIED:
        raise PlaceRefused(_("This person does not wait to be admitted any more."))
    refuse_over(cohort, now=now)
    refuse_own_application(locked, acting_user)
    locked.cohort = cohort
    seat_or_wait(locked, acting_user=acting_user, now=now)
    decide(locked, "place_approved", acting_user=acting_user, now=now)
    return locked


@transaction.atomic
def approve_places(
    *, cohort: Cohort, places: Collection[CohortPlace], acting_user: User, now: datetime
) -> Decided:
    """Admit several who asked, the longest first; whoever cannot be admitted goes on waiting."""
    lock_cohort(cohort)
    decided = Decided()
    for place in sorted(places, key=lambda one: (one.created_at, one.pk)):
        if place.state == PlaceState.WAITING:
            waits = _("This person is on the waiting list already.")
            decided.problems.append(f"{place_name(place)}: {waits}")
            continue
        try:
            with transaction.atomic():
                approve_place(place=place, acting_user=acting_user, now=now)
        except PlaceRefused as refusal:
            decided.problems.append(f"{place_name(place)}: {refusal}")
        else:
            decided.number += 1
    return decided


@transaction.atomic
def refuse_places(
    *,
    cohort: Cohort,
    places: Collection[CohortPlace],
    reason: str,
    acting_user: User,
    now: datetime,
) -> Decided:
    """Do not admit several who asked or wait; whoever got a seat in the meantime keeps it."""
    lock_cohort(cohort)
    decided = Decided()
    for place in sorted(places, key=lambda one: one.pk):
        try:
            refuse_place(place=place, reason=reason, acting_user=acting_user, now=now)
        except PlaceRefused as refusal:
            decided.problems.append(f"{place_name(place)}: {refusal}")
        else:
            decided.number += 1
    return decided


@transaction.atomic
def refuse_place(
    *, place: CohortPlace, reason: str, acting_user: User, now: datetime
) -> CohortPlace:
    """Do not admit somebody who asked or waits; she reads the reason.

    Raises:
        PlaceRefused: the person has a seat already, or waits no more.
    """
    locked = lock_place(place)
    if locked.state == PlaceState.REFUSED:
        return locked
    if locked.state not in (PlaceState.APPLIED, PlaceState.WAITING):
        raise PlaceRefused(_("This person does not wait to be admitted any more."))
    locked.state, locked.reason = PlaceState.REFUSED, reason
    decide(locked, "place_refused", acting_user=acting_user, now=now)
    return locked


@transaction.atomic
def withdraw_place(
    *,
    place: CohortPlace,
    acting_user: User,
    now: datetime,
    reason: str = "",
    expected: Collection[PlaceState] = LIVE_PLACES,
) -> CohortPlace:
    """Give a place back, and the enrolment with it, unless another agency holds it too.

    An enrolment that was begun before there was any place (somebody takes the course on her own,
    and was nominated later) goes on outside of the cohort. The seat goes to whoever waits the
    longest. What was completed stays completed, and its place with it. Whoever means a place that
    waits says so by `expected`: one that got its seat meanwhile stays as it is.

    Raises:
        PlaceRefused: the course was completed in this place, or the place is in no expected state.
    """
    cohort = lock_cohort(place.cohort)
    locked = lock_place(place)
    if locked.state in (PlaceState.WITHDRAWN, PlaceState.REFUSED):
        return locked
    if locked.state not in expected:
        raise PlaceRefused(_("This place changed at the same moment. Look at it again."))
    enrolment = locked.enrolment
    if enrolment is not None and enrolment.state == EnrolmentState.COMPLETED:
        raise PlaceRefused(_("This person has completed the course already."))
    locked.state, locked.reason = PlaceState.WITHDRAWN, reason
    decide(locked, "place_withdrawn", acting_user=acting_user, now=now)
    is_held = CohortPlace.objects.live().filter(enrolment=enrolment).exists()
    if enrolment is not None and not is_held:
        _end(enrolment, acting_user=acting_user, now=now, reason=reason)
    offer_free_seats(cohort=cohort, now=now)
    return locked


def _end(enrolment: Enrolment, *, acting_user: User, now: datetime, reason: str) -> None:
    """Withdraw an enrolment that came with a place; one that was there before leaves the cohort."""
    if enrolment.state != EnrolmentState.ACTIVE:
        return
    came_with_place = CohortPlace.objects.filter(
        enrolment=enrolment, created_at__lte=enrolment.enrolled_at
    )
    if came_with_place.exists():
        try:
            withdraw(enrolment=enrolment, acting_user=acting_user, now=now, reason=reason)
        except EnrolmentRefused as refusal:
            raise PlaceRefused(str(refusal)) from refusal
        return
    Enrolment.objects.filter(pk=enrolment.pk, state=EnrolmentState.ACTIVE).update(cohort=None)
    record_event(
        action="cohort_left",
        target=enrolment,
        acting_user=acting_user,
        now=now,
        changed_fields=["cohort"],
        reason=reason,
        subject=enrolment.learner_id,
    )


@transaction.atomic
def give_invited_their_places(
    *, invitation: Invitation, learner: User, now: datetime
) -> list[CohortPlace]:
    """Seat somebody who has just accepted an invitation wherever it had nominated her.

    Where no seat can be had, or the cohort is over, the place is refused with the reason, and the
    rest goes on. A seat
    that was kept and is not needed goes to whoever waits the longest.
    """
    waiting = CohortPlace.objects.live().filter(invitation=invitation, learner=None)
    found = []
    for place in waiting.select_related("cohort").order_by("cohort_id", "pk"):
        cohort = lock_cohort(place.cohort)
        locked = lock_place(place)
        if locked.state not in (PlaceState.INVITED, PlaceState.WAITING):
            continue
        others = CohortPlace.objects.live().filter(
            cohort=cohort, agency=locked.agency, learner=learner
        )
        end_spent_places(others, acting_user=learner, now=now)
        if others.exists():
            locked.state = PlaceState.WITHDRAWN
            decide(locked, "place_superseded", acting_user=learner, now=now)
        else:
            locked.cohort, locked.learner = cohort, learner
            try:
                with override(learner.language):  # the reason is hers
                    refuse_over(cohort, now=now)
                    seat_or_wait(locked, acting_user=learner, now=now, is_kept=True)
            except PlaceRefused as refusal:
                refuse_in_her_words(locked, refusal)
            decide(locked, "place_accepted", acting_user=learner, now=now)
            found.append(locked)
        offer_free_seats(cohort=cohort, now=now)
    return found

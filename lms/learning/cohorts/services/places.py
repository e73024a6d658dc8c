"""Places in cohorts: nominated, asked for, waited for, taken, given back.

Every function that may give a seat away locks the cohort first, so that the last seat is taken
once. A seat is held by each enrolment in the cohort that has not ended, and by each nomination
whose invitation can still be accepted. What becomes of a place is told to its learner by a notice.
"""

import secrets
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from lms.accounts.models import Agency, Invitation, User
from lms.core.services import record_event
from lms.learning.cohorts.queries import seats_taken
from lms.learning.enums import (
    READING_STATES,
    CohortJoining,
    EnrolmentState,
    NoticeKind,
    PlaceState,
)
from lms.learning.models import Cohort, CohortPlace, Enrolment
from lms.learning.notices import notify_learner
from lms.learning.services import EnrolmentRefused, enrol_in_cohort, withdraw

SELF_JOINING = (CohortJoining.CODE, CohortJoining.OPEN, CohortJoining.APPROVAL)


class PlaceRefused(Exception):
    """Somebody cannot have a place in a cohort; the message says why."""


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
    as the invitation can be accepted. Doing it again, or at the same time, makes one place.

    Raises:
        PlaceRefused: the agency may not nominate to this cohort, the cohort is over, it is full and
            has no waiting list, or the person takes the course already in another way.
    """
    locked = _lock(cohort)
    _refuse_over(locked, now=now)
    if not locked.agencies.filter(pk=agency.pk).exists():
        raise PlaceRefused(_("Your agency cannot nominate people to this cohort."))
    person = {"learner": learner} if learner is not None else {"invitation": invitation}
    standing = CohortPlace.objects.live().filter(cohort=locked, agency=agency, **person).first()
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
        is_free = _has_free_seat(locked, now=now)
        _refuse_full(locked, is_free=is_free)
        place.state = PlaceState.INVITED if is_free else PlaceState.WAITING
    else:
        _seat_or_wait(place, acting_user=acting_user, now=now)
    place.save()
    _note(place, "place_nominated", acting_user=acting_user, now=now)
    return place


@transaction.atomic
def apply_for_place(*, cohort: Cohort, learner: User, now: datetime, code: str = "") -> CohortPlace:
    """Let a learner join an open cohort, one whose code she has, or ask to join one by approval.

    Raises:
        PlaceRefused: people do not join this cohort by themselves, the code is another, it is over,
            it is full and has no waiting list, or she takes the course already in another way.
    """
    locked = _lock(cohort)
    _refuse_over(locked, now=now)
    if locked.joining not in SELF_JOINING:
        raise PlaceRefused(_("Nobody can join this group by herself or himself."))
    if locked.joining == CohortJoining.CODE and not secrets.compare_digest(
        code.strip().upper().encode(), locked.join_code.upper().encode()
    ):
        raise PlaceRefused(_("This is not the code of the group."))
    standing = CohortPlace.objects.live().filter(cohort=locked, learner=learner).first()
    if standing is not None:
        return standing
    place = CohortPlace(cohort=locked, learner=learner, created_at=now, created_by=learner)
    if locked.joining == CohortJoining.APPROVAL:
        place.state = PlaceState.APPLIED
    else:
        _seat_or_wait(place, acting_user=learner, now=now)
    place.save()
    _note(place, "place_asked_for", acting_user=learner, now=now)
    return place


@transaction.atomic
def approve_place(*, place: CohortPlace, acting_user: User, now: datetime) -> CohortPlace:
    """Admit somebody who asked; she gets a seat, or waits for one. Repeating it changes nothing.

    Raises:
        PlaceRefused: the place is not one that waits for the trainer, or no seat can be had.
    """
    cohort = _lock(place.cohort)
    locked = _lock_place(place)
    if locked.state in (PlaceState.SEATED, PlaceState.WAITING):
        return locked
    if locked.state != PlaceState.APPLIED:
        raise PlaceRefused(_("This person does not wait to be admitted any more."))
    locked.cohort = cohort
    _seat_or_wait(locked, acting_user=acting_user, now=now)
    _decide(locked, "place_approved", acting_user=acting_user, now=now)
    return locked


@transaction.atomic
def refuse_place(
    *, place: CohortPlace, reason: str, acting_user: User, now: datetime
) -> CohortPlace:
    """Do not admit somebody who asked or waits; she reads the reason.

    Raises:
        PlaceRefused: the person has a seat already, or waits no more.
    """
    locked = _lock_place(place)
    if locked.state == PlaceState.REFUSED:
        return locked
    if locked.state not in (PlaceState.APPLIED, PlaceState.WAITING):
        raise PlaceRefused(_("This person does not wait to be admitted any more."))
    locked.state, locked.reason = PlaceState.REFUSED, reason
    _decide(locked, "place_refused", acting_user=acting_user, now=now)
    return locked


@transaction.atomic
def withdraw_place(
    *, place: CohortPlace, acting_user: User, now: datetime, reason: str = ""
) -> CohortPlace:
    """Give a place back, and the enrolment with it, unless another agency holds it too.

    The seat goes to whoever waits the longest. What was completed stays completed, and its place
    with it.

    Raises:
        PlaceRefused: the course was completed in this place.
    """
    cohort = _lock(place.cohort)
    locked = _lock_place(place)
    if locked.state in (PlaceState.WITHDRAWN, PlaceState.REFUSED):
        return locked
    enrolment = locked.enrolment
    if enrolment is not None and enrolment.state == EnrolmentState.COMPLETED:
        raise PlaceRefused(_("This person has completed the course already."))
    locked.state, locked.reason = PlaceState.WITHDRAWN, reason
    _decide(locked, "place_withdrawn", acting_user=acting_user, now=now)
    is_held = CohortPlace.objects.live().filter(enrolment=enrolment).exists()
    if enrolment is not None and enrolment.state == EnrolmentState.ACTIVE and not is_held:
        withdraw(enrolment=enrolment, acting_user=acting_user, now=now, reason=reason)
    offer_free_seats(cohort=cohort, now=now)
    return locked


@transaction.atomic
def give_invited_their_places(
    *, invitation: Invitation, learner: User, now: datetime
) -> list[CohortPlace]:
    """Seat somebody who has just accepted an invitation wherever it had nominated her.

    Where no seat can be had, the place is refused with the reason, and the rest goes on.
    """
    waiting = CohortPlace.objects.live().filter(invitation=invitation, learner=None)
    found = []
    for place in waiting.select_related("cohort").order_by("cohort_id", "pk"):
        cohort = _lock(place.cohort)
        locked = _lock_place(place)
        others = CohortPlace.objects.live().filter(
            cohort=cohort, agency=locked.agency, learner=learner
        )
        if others.exists():
            locked.state = PlaceState.WITHDRAWN
            locked.save(update_fields=["state"])
            continue
        locked.cohort, locked.learner = cohort, learner
        try:
            _seat_or_wait(locked, acting_user=learner, now=now, is_kept=True)
        except PlaceRefused as refusal:
            locked.state, locked.reason = PlaceState.REFUSED, str(refusal)
        _decide(locked, "place_accepted", acting_user=learner, now=now)
        found.append(locked)
    return found


@transaction.atomic
def offer_free_seats(*, cohort: Cohort, now: datetime) -> int:
    """Give free seats to those who wait, the longest first; return how many got one."""
    locked = _lock(cohort)
    seated = 0
    waiting = CohortPlace.objects.filter(cohort=locked, state=PlaceState.WAITING)
    for place in waiting.select_for_update().order_by("created_at", "pk"):
        if not _has_free_seat(locked, now=now):
            break
        place.cohort = locked
        if place.learner is None:
            is_open = place.invitation is not None and place.invitation.expires_at > now
            if not is_open:
                continue
            place.state = PlaceState.INVITED
        else:
            try:
                _seat_or_wait(place, acting_user=None, now=now)
            except PlaceRefused as refusal:
                place.state, place.reason = PlaceState.REFUSED, str(refusal)
        _decide(place, "place_offered", acting_user=None, now=now)
        seated += place.state in (PlaceState.SEATED, PlaceState.INVITED)
    return seated


@transaction.atomic
def release_lapsed_invitations(*, now: datetime) -> int:
    """Give back the seats that were kept for invitations nobody can accept any more.

    Returns how many places were given back; their seats go to those who wait.
    """
    gone = CohortPlace.objects.filter(
        Q(invitation__expires_at__lte=now)
        | Q(invitation__declined_at__isnull=False)
        | Q(invitation__withdrawn_at__isnull=False),
        state__in=(PlaceState.INVITED, PlaceState.WAITING),
        learner=None,
    )
    rows = list(gone.select_related("cohort").order_by("cohort_id", "pk"))
    for place in rows:
        locked = _lock_place(place)
        locked.state = PlaceState.WITHDRAWN
        _decide(locked, "place_lapsed", acting_user=None, now=now)
    for cohort in {place.cohort_id: place.cohort for place in rows}.values():
        offer_free_seats(cohort=cohort, now=now)
    return len(rows)


def _has_free_seat(cohort: Cohort, *, now: datetime) -> bool:
    return cohort.seats is None or seats_taken(cohort, now=now) < cohort.seats


def _lock(cohort: Cohort) -> Cohort:
    return (
        Cohort.objects.select_for_update(of=("self",)).select_related("release").get(pk=cohort.pk)
    )


def _lock_place(place: CohortPlace) -> CohortPlace:
    rows = CohortPlace.objects.select_for_update(of=("self",))
    return rows.select_related("agency", "cohort", "learner", "enrolment", "invitation").get(
        pk=place.pk
    )


def _refuse_over(cohort: Cohort, *, now: datetime) -> None:
    if timezone.localdate(now) > cohort.ends_date:
        raise PlaceRefused(_("This cohort is over."))


def _refuse_full(cohort: Cohort, *, is_free: bool) -> None:
    if not is_free and not cohort.has_waiting_list:
        raise PlaceRefused(_("All seats are taken, and there is no waiting list."))


def _seat_or_wait(
    place: CohortPlace, *, acting_user: User | None, now: datetime, is_kept: bool = False
) -> None:
    """Enrol the learner of a place if a seat is free, else let her wait; nothing is saved yet.

    Somebody who is in the cohort already needs no further seat. `is_kept` says that the place
    itself holds a seat until now.
    """
    cohort, learner = place.cohort, place.learner
    if learner is None:
        raise PlaceRefused(_("The invitation was not accepted yet."))
    is_in = Enrolment.objects.filter(
        cohort=cohort, learner=learner, state__in=READING_STATES
    ).exists()
    holds_seat = is_in or (is_kept and place.state == PlaceState.INVITED)
    is_free = holds_seat or _has_free_seat(cohort, now=now)
    _refuse_full(cohort, is_free=is_free)
    if not is_free:
        place.state = PlaceState.WAITING
        return
    try:
        place.enrolment = enrol_in_cohort(
            learner=learner, cohort=cohort, acting_user=acting_user, now=now
        )
        if (
            place.enrolment.state == EnrolmentState.COMPLETED
        ):  # nobody inherits what was done before
            raise EnrolmentRefused(_("This person has completed the course already."))
    except EnrolmentRefused as refusal:
        raise PlaceRefused(str(refusal)) from refusal
    place.state = PlaceState.SEATED


def _decide(place: CohortPlace, action: str, *, acting_user: User | None, now: datetime) -> None:
    place.decided_at, place.decided_by = now, acting_user
    place.save()
    _note(place, action, acting_user=acting_user, now=now)


def _note(place: CohortPlace, action: str, *, acting_user: User | None, now: datetime) -> None:
    """Write to the audit trail, and tell the learner unless she did it herself."""
    record_event(
        action=action,
        target=place,
        acting_user=acting_user,
        now=now,
        changed_fields=["state"],
        reason=place.reason,
    )
    learner = place.learner
    if learner is None or (acting_user is not None and acting_user.pk == learner.pk):
        return
    with override(learner.language):
        words = f"{place.cohort.name}: {PlaceState(place.state).label}. {place.reason}".strip()
    notify_learner(
        learner=learner,
        kind=NoticeKind.PLACE_CHANGED,
        now=now,
        path=_my_learning_path(),
        words=words,
        is_repeat=True,
    )


def _my_learning_path() -> str:
    with override(settings.LANGUAGE_CODE):
        return reverse("my_learning")

"""Seats of a cohort: who holds one, who waits for one, and how a free one is given away.

Every function that may give a seat away locks the cohort first, so that the last seat is taken
once; whoever locks several cohorts does so in the order of their numbers. A seat is held by each
enrolment in the cohort that has not ended, and by each nomination whose invitation can still be
accepted. What becomes of a place is told to its learner by a notice.
"""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override

from lms.accounts.enums import InvitationState
from lms.accounts.models import Invitation, User
from lms.core.services import record_event
from lms.learning.cohorts.queries import seat_count
from lms.learning.enums import (
    LIVE_PLACES,
    READING_STATES,
    EnrolmentState,
    NoticeKind,
    PlaceState,
)
from lms.learning.kept_paths import kept_path
from lms.learning.models import Cohort, CohortPlace, Enrolment
from lms.learning.notices import News, notify_learner, notify_learners
from lms.learning.services import EnrolmentRefused, enrol_in_cohort

ENDED_STATES = (EnrolmentState.WITHDRAWN, EnrolmentState.EXPIRED)
"""An enrolment in one of these holds no seat any more."""
SPENT = Q(state=PlaceState.SEATED, enrolment__state__in=ENDED_STATES)
"""Places that led to such an enrolment."""


class PlaceRefused(Exception):
    """Somebody cannot have a place in a cohort; the message says why."""

    def words_for_agency(self) -> str:
        """Return why, for an agency that nominates: not what she learns, or has learned, elsewhere."""
        if isinstance(self.__cause__, EnrolmentRefused):
            return _(
                "They cannot take a place in this cohort now. They, or the trainers, know why."
            )
        return str(self)

    def words_for_learner(self) -> str:
        """Return why, for the learner herself: what is in her way elsewhere is her own doing."""
        if isinstance(self.__cause__, EnrolmentRefused):
            return _("You take this course in another way, or have completed it already.")
        return str(self)


@transaction.atomic
def offer_free_seats(*, cohort: Cohort, now: datetime) -> int:
    """Give free seats to those who wait, the longest first; return how many got one.

    Somebody who is in the cohort already needs no further seat. A cohort that is over offers none.
    """
    locked = lock_cohort(cohort)
    waiting = CohortPlace.objects.filter(cohort=locked, state=PlaceState.WAITING)
    if is_over(locked, now=now) or not waiting.exists():
        return 0
    free = seat_count(locked, now=now).free
    inside = set(
        Enrolment.objects.readable().filter(cohort=locked).values_list("learner_id", flat=True)
    )
    given = 0
    for row in list(waiting.order_by("created_at", "pk")):
        needs_seat = row.learner_id not in inside
        if needs_seat and free is not None and free <= 0:
            continue
        place = lock_place(row)
        if place.state != PlaceState.WAITING or not _offer(place, now=now):
            continue
        given += 1
        if place.learner_id is not None:
            inside.add(place.learner_id)
        if needs_seat and free is not None:
            free -= 1
    return given


def _offer(place: CohortPlace, *, now: datetime) -> bool:
    """Give a seat to somebody who waits, or refuse her with the reason; say whether she got it."""
    if place.learner is None:
        if not _can_accept(place, now=now):
            return False
        place.state = PlaceState.INVITED
    else:
        try:
            with override(place.learner.language):  # the reason is hers, not the worker's
                seat_or_wait(place, acting_user=None, now=now)
        except PlaceRefused as refusal:
            refuse_in_her_words(place, refusal)
    decide(place, "place_offered", acting_user=None, now=now)
    return place.state in (PlaceState.SEATED, PlaceState.INVITED)


@transaction.atomic
def give_seat_back(
    *, enrolment: Enrolment, acting_user: User | None, now: datetime, reason: str = ""
) -> int:
    """End the places of an enrolment that has ended or left its cohort, and offer its seat.

    Returns how many of those who waited got a seat. Repeating it changes nothing.
    """
    rows = CohortPlace.objects.live().filter(enrolment=enrolment).select_related("cohort")
    cohorts = {place.cohort_id: place.cohort for place in rows}
    if enrolment.cohort is not None:
        cohorts[enrolment.cohort.pk] = enrolment.cohort
    offered = 0
    for pk in sorted(cohorts):
        cohort = lock_cohort(cohorts[pk])
        is_in = Enrolment.objects.filter(
            pk=enrolment.pk, cohort=cohort, state__in=READING_STATES
        ).exists()
        for row in rows.filter(cohort=cohort).order_by("pk"):
            place = lock_place(row)
            if is_in or place.state not in LIVE_PLACES:
                continue
            place.state, place.reason = PlaceState.WITHDRAWN, reason
            decide(place, "place_withdrawn", acting_user=acting_user, now=now)
        offered += offer_free_seats(cohort=cohort, now=now)
    return offered


def end_spent_places(
    places: QuerySet[CohortPlace], *, acting_user: User | None, now: datetime
) -> None:
    """End those of these places whose enrolment has ended: they hold no seat, and lead nowhere.

    Nobody is told: she was, when the enrolment ended. The caller has locked the cohort.
    """
    for row in places.filter(SPENT):
        place = lock_place(row)
        place.state, place.decided_at, place.decided_by = PlaceState.WITHDRAWN, now, acting_user
        place.save()
        record_event(
            action="place_withdrawn",
            target=place,
            acting_user=acting_user,
            now=now,
            changed_fields=["state"],
            subject=place.learner_id,
        )


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
    cohorts = {place.cohort_id: lock_cohort(place.cohort) for place in rows}
    released = 0
    for row in rows:
        place = lock_place(row)
        is_kept = place.state in (PlaceState.INVITED, PlaceState.WAITING)
        if place.learner is not None or not is_kept or _can_accept(place, now=now):
            continue
        place.state = PlaceState.WITHDRAWN
        decide(place, "place_lapsed", acting_user=None, now=now)
        released += 1
    for cohort in cohorts.values():
        offer_free_seats(cohort=cohort, now=now)
    return released


@transaction.atomic
def check_kept_seats(*, invitation: Invitation, now: datetime) -> int:
    """Let a nomination wait whose renewed invitation would keep a seat that others have by now.

    To be called in the transaction that renews an invitation. Where nobody may wait, the nomination
    ends. Returns how many lost their seat; repeating it changes nothing.
    """
    kept = CohortPlace.objects.filter(
        invitation=invitation, state=PlaceState.INVITED, learner=None
    ).select_related("cohort")
    lost = 0
    for row in kept.order_by("cohort_id", "pk"):
        cohort = lock_cohort(row.cohort)
        place = lock_place(row)
        seats = seat_count(cohort, now=now)
        is_kept = place.state == PlaceState.INVITED and place.learner is None
        if not is_kept or seats.total is None or seats.taken <= seats.total:
            continue
        place.state = PlaceState.WAITING if cohort.has_waiting_list else PlaceState.WITHDRAWN
        decide(place, "place_lapsed", acting_user=None, now=now)
        lost += 1
    return lost


def sweep_places(*, now: datetime) -> int:
    """Release what lapsed, and give away every seat that is free although somebody waits for one.

    Seats also become free without an act of anybody: an enrolment or an invitation runs out.
    Returns how many got a seat by this look at the waiting lists. Running it twice, or twice at
    once, gives each seat once.
    """
    release_lapsed_invitations(now=now)
    open_cohorts = Cohort.objects.filter(
        ends_date__gte=timezone.localdate(now), places__state=PlaceState.WAITING
    )
    rows = list(open_cohorts.order_by("pk").distinct())
    return sum(offer_free_seats(cohort=cohort, now=now) for cohort in rows)


def _can_accept(place: CohortPlace, *, now: datetime) -> bool:
    return place.invitation is not None and place.invitation.answer(now=now) == InvitationState.OPEN


def has_free_seat(cohort: Cohort, *, now: datetime) -> bool:
    """Say whether a seat can be given away; the caller has locked the cohort."""
    return not seat_count(cohort, now=now).is_full


def lock_cohort(cohort: Cohort) -> Cohort:
    """Return the cohort as it is now, locked until the end of the transaction."""
    rows = Cohort.objects.select_for_update(of=("self",))
    return rows.select_related("release").get(pk=cohort.pk)


def lock_place(place: CohortPlace) -> CohortPlace:
    """Return the place as it is now, locked until the end of the transaction."""
    rows = CohortPlace.objects.select_for_update(of=("self",))
    return rows.select_related("agency", "cohort", "learner", "enrolment", "invitation").get(
        pk=place.pk
    )


def is_over(cohort: Cohort, *, now: datetime) -> bool:
    """Say whether the last day of the cohort has passed."""
    return timezone.localdate(now) > cohort.ends_date


def refuse_over(cohort: Cohort, *, now: datetime) -> None:
    """Raise PlaceRefused if the cohort is over."""
    if is_over(cohort, now=now):
        raise PlaceRefused(_("This cohort is over."))


def refuse_full(cohort: Cohort, *, is_free: bool) -> None:
    """Raise PlaceRefused if no seat is free and nobody may wait for one."""
    if not is_free and not cohort.has_waiting_list:
        raise PlaceRefused(_("All seats are taken, and there is no waiting list."))


def holds_seat(place: CohortPlace) -> bool:
    """Say whether the learner of a place is in its cohort already, by another way."""
    return Enrolment.objects.filter(
        cohort=place.cohort,
        learner=place.learner,
        learner__isnull=False,
        state__in=READING_STATES,
    ).exists()


def seat_or_wait(
    place: CohortPlace, *, acting_user: User | None, now: datetime, is_kept: bool = False
) -> None:
    """Enrol the learner of a place if a seat is free, else let her wait; nothing is saved yet.

    Somebody who is in the cohort already needs no further seat. `is_kept` says that a seat was kept
    for the place. It is hers only as long as nobody else has got it: an invitation that lapses and
    is renewed keeps nothing in between.

    Raises:
        PlaceRefused: no seat can be had, or she takes the course in another way.
    """
    cohort, learner = place.cohort, place.learner
    if learner is None:
        raise PlaceRefused(_("The invitation was not accepted yet."))
    own = int(is_kept and place.state == PlaceState.INVITED and _can_accept(place, now=now))
    seats = seat_count(cohort, now=now)
    is_free = holds_seat(place) or seats.total is None or seats.taken - own < seats.total
    refuse_full(cohort, is_free=is_free)
    if not is_free:
        place.state = PlaceState.WAITING
        return
    try:
        enrolment = enrol_in_cohort(
            learner=learner, cohort=cohort, acting_user=acting_user, now=now
        )
        if enrolment.state == EnrolmentState.COMPLETED:  # nobody inherits what was done before
            raise EnrolmentRefused(_("This person has completed the course already."))
    except EnrolmentRefused as refusal:
        raise PlaceRefused(str(refusal)) from refusal
    place.state, place.enrolment = PlaceState.SEATED, enrolment


def refuse_in_her_words(place: CohortPlace, refusal: PlaceRefused) -> None:
    """Refuse a place with the reason as its learner reads it; nothing is saved yet.

    The refusal was raised under her language.
    """
    language = place.learner.language if place.learner is not None else settings.LANGUAGE_CODE
    with override(language):
        place.state, place.reason = PlaceState.REFUSED, refusal.words_for_learner()


def decide(place: CohortPlace, action: str, *, acting_user: User | None, now: datetime) -> None:
    """Save what became of a place, note it, and tell its learner."""
    place.decided_at, place.decided_by = now, acting_user
    place.save()
    note(place, action, acting_user=acting_user, now=now)


def note(place: CohortPlace, action: str, *, acting_user: User | None, now: datetime) -> None:
    """Write to the audit trail, and tell the learner unless she did it herself."""
    record_event(
        action=action,
        target=place,
        acting_user=acting_user,
        now=now,
        changed_fields=["state"],
        reason=place.reason,
        subject=place.learner_id,
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
        path=kept_path("my_learning"),
        words=words,
        is_repeat=True,
    )


def tell_people(
    *, cohort: Cohort, learners: Sequence[User], words: Promise, acting_user: User, now: datetime
) -> None:
    """Tell many people, but not whoever did it, what became of their place in a cohort.

    Args:
        cohort: where.
        learners: whom.
        words: what, still untranslated: each reads it in her language.
        acting_user: who did it.
        now: when.
    """
    path = kept_path("my_learning")
    news = []
    for learner in learners:
        if learner.pk != acting_user.pk:
            with override(learner.language):
                news.append(News(learner, path, f"{cohort.name}: {words}"))
    if news:
        notify_learners(news=news, kind=NoticeKind.PLACE_CHANGED, now=now, is_repeat=True)

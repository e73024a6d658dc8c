"""Who is to be told of what after a course; every query is one for a whole slice of enrolments."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from lms.learning.enums import (
    READING_STATES,
    AfterInterval,
    AttemptState,
    EnrolmentState,
    FollowUpState,
    ReminderChoice,
    ReminderKind,
)
from lms.learning.followups.consents import agreeing
from lms.learning.followups.drawing import open_questions
from lms.learning.followups.rules import (
    AGAIN_AFTER,
    Due,
    Offer,
    Offered,
    Standing,
    due_today,
)
from lms.learning.models import (
    AfterCourseSetting,
    Booster,
    Enrolment,
    FollowUp,
    Reminder,
    ReminderSetting,
)
from lms.learning.quiet_hours import lima_date
from lms.learning.reminders.queries import allowed_today

FIRST = timedelta(days=6)
LAST = timedelta(days=260)
"""Nothing is said earlier or later after the end of a course."""

Offers = dict[tuple[Offer, AfterInterval], Offered]


@dataclass(frozen=True)
class Told:
    """What a learner is told of one course, in one notice."""

    enrolment: Enrolment
    due: tuple[Due, ...]


def candidates(*, now: datetime) -> QuerySet[Enrolment]:
    """Return the enrolments of which somebody may be told something, by what one query can tell.

    Completed some time ago, by somebody active who wants reminders and has not begun it anew.
    """
    silent = ReminderSetting.objects.filter(learner=OuterRef("learner"), choice=ReminderChoice.NONE)
    anew = Enrolment.objects.filter(
        learner=OuterRef("learner"),
        course_key=OuterRef("course_key"),
        pk__gt=OuterRef("pk"),
        state__in=READING_STATES,
    )
    return Enrolment.objects.filter(
        ~Exists(silent),
        ~Exists(anew),
        state=EnrolmentState.COMPLETED,
        completed_at__gt=now - LAST,
        completed_at__lt=now - FIRST,
        learner__is_active=True,
    )


def to_tell(pks: Collection[int], *, now: datetime) -> list[Told]:
    """Return whom to tell now, one course for each learner; what was told today is left out."""
    today = lima_date(now)
    enrolments = list(candidates(now=now).filter(pk__in=pks).order_by("pk"))
    standings = _standings(enrolments)
    due = {row.pk: due_today(standings[row.pk], today) for row in enrolments}
    waiting = [row for row in enrolments if due[row.pk]]
    if not waiting:
        return []
    found = Enrolment.objects.select_related("learner", "release").in_bulk(
        [row.pk for row in waiting]
    )
    allowed = allowed_today({row.learner_id for row in waiting}, now=now)
    told_today = _told_on(today, found)
    asking: dict[int, bool] = {}
    chosen: dict[int, Told] = {}
    for row in waiting:
        if row.learner_id not in allowed or row.learner_id in chosen or row.pk in told_today:
            continue
        whole = found[row.pk]
        if whole.release_id not in asking:
            asking[whole.release_id] = bool(open_questions(whole.release, now=now))
        things = tuple(
            one for one in due[row.pk] if one.offer != Offer.BOOSTER or asking[whole.release_id]
        )
        if things:
            chosen[row.learner_id] = Told(whole, things)
    return list(chosen.values())


def _told_on(day: date, pks: Collection[int]) -> set[int]:
    rows = Reminder.objects.filter(enrolment__in=pks, kind=ReminderKind.AFTER_COURSE, for_date=day)
    return set(rows.values_list("enrolment_id", flat=True))


def _standings(enrolments: Sequence[Enrolment]) -> dict[int, Standing]:
    """Return what decides about each of these; four queries for all."""
    learners = {row.learner_id for row in enrolments}
    agreed = agreeing(learners)
    silent = set(
        AfterCourseSetting.objects.filter(learner__in=learners, wants_boosters=False).values_list(
            "learner_id", flat=True
        )
    )
    offered = _offered([row.pk for row in enrolments])
    found = {}
    for row in enrolments:
        wants = {Offer.BOOSTER} if row.learner_id not in silent else set()
        if row.learner_id in agreed:
            wants.add(Offer.PRACTICE)
        if row.completed_at is not None:
            found[row.pk] = Standing(
                lima_date(row.completed_at), frozenset(wants), offered.get(row.pk, {})
            )
    return found


def _offered(pks: Collection[int]) -> dict[int, Offers]:
    found: dict[int, Offers] = defaultdict(dict)
    for row in FollowUp.objects.filter(enrolment__in=pks):
        is_settled = row.state != FollowUpState.OFFERED or row.reminded_at is not None
        key = (Offer.PRACTICE, AfterInterval(row.interval))
        found[row.enrolment_id][key] = Offered(row.again_date, is_settled)
    for booster in Booster.objects.filter(enrolment__in=pks).select_related("attempt"):
        is_done = booster.attempt is not None and booster.attempt.state != AttemptState.IN_PROGRESS
        is_settled = is_done or booster.reminded_at is not None or not booster.is_invited
        key = (Offer.BOOSTER, AfterInterval(booster.interval))
        again_date = lima_date(booster.offered_at) + AGAIN_AFTER
        found[booster.enrolment_id][key] = Offered(again_date, is_settled)
    return found

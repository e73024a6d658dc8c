"""Who may be due for a reminder, in slices of learners; every query is one for a whole slice."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from courses.models import CourseRelease
from courses.promises import CoursePromise
from lms.learning.activity import last_activity
from lms.learning.enums import AttemptState, EnrolmentState, ReminderChoice
from lms.learning.models import (
    Allowance,
    Attempt,
    Enrolment,
    Reminder,
    ReminderSetting,
    Response,
)
from lms.learning.progress import progress_by_enrolment
from lms.learning.quiet_hours import LIMA, lima_date
from lms.learning.reminders.rules import (
    DEADLINE_DAYS,
    IDLE_DAYS,
    MOST_A_WEEK,
    NOT_STARTED_DAYS,
    URGENCY,
    Reason,
    has_something_to_do,
    reason_today,
)

WEEK = timedelta(days=7)
READ = (
    "course_key",
    "due_date",
    "enrolled_at",
    "learner_id",
    "release_id",
    "cohort__starts_date",
    "cohort__ends_date",
)
"""What is read of each enrolment; most of them are not due."""


@dataclass(frozen=True)
class Due:
    """A reminder that may be given."""

    enrolment: Enrolment
    promise: CoursePromise
    reason: Reason

    @property
    def key(self) -> tuple[int, str, object]:
        """What is given once only."""
        return self.enrolment.pk, self.reason.kind, self.reason.for_date


def candidates(*, now: datetime) -> QuerySet[Enrolment]:
    """Return the enrolments that could be due today, by what one query can tell.

    Under way, of somebody active who wants reminders, in a cohort that has begun or in none, not
    over, and either old enough or near its deadline.
    """
    today = lima_date(now)
    silent = ReminderSetting.objects.filter(learner=OuterRef("learner"), choice=ReminderChoice.NONE)
    rows = Enrolment.objects.annotate(last_day=Coalesce("due_date", "cohort__ends_date"))
    return rows.filter(
        ~Exists(silent),
        Q(cohort=None) | Q(cohort__starts_date__lte=today),
        Q(last_day=None) | Q(last_day__gte=today),
        Q(enrolled_at__lt=now - timedelta(days=NOT_STARTED_DAYS - 1))
        | Q(last_day__lte=today + timedelta(days=DEADLINE_DAYS)),
        state=EnrolmentState.ACTIVE,
        learner__is_active=True,
    )


def slice_after(last: int, *, now: datetime, most: int) -> tuple[int, int] | None:
    """Return the first and the last of the next learners with such an enrolment; None after the end.

    A slice is a range of their numbers, so that no query has to name them one by one.
    """
    rows = candidates(now=now).filter(learner__gt=last).order_by("learner_id")
    found = list(rows.values_list("learner_id", flat=True).distinct()[:most])
    return (found[0], found[-1]) if found else None


def due_reminders(first: int, last: int, *, now: datetime) -> list[Due]:
    """Return the reminders of this slice of learners that are due: one each, the most urgent.

    Takes what was given already into account, and how many a week a learner wants. A dozen queries,
    whatever the number of learners; a promise is read once, however many were promised it.
    """
    rows = candidates(now=now).filter(learner__gte=first, learner__lte=last)
    enrolments = list(rows.select_related("cohort").only(*READ).order_by("pk"))
    releases = CourseRelease.objects.in_bulk({row.release_id for row in enrolments})
    active = last_activity(rows)
    saved = _last_saved(rows, now=now)
    for pk, moment in saved.items():
        active[pk] = max(moment, active.get(pk, moment))
    found = [
        Due(row, releases[row.release_id].typed_promise, reason)
        for row in enrolments
        if (reason := _reason(row, active, now=now))
    ]
    return most_urgent(_with_something_to_do(still_to_give(found, now=now)))


def still_to_give(found: Collection[Due], *, now: datetime) -> list[Due]:
    """Return those that were not given, and whose learners may be reminded now; three queries."""
    rows = Reminder.objects.filter(enrolment__in=[due.enrolment.pk for due in found])
    given = set(rows.values_list("enrolment_id", "kind", "for_date"))
    allowed = allowed_today({due.enrolment.learner_id for due in found}, now=now)
    return [due for due in found if due.key not in given and due.enrolment.learner_id in allowed]


def _last_saved(enrolments: QuerySet[Enrolment], *, now: datetime) -> dict[int, datetime]:
    """Return when an answer was last saved, where that was not long ago.

    An attempt without a clock may be under way for weeks.
    """
    fresh = Response.objects.filter(
        item__attempt__enrolment__in=enrolments.order_by().values("pk"),
        item__attempt__state=AttemptState.IN_PROGRESS,
        saved_at__gte=now - timedelta(days=IDLE_DAYS + 1),
    )
    found: dict[int, datetime] = {}
    for pk, moment in fresh.values_list("item__attempt__enrolment_id", "saved_at"):
        found[pk] = max(moment, found.get(pk, moment))
    return found


def _reason(
    enrolment: Enrolment, active: Mapping[int, datetime], *, now: datetime
) -> Reason | None:
    begun_on = enrolment.enrolled_at.astimezone(LIMA).date()
    if enrolment.cohort is not None:
        begun_on = max(begun_on, enrolment.cohort.starts_date)
    moment = active.get(enrolment.pk)
    return reason_today(
        today=lima_date(now),
        begun_on=begun_on,
        active_on=moment.astimezone(LIMA).date() if moment else None,
        deadline=enrolment.deadline(),
    )


def allowed_today(learners: Collection[int], *, now: datetime) -> set[int]:
    """Return which of these learners may be reminded now: one a day, and as many a week as she wants."""
    choices = dict(
        ReminderSetting.objects.filter(learner__in=learners).values_list("learner_id", "choice")
    )
    given: Counter[int] = Counter()
    had_today = set()
    rows = Reminder.objects.filter(enrolment__learner__in=learners, given_at__gt=now - WEEK)
    for learner, moment in rows.values_list("enrolment__learner_id", "given_at"):
        given[learner] += 1
        if lima_date(moment) == lima_date(now):
            had_today.add(learner)
    return {
        learner
        for learner in learners
        if learner not in had_today
        and given[learner] < MOST_A_WEEK[choices.get(learner, ReminderChoice.USUAL)]
    }


def most_urgent(found: Iterable[Due]) -> list[Due]:
    """Return one reminder for each learner: the most urgent, of the oldest enrolment."""
    chosen: dict[int, Due] = {}
    ordered = sorted(found, key=lambda due: (URGENCY.index(due.reason.kind), due.enrolment.pk))
    for due in ordered:
        chosen.setdefault(due.enrolment.learner_id, due)
    return list(chosen.values())


def _with_something_to_do(found: list[Due]) -> list[Due]:
    """Return those whose learners can do something themselves; three queries for all."""
    progress = progress_by_enrolment(due.enrolment for due in found)
    waiting, used_up = _blocked_quizzes(found)
    return [
        due
        for due in found
        if has_something_to_do(
            due.promise,
            progress[due.enrolment.pk],
            waiting=waiting[due.enrolment.pk],
            used_up=used_up[due.enrolment.pk],
        )
    ]


Quizzes = defaultdict[int, set[UUID]]


def _blocked_quizzes(found: Collection[Due]) -> tuple[Quizzes, Quizzes]:
    """Return, by enrolment, the quizzes that wait to be marked, and those without an attempt left."""
    pks = [due.enrolment.pk for due in found]
    promises = {due.enrolment.pk: due.promise for due in found}
    extra = {
        (pk, key): number
        for pk, key, number in Allowance.objects.filter(enrolment__in=pks)
        .values_list("enrolment_id", "quiz_key")
        .annotate(number=Sum("extra_attempts"))
    }
    tried = (
        Attempt.objects.filter(enrolment__in=pks)
        .exclude(state=AttemptState.ANNULLED)
        .values_list("enrolment_id", "quiz_key")
        .annotate(
            number=Count("pk"),
            waiting=Count("pk", filter=Q(state=AttemptState.SUBMITTED)),
            begun=Count("pk", filter=Q(state=AttemptState.IN_PROGRESS)),
        )
    )
    waiting: Quizzes = defaultdict(set)
    used_up: Quizzes = defaultdict(set)
    for pk, key, number, handed_in, begun in tried:
        item = promises[pk].item(key)
        if handed_in and not begun:
            waiting[pk].add(key)
        allowed = None if item is None or item.attempts is None else item.attempts
        if allowed is not None and not begun and number >= allowed + extra.get((pk, key), 0):
            used_up[pk].add(key)
    return waiting, used_up

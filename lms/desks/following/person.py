"""One learner's page: what she did and on which day, and what was changed for her. No hours."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from courses.enums import ItemKind
from courses.promises import PromisedItem
from lms.desks.following.acts import Act, acts_on
from lms.desks.following.enums import ItemState
from lms.desks.following.queries import person_of
from lms.desks.following.standings import Followed
from lms.learning.enums import CLOSED_STATES, AttemptState, AttendanceState
from lms.learning.models import (
    Allowance,
    Approval,
    Attempt,
    Attendance,
    CaseRun,
    Cohort,
    CourseSession,
    Enrolment,
    Exemption,
    LessonProgress,
    MessageCopy,
    PracticeObservation,
)
from lms.learning.supervision.queries import FollowedAttempt


@dataclass
class Traces:
    """All rows that hang on one enrolment, by the key of their item where they have one."""

    lessons: dict[UUID, LessonProgress] = field(default_factory=dict)
    attempts: dict[UUID, list[FollowedAttempt]] = field(default_factory=lambda: defaultdict(list))
    cases: dict[UUID, list[CaseRun]] = field(default_factory=lambda: defaultdict(list))
    practices: dict[UUID, list[PracticeObservation]] = field(
        default_factory=lambda: defaultdict(list)
    )
    exemptions: dict[UUID, Exemption] = field(default_factory=dict)
    allowances: dict[UUID, list[Allowance]] = field(default_factory=lambda: defaultdict(list))
    approval: Approval | None = None

    def records(self) -> Iterator[tuple[str, int]]:
        """Yield what the audit trail may name: the model and the number."""
        for attempts in self.attempts.values():
            yield from (("attempt", int(row.attempt.pk)) for row in attempts)
        for allowances in self.allowances.values():
            yield from (("allowance", int(row.pk)) for row in allowances)
        for practices in self.practices.values():
            yield from (("practiceobservation", int(row.pk)) for row in practices)
        if self.approval is not None:
            yield ("approval", int(self.approval.pk))


@dataclass(frozen=True)
class ItemLine:
    """One item on the page: how it stands, when it was done, and what hangs on it."""

    number: str
    item: PromisedItem
    state: ItemState
    done_on: date | None
    attempts: tuple[FollowedAttempt, ...]
    practices: tuple[PracticeObservation, ...]
    allowances: tuple[Allowance, ...]
    exemption: Exemption | None
    is_active: bool

    @property
    def may_exempt(self) -> bool:
        """Whether the learner may be let off it now."""
        return self.is_active and self.state not in (ItemState.DONE, ItemState.EXEMPT)

    @property
    def may_allow(self) -> bool:
        """Whether more time or attempts may be allowed."""
        return self.is_active and self.item.is_counted and self.state != ItemState.DONE

    @property
    def may_sign(self) -> bool:
        """Whether a trainer may sign the practice now."""
        is_done = self.state in (ItemState.DONE, ItemState.EXEMPT)
        return self.is_active and self.item.kind == ItemKind.PRACTICE and not is_done

    @property
    def may_reopen(self) -> FollowedAttempt | None:
        """The last attempt, if it is one that a trainer may try to open again."""
        last = self.attempts[-1] if self.attempts else None
        if last is None or not self.may_allow or last.attempt.is_passed:
            return None
        is_closed = last.attempt.state in CLOSED_STATES
        under_way = any(one.attempt.state == AttemptState.IN_PROGRESS for one in self.attempts)
        return last if is_closed and not under_way else None


@dataclass(frozen=True)
class ModuleLines:
    """A module with its items."""

    number: int
    title: str
    lines: tuple[ItemLine, ...]


@dataclass(frozen=True)
class DayLine:
    """What was done on one day."""

    on: date
    words: tuple[str, ...]


@dataclass(frozen=True)
class SessionLine:
    """A session of the cohort, and whether she was there; None where nobody noted it."""

    session: CourseSession
    state: str | None

    @property
    def words(self) -> str:
        """Whether she was there, in words."""
        return str(AttendanceState(self.state).label) if self.state else str(_("not noted"))


@dataclass(frozen=True)
class PersonPage:
    """Everything on the page of one learner."""

    followed: Followed
    modules: tuple[ModuleLines, ...]
    days: tuple[DayLine, ...]
    sessions: tuple[SessionLine, ...]
    messages: tuple[MessageCopy, ...]
    acts: tuple[Act, ...]
    approval: Approval | None

    @cached_property
    def is_approval_asked(self) -> bool:
        """Whether the release asks for a trainer's approval."""
        return self.followed.plan.promise.needs_approval


def person_page(enrolment: Enrolment, cohort: Cohort, *, now: datetime) -> PersonPage:
    """Return one learner's page; the same number of queries whatever she did."""
    followed = person_of(enrolment, cohort, now=now)
    traces = _traces(enrolment, str(followed.plan.promise.scale))
    sessions = _sessions(enrolment, cohort)
    copies = MessageCopy.objects.filter(enrolment=enrolment).select_related("message")
    return PersonPage(
        followed=followed,
        modules=_modules(followed, traces),
        days=_days(followed, traces, sessions),
        sessions=sessions,
        messages=tuple(copies.order_by("-message__written_at", "-pk")),
        acts=tuple(acts_on(enrolment, traces.records())),
        approval=traces.approval,
    )


def _traces(enrolment: Enrolment, scale: str) -> Traces:
    found = Traces()
    for lesson in LessonProgress.objects.filter(enrolment=enrolment):
        found.lessons[lesson.lesson_key] = lesson
    for attempt in Attempt.objects.filter(enrolment=enrolment).order_by("number"):
        found.attempts[attempt.quiz_key].append(FollowedAttempt(attempt, scale))
    for run in CaseRun.objects.filter(enrolment=enrolment).order_by("number"):
        found.cases[run.case_key].append(run)
    practices = PracticeObservation.objects.filter(enrolment=enrolment)
    for practice in practices.select_related("observed_by").order_by("number"):
        found.practices[practice.item_key].append(practice)
    for exemption in Exemption.objects.filter(enrolment=enrolment).select_related("granted_by"):
        found.exemptions[exemption.item_key] = exemption
    allowances = Allowance.objects.filter(enrolment=enrolment).select_related("granted_by")
    for allowance in allowances.order_by("granted_at"):
        found.allowances[allowance.quiz_key].append(allowance)
    approvals = Approval.objects.filter(enrolment=enrolment).select_related("approved_by")
    found.approval = approvals.first()
    return found


def _modules(followed: Followed, traces: Traces) -> tuple[ModuleLines, ...]:
    return tuple(
        ModuleLines(
            number,
            module.title,
            tuple(
                _line(f"{number}.{place}", item, followed, traces)
                for place, item in enumerate(module.items, start=1)
            ),
        )
        for number, module in enumerate(followed.plan.promise.modules, start=1)
        if module.items
    )


def _line(number: str, item: PromisedItem, followed: Followed, traces: Traces) -> ItemLine:
    state = followed.state_of(item)
    return ItemLine(
        number=number,
        item=item,
        state=state,
        done_on=_done_on(item.key, traces) if state == ItemState.DONE else None,
        attempts=tuple(traces.attempts.get(item.key, ())),
        practices=tuple(traces.practices.get(item.key, ())),
        allowances=tuple(traces.allowances.get(item.key, ())),
        exemption=traces.exemptions.get(item.key),
        is_active=followed.is_active,
    )


def _done_on(key: UUID, traces: Traces) -> date | None:
    lesson = traces.lessons.get(key)
    moments = [lesson.completed_at] if lesson is not None else []
    for row in traces.attempts.get(key, ()):
        if row.attempt.is_passed or not row.rule.is_counted:
            moments.append(row.attempt.submitted_at)
    moments += [run.ended_at for run in traces.cases.get(key, ())]
    moments += [
        one.observed_at
        for one in traces.practices.get(key, ())
        if one.is_passed and one.taken_back_at is None
    ]
    known = [at for at in moments if at is not None]
    return timezone.localdate(min(known)) if known else None


def _days(
    followed: Followed, traces: Traces, sessions: Iterable[SessionLine]
) -> tuple[DayLine, ...]:
    """Return what she did, day by day, the newest first."""
    by_day: dict[date, list[str]] = defaultdict(list)
    for item in followed.plan.items:
        for at, words in _done_at(item, traces):
            if at is not None:
                line = words % {"title": item.title}
                day = by_day[timezone.localdate(at)]
                if line not in day:
                    day.append(line)
    for held in sessions:
        if held.state == AttendanceState.PRESENT:
            words = _("Was at the session “%(title)s”") % {"title": held.session.title}
            by_day[timezone.localdate(held.session.starts_at)].append(words)
    return tuple(DayLine(day, tuple(by_day[day])) for day in sorted(by_day, reverse=True))


def _done_at(item: PromisedItem, traces: Traces) -> Iterator[tuple[datetime | None, str]]:
    if item.kind == ItemKind.LESSON and (lesson := traces.lessons.get(item.key)):
        yield lesson.opened_at, _("Opened “%(title)s”")
        yield lesson.completed_at, _("Finished “%(title)s”")
    for row in traces.attempts.get(item.key, ()):
        if row.is_anonymous:
            continue
        yield row.attempt.started_at, _("Began an attempt at “%(title)s”")
        yield row.attempt.submitted_at, _("Handed in an attempt at “%(title)s”")
    for run in traces.cases.get(item.key, ()):
        yield run.started_at, _("Walked through “%(title)s”")
    for practice in traces.practices.get(item.key, ()):
        if practice.taken_back_at is None:
            yield practice.observed_at, _("Practised “%(title)s” before a trainer")


def _sessions(enrolment: Enrolment, cohort: Cohort) -> tuple[SessionLine, ...]:
    noted = dict(Attendance.objects.filter(enrolment=enrolment).values_list("session_id", "state"))
    rows: Any = CourseSession.objects.held().filter(cohort=cohort).order_by("starts_at", "pk")
    return tuple(SessionLine(row, noted.get(row.pk)) for row in rows)

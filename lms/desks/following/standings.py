"""Where one learner of a cohort stands: each item, whether she is stuck, for what she waits.

Nothing is read here. What is done comes from `lms.learning.progress`, and what an item asks for
first from the promise of the release; this only puts them side by side.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from django.utils import timezone

from courses.enums import ItemKind
from courses.promises import CoursePromise, PromisedItem
from lms.desks.following.enums import ItemState, StuckBy, WaitsFor
from lms.learning.completion import AttendanceStanding
from lms.learning.enums import EnrolmentState
from lms.learning.models import Cohort, Enrolment
from lms.learning.progress import Progress, promised_needs


@dataclass(frozen=True)
class Plan:
    """A release as the desk needs it: its items, and what each of them asks for first.

    `unopened` are the quizzes whose day has not come yet.
    """

    promise: CoursePromise
    unopened: frozenset[UUID] = frozenset()

    @cached_property
    def items(self) -> tuple[PromisedItem, ...]:
        """All items in the order of the course."""
        return tuple(self.promise.items())

    @cached_property
    def asked(self) -> tuple[PromisedItem, ...]:
        """Those that must be done."""
        return tuple(self.promise.asked_items())

    @cached_property
    def needs(self) -> dict[UUID, frozenset[UUID]]:
        """The keys that each item asks for first."""
        return {item.key: frozenset(promised_needs(self.promise, item.key)) for item in self.items}

    @cached_property
    def practices(self) -> frozenset[UUID]:
        """The keys of the practices."""
        return frozenset(item.key for item in self.items if item.kind == ItemKind.PRACTICE)


@dataclass(frozen=True)
class Failures:
    """Attempts at one quiz that were not passed: how many, and when the last was handed in."""

    number: int
    last_at: datetime


@dataclass
class Marks:
    """What an enrolment shows besides what is done: the keys of items by what happened there."""

    exempt: set[UUID] = field(default_factory=set)
    waiting: set[UUID] = field(default_factory=set)
    begun: set[UUID] = field(default_factory=set)
    failed_practices: set[UUID] = field(default_factory=set)
    failures: dict[UUID, Failures] = field(default_factory=dict)


@dataclass(frozen=True)
class Stuck:
    """Why somebody is stuck, and since which day; with failures, how many and at which quiz."""

    by: StuckBy
    since: date
    days: int
    failures: int = 0
    quiz: str = ""


@dataclass(frozen=True)
class Followed:
    """One learner of a cohort as her trainers see her; no hours, and no logins."""

    enrolment: Enrolment
    cohort: Cohort
    plan: Plan
    progress: Progress
    marks: Marks
    today: date
    last_at: datetime | None = None
    attendance: AttendanceStanding | None = None
    agencies: tuple[str, ...] = ()
    is_approved: bool = False

    @property
    def pk(self) -> int:
        """The number of the enrolment."""
        return int(self.enrolment.pk)

    @property
    def name(self) -> str:
        """The learner's own name, as it stands on certificates."""
        learner = self.enrolment.learner
        return learner.full_name or learner.get_display_name()

    @property
    def agency(self) -> str:
        """The agencies that sent her, else those to which she belongs."""
        return ", ".join(self.agencies)

    @property
    def total(self) -> int:
        """How many items the course asks for."""
        return len(self.plan.asked)

    @cached_property
    def done(self) -> int:
        """How many of them are done, those included from which she was let off."""
        return sum(item.key in self.progress.done for item in self.plan.asked)

    @property
    def last_date(self) -> date | None:
        """The day on which she last did anything."""
        return None if self.last_at is None else timezone.localdate(self.last_at)

    @property
    def deadline(self) -> date | None:
        """Her last day."""
        return self.enrolment.deadline()

    @property
    def is_active(self) -> bool:
        """Whether the enrolment is under way."""
        return bool(self.enrolment.state == EnrolmentState.ACTIVE)

    @property
    def is_completed(self) -> bool:
        """Whether she completed the course."""
        return bool(self.enrolment.state == EnrolmentState.COMPLETED)

    @property
    def is_started(self) -> bool:
        """Whether she did anything yet."""
        return self.last_at is not None

    @property
    def has_begun(self) -> bool:
        """Whether the enrolment is under way and the cohort has begun."""
        return self.is_active and self.cohort.starts_date <= self.today

    @property
    def is_running(self) -> bool:
        """Whether she can work now: it has begun, and her deadline is not over."""
        last = self.deadline
        return self.has_begun and (last is None or last >= self.today)

    @property
    def practices_passed(self) -> int:
        """How many practices a trainer has signed, those included from which she was let off."""
        return len(self.plan.practices & self.progress.done)

    def state_of(self, item: PromisedItem) -> ItemState:
        """Return how an item stands."""
        key, marks = item.key, self.marks
        if key in self.progress.done:
            return ItemState.EXEMPT if key in marks.exempt else ItemState.DONE
        if key in marks.waiting:
            return ItemState.WAITING
        if key in marks.begun:
            return ItemState.OPENED
        if key in marks.failures or key in marks.failed_practices:
            return ItemState.FAILED
        if key in self.progress.opened:
            return ItemState.OPENED
        is_open = self.plan.needs[key] <= self.progress.done
        return ItemState.TODO if is_open else ItemState.LOCKED

    @cached_property
    def states(self) -> tuple[ItemState, ...]:
        """How each item stands, in the order of the course."""
        return tuple(self.state_of(item) for item in self.plan.items)

    @cached_property
    def open_items(self) -> tuple[PromisedItem, ...]:
        """The items that are not done and ask for nothing before them."""
        done = self.progress.done
        return tuple(
            item
            for item in self.plan.asked
            if item.key not in done and self.plan.needs[item.key] <= done
        )

    @cached_property
    def waits_for(self) -> tuple[WaitsFor, ...]:
        """For what she waits that others have to give; empty while she has something to do herself.

        Whoever waits for a result waits, whatever else she might do, and after her deadline too.
        """
        if not self.has_begun:
            return ()
        found = []
        if self.marks.waiting - self.progress.done:
            found.append(WaitsFor.RESULT)
        if not any(self._is_hers(item) for item in self.open_items):
            found += self._missing_from_others()
        return tuple(found)

    def _is_hers(self, item: PromisedItem) -> bool:
        if item.kind == ItemKind.PRACTICE:
            return False
        return item.key not in self.marks.waiting and item.key not in self.plan.unopened

    def _missing_from_others(self) -> list[WaitsFor]:
        found = []
        if any(item.key in self.plan.unopened for item in self.open_items):
            found.append(WaitsFor.OPENING)
        if any(item.kind == ItemKind.PRACTICE for item in self.open_items):
            found.append(WaitsFor.PRACTICE)
        if self.attendance is not None and not self.attendance.is_reached:
            found.append(WaitsFor.SESSION)
        if self.plan.promise.needs_approval and not self.is_approved and self.done == self.total:
            found.append(WaitsFor.APPROVAL)
        return found

    @property
    def quiet_since(self) -> date:
        """The day from which days without anything done are counted."""
        enrolled = timezone.localdate(self.enrolment.enrolled_at)
        return max(enrolled, self.cohort.starts_date, self.last_date or enrolled)

    @cached_property
    def stuck(self) -> Stuck | None:
        """Why and since when she is stuck by the rule of her cohort; None if she is not.

        Whoever waits for us is not stuck, nor is anybody before the cohort begins or after the
        deadline.
        """
        if not self.is_running or self.waits_for:
            return None
        return self._stuck_by_failures() or self._stuck_by_quiet()

    def _stuck_by_failures(self) -> Stuck | None:
        for item in self.open_items:
            failures = self.marks.failures.get(item.key)
            if failures is not None and failures.number >= self.cohort.stuck_failures:
                since = timezone.localdate(failures.last_at)
                days = (self.today - since).days
                return Stuck(StuckBy.FAILURES, since, days, failures.number, item.title)
        return None

    def _stuck_by_quiet(self) -> Stuck | None:
        days = (self.today - self.quiet_since).days
        if days < self.cohort.stuck_days:
            return None
        return Stuck(StuckBy.IDLE, self.quiet_since, days)


def may_be_stuck(
    enrolment: Enrolment, cohort: Cohort, last_at: datetime | None, marks: Marks, today: date
) -> bool:
    """Say whether the rule could call somebody stuck, before it is known what she has done.

    So that only for these few it must be asked.
    """
    moments = [timezone.localdate(at) for at in (enrolment.enrolled_at, last_at) if at is not None]
    quiet = (today - max(cohort.starts_date, *moments)).days >= cohort.stuck_days
    return quiet or any(one.number >= cohort.stuck_failures for one in marks.failures.values())

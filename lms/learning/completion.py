"""What is missing for a certificate: the completion rule, as the release froze it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from courses.enums import ItemKind
from courses.promises import CoursePromise, PromisedItem
from lms.learning.enums import AttendanceState, EnrolmentState
from lms.learning.models import Approval, Attendance, CourseSession, Enrolment
from lms.learning.progress import Progress, progress_by_enrolment


@dataclass(frozen=True)
class AttendanceStanding:
    """How many of the sessions that count somebody attended, and how many per cent are asked for.

    `sessions` are those of the cohort that were not called off, those to come included, without
    those from which she was excused. Sessions at the same time, in two rooms, count as one: nobody
    can be in both.
    """

    present: int
    sessions: int
    asked: int

    @property
    def percent(self) -> int:
        """The sessions attended in per cent, rounded down; 0 while there are none."""
        return self.present * 100 // self.sessions if self.sessions else 0

    @property
    def is_reached(self) -> bool:
        """Whether enough was attended; a cohort without a session reaches nothing."""
        return self.sessions > 0 and self.present * 100 >= self.asked * self.sessions

    @property
    def still_needed(self) -> int:
        """How many further sessions must be attended; at least one where none was set yet."""
        if not self.sessions:
            return 1
        return max(0, -(-self.asked * self.sessions // 100) - self.present)


@dataclass(frozen=True)
class Missing:
    """What stands between an enrolment and its completion.

    `needs_cohort` is true for whoever still needs sessions, a practice or an approval, and is in no
    cohort, where alone they are to be had.
    """

    items: tuple[PromisedItem, ...] = ()
    attendance: AttendanceStanding | None = None
    needs_cohort: bool = False
    needs_approval: bool = False

    @property
    def is_nothing(self) -> bool:
        """Whether the course can be completed."""
        return not (self.items or self.attendance or self.needs_cohort or self.needs_approval)


def attendance_by_enrolment(enrolments: Iterable[Enrolment]) -> dict[int, AttendanceStanding]:
    """Return how each enrolment stands whose release asks for attendance; two queries for all.

    Only sessions of the enrolment's own cohort count. An enrolment outside of a cohort, or whose
    release asks for none, is not in the answer.
    """
    asked = {
        row.pk: (row.cohort_id, row.release.typed_promise.attendance_percent)
        for row in enrolments
        if row.cohort_id is not None and row.release.typed_promise.attendance_percent is not None
    }
    if not asked:
        return {}
    slots = _slots({cohort for cohort, _percent in asked.values()})
    noted: dict[int, dict[int, str]] = {}
    rows = Attendance.objects.filter(enrolment__in=asked, session__cancelled_at__isnull=True)
    for pk, session, state in rows.values_list("enrolment_id", "session_id", "state"):
        noted.setdefault(pk, {})[session] = state
    return {
        pk: _standing(slots.get(cohort, []), noted.get(pk, {}), asked=percent or 0)
        for pk, (cohort, percent) in asked.items()
    }


def _slots(cohorts: Iterable[int]) -> dict[int, list[set[int]]]:
    """Return the sessions of each cohort that are held, those that overlap in one set."""
    found: dict[int, list[set[int]]] = {}
    rows = CourseSession.objects.held().filter(cohort__in=set(cohorts))
    columns = ("pk", "cohort", "starts_at", "ends_at")
    slot_ends = None
    for pk, cohort, starts_at, ends_at in rows.order_by("cohort", "starts_at", "pk").values_list(
        *columns
    ):
        slots = found.setdefault(cohort, [])
        if slots and slot_ends is not None and starts_at < slot_ends:
            slots[-1].add(pk)
            slot_ends = max(slot_ends, ends_at)
        else:
            slots.append({pk})
            slot_ends = ends_at
    return found


def _standing(slots: list[set[int]], noted: Mapping[int, str], *, asked: int) -> AttendanceStanding:
    present = excused = 0
    for slot in slots:
        states = {noted[session] for session in slot if session in noted}
        if AttendanceState.PRESENT in states:
            present += 1
        elif AttendanceState.EXCUSED in states:
            excused += 1
    return AttendanceStanding(present, len(slots) - excused, asked)


def missing_by_enrolment(
    enrolments: Iterable[Enrolment], *, progress: Mapping[int, Progress] | None = None
) -> dict[int, Missing]:
    """Return what is missing for the certificate of each enrolment by its id.

    One query for the progress of all, if it is not given; two for attendance and one for the
    approvals, only where a release asks for them.
    """
    rows = list(enrolments)
    known = progress if progress is not None else progress_by_enrolment(rows)
    standings = attendance_by_enrolment(rows)
    asked = [row.pk for row in rows if row.release.typed_promise.needs_approval]
    approved = (
        set(Approval.objects.filter(enrolment__in=asked).values_list("enrolment_id", flat=True))
        if asked
        else set()
    )
    found = {}
    for row in rows:
        promise, standing = row.release.typed_promise, standings.get(row.pk)
        items = missing_items(promise, known[row.pk])
        needs_approval = promise.needs_approval and row.pk not in approved
        is_with_others = (
            promise.attendance_percent is not None
            or needs_approval
            or any(item.kind == ItemKind.PRACTICE for item in items)
        )
        found[row.pk] = Missing(
            items=items,
            attendance=None if standing is None or standing.is_reached else standing,
            needs_cohort=is_with_others and row.cohort_id is None,
            needs_approval=needs_approval,
        )
    return found


def missing_in(enrolment: Enrolment, *, progress: Progress | None = None) -> Missing:
    """Return what is missing for the certificate of one enrolment; one to four queries."""
    known = None if progress is None else {enrolment.pk: progress}
    return missing_by_enrolment([enrolment], progress=known)[enrolment.pk]


def may_begin(enrolment: Enrolment, item: PromisedItem) -> bool:
    """Say whether an enrolment takes new work at an item; what is voluntary also when completed."""
    states = (EnrolmentState.ACTIVE, *((EnrolmentState.COMPLETED,) if item.is_voluntary else ()))
    return enrolment.state in states


def missing_items(promise: CoursePromise, progress: Progress) -> tuple[PromisedItem, ...]:
    """Return the items asked for that are not done yet, in the order of the course."""
    return tuple(item for item in promise.asked_items() if item.key not in progress.done)

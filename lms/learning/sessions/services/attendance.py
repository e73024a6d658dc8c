"""Who was there: by the trainer's list, or by a short code on her screen.

What the trainer noted by her list holds against the code: a code can be passed on, and she sees
who is in the room. Nobody is asked where she is, and no device is noted. Nobody attests her own
presence: who teaches the course and learns in its cohort is noted by another trainer.
"""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from courses.permissions import may_follow
from lms.accounts.models import User
from lms.core.services import record_event
from lms.learning.enums import AttendanceState, AttendanceWay
from lms.learning.models import Attendance, AttendanceCode, CourseSession, Enrolment
from lms.learning.sessions.queries import (
    expected_at,
    has_come,
    is_around,
    sessions_around,
    standing_code,
)
from lms.learning.sessions.services.completing import complete_those_who_can

CODE_TIME = timedelta(minutes=10)
DIGITS = 6


class AttendanceRefused(Exception):
    """An attendance cannot be noted; the message says why."""


@transaction.atomic
def note_attendance(
    *,
    session: CourseSession,
    states: Mapping[int, AttendanceState],
    acting_user: User,
    now: datetime,
) -> int:
    """Note by the trainer's list who was there; return how many attendances are new or changed.

    Saving the same list again changes nothing. Whoever lacks nothing any more completes the course.
    Before the session's time comes, people can be excused, and nobody can be present.

    Args:
        session: where.
        states: by the number of the enrolment; who is not in it stays as she is.
        acting_user: the trainer.
        now: when.

    Raises:
        AttendanceRefused: the session was called off, somebody does not belong to it, one of them
            is the acting user herself, or would be present before the session's time.
    """
    locked = _lock(session)
    _refuse_called_off(locked)
    people = {row.pk: row for row in expected_at(locked).filter(pk__in=states)}
    if len(people) != len(states):
        raise AttendanceRefused(_("One of these people does not belong to the session."))
    if any(one.learner_id == acting_user.pk for one in people.values()):
        raise AttendanceRefused(_("This is you: another trainer notes you."))
    wanted = [(people[pk], states[pk]) for pk in sorted(states)]
    return _note(locked, wanted, AttendanceWay.LIST, acting_user=acting_user, now=now)


@transaction.atomic
def note_everybody(*, session: CourseSession, acting_user: User, now: datetime) -> int:
    """Note everybody as present of whom nothing was noted yet; return how many that is.

    The acting user herself is left out.

    Raises:
        AttendanceRefused: the session was called off, or its time has not come.
    """
    locked = _lock(session)
    _refuse_called_off(locked)
    _refuse_too_early(locked, now=now)
    others = expected_at(locked).exclude(learner=acting_user)
    people = others.exclude(attendance__session=locked).order_by("pk")
    wanted = [(enrolment, AttendanceState.PRESENT) for enrolment in people]
    return _note(locked, wanted, AttendanceWay.LIST, acting_user=acting_user, now=now)


@transaction.atomic
def show_code(*, session: CourseSession, acting_user: User, now: datetime) -> AttendanceCode:
    """Make the code for the trainer's screen, good for ten minutes; it ends the one before.

    Raises:
        AttendanceRefused: the session was called off, or is not on about now.
    """
    locked = _lock(session)
    _refuse_called_off(locked)
    if not is_around(locked, now=now):
        raise AttendanceRefused(
            _("A code can be shown from half an hour before the session until half an hour after.")
        )
    code = AttendanceCode.objects.create(
        session=locked,
        code=_unused_code(locked, now=now),
        created_at=now,
        expires_at=now + CODE_TIME,
        made_by=acting_user,
    )
    record_event(action="attendance_code_shown", target=locked, acting_user=acting_user, now=now)
    return code


@transaction.atomic
def take_code(*, learner: User, code: str, now: datetime) -> CourseSession:
    """Note a learner as present by the code of a session of her group that is on about now.

    Entering it again changes nothing. Who may show the code herself cannot use it.

    Raises:
        AttendanceRefused: no session of hers has this code just now, her trainer has noted
            otherwise, or she is on the staff of the course.
    """
    for found, enrolment in sessions_around(learner, now=now):
        standing = standing_code(found, now=now)
        if standing is None or not secrets.compare_digest(standing.code, code):
            continue
        session = _lock(found)
        _refuse_called_off(session)
        noted = Attendance.objects.filter(session=session, enrolment=enrolment).first()
        if noted is not None and noted.way == AttendanceWay.LIST:
            if noted.state == AttendanceState.PRESENT:
                return session
            raise AttendanceRefused(
                _("Your trainer has noted you otherwise already. Please speak to her or him.")
            )
        if may_follow(learner, session.cohort.release.course_key):
            raise AttendanceRefused(
                _("You are on the staff of this course, so another trainer notes you by the list.")
            )
        wanted = [(enrolment, AttendanceState.PRESENT)]
        _note(session, wanted, AttendanceWay.CODE, acting_user=learner, now=now)
        return session
    raise AttendanceRefused(
        _("No session of your groups has this code just now. Look at the screen again.")
    )


def _note(
    session: CourseSession,
    wanted: Iterable[tuple[Enrolment, AttendanceState]],
    way: AttendanceWay,
    *,
    acting_user: User,
    now: datetime,
) -> int:
    """Keep what is new or another, complete whoever lacks nothing now; return how many changed."""
    rows = {row.enrolment_id: row for row in Attendance.objects.filter(session=session)}
    changed = []
    for enrolment, state in wanted:
        row = rows.get(enrolment.pk) or Attendance(session=session, enrolment=enrolment)
        if row.state == state:
            continue
        if state == AttendanceState.PRESENT:
            _refuse_too_early(session, now=now)
        row.state, row.way, row.noted_at, row.noted_by = state, way, now, acting_user
        row.save()
        record_event(
            action="attendance_noted",
            target=row,
            acting_user=acting_user,
            now=now,
            changed_fields=["state"],
            subject=enrolment.learner_id,
        )
        changed.append(enrolment)
    complete_those_who_can(changed, now=now)
    return len(changed)


def _lock(session: CourseSession) -> CourseSession:
    rows = CourseSession.objects.select_for_update(of=("self",))
    return rows.select_related("cohort__release").get(pk=session.pk)


def _refuse_called_off(session: CourseSession) -> None:
    if not session.is_held:
        raise AttendanceRefused(_("This session was called off."))


def _refuse_too_early(session: CourseSession, *, now: datetime) -> None:
    if not has_come(session, now=now):
        raise AttendanceRefused(
            _("Nobody can be present yet: that can be noted from half an hour before the session.")
        )


def _unused_code(session: CourseSession, *, now: datetime) -> str:
    """Return a code that no session of the same people shows just now."""
    taken = set(
        AttendanceCode.objects.filter(
            session__cohort=session.cohort_id, expires_at__gt=now
        ).values_list("code", flat=True)
    )
    code = _new_code()
    while code in taken:
        code = _new_code()
    return code


def _new_code() -> str:
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"

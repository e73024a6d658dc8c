"""Setting sessions, changing and moving them, calling them off.

A session that is moved keeps its record, its number in calendars and everybody's attendance; only
SEQUENCE goes up. Where attendance was noted already, whoever moves it or calls it off must know.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import override

from lms.accounts.models import User
from lms.core.services import record_event
from lms.learning.enums import NoticeKind, SessionPlace
from lms.learning.kept_paths import kept_path
from lms.learning.models import Cohort, CourseSession, Enrolment
from lms.learning.notices import notify_learner
from lms.learning.sessions.queries import active_in, has_attendance
from lms.learning.sessions.services.completing import complete_those_who_can

MOVING = ("starts_at", "ends_at", "place", "room", "link")
"""What people have to know when it changes."""
TIMES = ("starts_at", "ends_at")


class SessionRefused(Exception):
    """Something cannot be done with a session; the message says why, `field` where."""

    def __init__(self, message: str, *, field: str = "title") -> None:
        super().__init__(message)
        self.field = field


class AttendanceStands(SessionRefused):
    """Attendance was noted: whoever moves the session or calls it off has to say that she knows."""


@dataclass(frozen=True)
class SessionPlan:
    """When and where a session is held; a room or the link to a video room."""

    title: str
    place: SessionPlace
    starts_at: datetime
    ends_at: datetime
    room: str = ""
    link: str = ""


@transaction.atomic
def plan_session(
    *, cohort: Cohort, plan: SessionPlan, acting_user: User, now: datetime
) -> CourseSession:
    """Set a session of a cohort. Its people see it on their pages; no mail goes out.

    Raises:
        SessionRefused: it has no place, or it ends before it starts.
    """
    _check(plan)
    session = CourseSession.objects.create(
        cohort=cohort, changed_at=now, created_by=acting_user, **asdict(plan)
    )
    record_event(
        action="session_planned",
        target=session,
        acting_user=acting_user,
        now=now,
        changed_fields=asdict(plan),
    )
    return session


@transaction.atomic
def change_session(
    *,
    session: CourseSession,
    plan: SessionPlan,
    acting_user: User,
    now: datetime,
    keeps_attendance: bool = False,
) -> CourseSession:
    """Change or move a session; nothing is written where nothing is new.

    Everybody in the cohort is told of another time or place. What was noted of attendance stays.

    Args:
        session: which.
        plan: what it shall be.
        acting_user: the trainer.
        now: when.
        keeps_attendance: the trainer knows that attendance was noted, and moves the session all the
            same: those who were there count as having been there.

    Raises:
        AttendanceStands: its time would change although attendance was noted.
        SessionRefused: it was called off, has no place, or ends before it starts.
    """
    _check(plan)
    locked = _lock(session)
    if not locked.is_held:
        raise SessionRefused(_("This session was called off."))
    wanted = asdict(plan)
    changed = [name for name, value in wanted.items() if getattr(locked, name) != value]
    if not changed:
        return locked
    is_moved_in_time = any(name in TIMES for name in changed)
    if is_moved_in_time and not keeps_attendance and has_attendance(locked):
        raise AttendanceStands(
            _("Attendance of this session was noted already. It stays if you move the session."),
            field="day",
        )
    for name in changed:
        setattr(locked, name, wanted[name])
    is_moved = any(name in MOVING for name in changed)
    locked.changed_at = now
    locked.sequence += is_moved
    locked.save(update_fields=[*changed, "changed_at", "sequence"])
    _record(locked, "session_changed", changed, acting_user=acting_user, now=now)
    if is_moved:
        _tell(locked, acting_user=acting_user, now=now)
    if is_moved_in_time:
        complete_those_who_can(active_in(locked), now=now)
    return locked


@transaction.atomic
def call_off_session(
    *,
    session: CourseSession,
    acting_user: User,
    now: datetime,
    keeps_attendance: bool = False,
) -> CourseSession:
    """Call a session off, and tell everybody in the cohort; repeating it changes nothing.

    It counts for nobody's attendance any more. What was noted stays on record.

    Raises:
        AttendanceStands: attendance was noted, and whoever calls it off did not say that she knows.
    """
    locked = _lock(session)
    if not locked.is_held:
        return locked
    if not keeps_attendance and has_attendance(locked):
        raise AttendanceStands(
            _("Attendance of this session was noted already. It would not count any more.")
        )
    locked.cancelled_at = locked.changed_at = now
    locked.sequence += 1
    locked.save(update_fields=["cancelled_at", "changed_at", "sequence"])
    _record(locked, "session_called_off", ["cancelled_at"], acting_user=acting_user, now=now)
    _tell(locked, acting_user=acting_user, now=now)
    complete_those_who_can(active_in(locked), now=now)
    return locked


def _check(plan: SessionPlan) -> None:
    if plan.ends_at <= plan.starts_at:
        raise SessionRefused(_("A session cannot end before it starts."), field="ends")
    if plan.place == SessionPlace.ROOM and not plan.room:
        raise SessionRefused(_("Say in which room it is held."), field="room")
    if plan.place == SessionPlace.VIDEO and not plan.link:
        raise SessionRefused(_("Give the link to the video room."), field="link")


def _lock(session: CourseSession) -> CourseSession:
    rows = CourseSession.objects.select_for_update(of=("self",))
    return rows.select_related("cohort__release").get(pk=session.pk)


def _record(
    session: CourseSession, action: str, changed: list[str], *, acting_user: User, now: datetime
) -> None:
    record_event(
        action=action, target=session, acting_user=acting_user, now=now, changed_fields=changed
    )


def _tell(session: CourseSession, *, acting_user: User, now: datetime) -> None:
    """Tell the people who still take the course in this cohort when and where the session is now."""
    path = kept_path("group_sessions", session.cohort_id)
    rows = Enrolment.objects.readable().filter(cohort=session.cohort_id)
    for enrolment in rows.select_related("learner").order_by("pk"):
        learner = enrolment.learner
        if learner.pk == acting_user.pk:
            continue
        with override(learner.language):
            words = session_words(session)
        notify_learner(
            learner=learner, kind=NoticeKind.SESSION_CHANGED, now=now, path=path, words=words
        )


def session_words(session: CourseSession) -> str:
    """Return in one line what became of a session, in the active language."""
    day = date_format(localtime(session.starts_at), "SHORT_DATE_FORMAT")
    starts = localtime(session.starts_at).strftime("%H:%M")
    words = {"title": session.title, "day": day, "time": starts, "room": session.room}
    if not session.is_held:
        return _("%(title)s, %(day)s at %(time)s, was called off.") % words
    if session.place == SessionPlace.VIDEO:
        return _("%(title)s: now on %(day)s at %(time)s, by video.") % words
    return _("%(title)s: now on %(day)s at %(time)s, %(room)s.") % words

"""Sessions: set, changed, moved, called off; and who was there."""

from lms.learning.sessions.services.attendance import (
    AttendanceRefused,
    note_attendance,
    note_everybody,
    show_code,
    take_code,
)
from lms.learning.sessions.services.planning import (
    AttendanceStands,
    SessionPlan,
    SessionRefused,
    call_off_session,
    change_session,
    plan_session,
)

__all__ = [
    "AttendanceRefused",
    "AttendanceStands",
    "SessionPlan",
    "SessionRefused",
    "call_off_session",
    "change_session",
    "note_attendance",
    "note_everybody",
    "plan_session",
    "show_code",
    "take_code",
]

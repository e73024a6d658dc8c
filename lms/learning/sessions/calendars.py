"""Sessions as calendar files (RFC 5545).

Calendars are seen by others: an entry says that there is a session of a group, when and where, and
never of what. Its UID stays for ever, and SEQUENCE counts the changes, so that a calendar that
reads the file again moves its entry instead of adding one. No host stands in it (RFC 7986, 5.3): the
address of the site may change.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vText

from lms.learning.enums import SessionPlace
from lms.learning.models import CourseSession

CONTENT_TYPE = "text/calendar; charset=utf-8"
PRODUCT = "-//Amparo//NONSGML Amparo//ES"


def calendar_of(sessions: Iterable[CourseSession]) -> bytes:
    """Return sessions as one file; a file of called-off sessions only takes them out of calendars."""
    rows = list(sessions)
    is_cancelled = bool(rows) and not any(row.is_held for row in rows)
    calendar = Calendar()
    calendar.add("prodid", vText(PRODUCT))
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if is_cancelled else "PUBLISH")
    for row in rows:
        calendar.add_component(_event(row))
    written: bytes = calendar.to_ical()
    return written


def _event(session: CourseSession) -> Event:
    event = Event()
    event.add("uid", str(session.uid))
    event.add("sequence", session.sequence)
    event.add("dtstamp", _utc(session.changed_at))
    event.add("last-modified", _utc(session.changed_at))
    event.add("dtstart", _utc(session.starts_at))
    event.add("dtend", _utc(session.ends_at))
    event.add("summary", _("Session of your group"))
    event.add("location", session.room if session.place == SessionPlace.ROOM else session.link)
    event.add("status", "CONFIRMED" if session.is_held else "CANCELLED")
    event.add("class", "PRIVATE")
    return event


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)

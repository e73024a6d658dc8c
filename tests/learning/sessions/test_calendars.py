"""Calendar files, read back with a parser, and looked at byte by byte where RFC 5545 says how."""

from datetime import UTC, timedelta

import pytest
from django.utils.translation import gettext
from icalendar import Calendar

from lms.learning.sessions.calendars import calendar_of
from lms.learning.sessions.services import call_off_session, change_session
from tests.factories.cohorts import make_cohort
from tests.factories.groups import make_session, plan_of
from tests.learning.cast import NOW, make_cast

pytestmark = pytest.mark.django_db

ROOM = "Aula 2; Jr. Los Molles 145, 2.º piso\\fondo, " + "Ñ" * 60


def test_entry_says_when_and_where_and_not_of_what() -> None:
    cast = make_cast()
    cohort = make_cohort(cast.release, name="Trata de personas, grupo 1")
    session = make_session(cohort, NOW, title="Víctimas de trata", room=ROOM)
    written = calendar_of([session])

    entry = Calendar.from_ical(written).walk("VEVENT")[0]

    assert (entry["SUMMARY"], entry["LOCATION"]) == (gettext("Session of your group"), ROOM)
    assert entry["DTSTART"].dt == NOW.replace(tzinfo=UTC)
    assert entry["DTEND"].dt == NOW + timedelta(hours=2)
    assert (entry["SEQUENCE"], entry["STATUS"]) == (0, "CONFIRMED")
    assert entry["UID"] == str(session.uid)
    assert "rata" not in written.decode()
    lines = written.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert b"DTSTART:20261124T170000Z" in lines
    assert b"METHOD:PUBLISH" in lines
    assert b"\n" not in written.replace(b"\r\n", b"")


def test_moved_and_called_off_keep_their_number() -> None:
    cast = make_cast()
    cohort = make_cohort(cast.release)
    session = make_session(cohort, NOW + timedelta(days=1))
    other = make_session(cohort, NOW + timedelta(days=2))
    plan = plan_of(session, starts_at=NOW, ends_at=NOW + timedelta(hours=1))
    moved = change_session(session=session, plan=plan, acting_user=cast.trainer, now=NOW)
    off = call_off_session(session=moved, acting_user=cast.trainer, now=NOW)

    alone, both = (Calendar.from_ical(calendar_of(rows)) for rows in ([off], [off, other]))

    entry = alone.walk("VEVENT")[0]
    assert (alone["METHOD"], both["METHOD"]) == ("CANCEL", "PUBLISH")
    assert (entry["SEQUENCE"], entry["STATUS"]) == (2, "CANCELLED")
    assert entry["UID"] == str(session.uid)
    assert [row["STATUS"] for row in both.walk("VEVENT")] == ["CANCELLED", "CONFIRMED"]

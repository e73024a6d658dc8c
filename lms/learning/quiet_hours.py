"""When nobody is reminded: the night of Peru, which has no summer time."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LIMA = ZoneInfo("America/Lima")
MORNING = time(8)
EVENING = time(19)


def lima_date(now: datetime) -> date:
    """Return the day in Lima."""
    return now.astimezone(LIMA).date()


def is_quiet(now: datetime) -> bool:
    """Say whether it is too early or too late in Lima to remind anybody."""
    return not MORNING <= now.astimezone(LIMA).time() < EVENING


def next_morning(now: datetime) -> datetime:
    """Return the next moment at which a day's reminders begin, after `now`."""
    local = now.astimezone(LIMA)
    day = local.date() if local.time() < MORNING else local.date() + timedelta(days=1)
    return datetime.combine(day, MORNING, LIMA)

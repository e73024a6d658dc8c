"""Moments as people read them."""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _


def moment(at: datetime) -> str:
    """Return a day and a time of the local clock: 26 de noviembre de 2026, a las 10:42."""
    local = timezone.localtime(at)
    return _("%(day)s, at %(time)s") % {
        "day": date_format(local, "DATE_FORMAT"),
        "time": time_format(local, "H:i"),
    }

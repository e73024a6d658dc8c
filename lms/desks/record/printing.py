"""The two documents as HTML: the record, and the data. Knows no renderer."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certificates.wording import date_words
from courses.models.serving import active_language
from lms.accounts.models import User
from lms.desks.record.labels import LABELS, SECTIONS, VALUES
from lms.desks.record.presenting import course_lines, hours_in_words
from lms.desks.record.records import MyRecord

MOST_PRINTED = 150
"""Rows of one kind that are printed; the file for machines has them all."""
LONGEST_PRINTED = 1500


def record_html(record: MyRecord) -> str:
    """Return the record as a page to be printed, in the active language."""
    context = {
        "record": record,
        "lines": course_lines(record),
        "hours": hours_in_words(record),
        "day": date_words(timezone.localdate(record.made_at), active_language()),
        "language": active_language(),
        "site": settings.BASE_URL.partition("://")[2],
    }
    return render_to_string("desks/record/print/record.html", context)


def data_html(user: User, data: Mapping[str, Any]) -> str:
    """Return what is kept about somebody as a page to be printed, in the active language."""
    context = {
        "name": user.full_name,
        "day": date_words(timezone.localdate(data["made_at"]), active_language()),
        "language": active_language(),
        "register": data["register"],
        "left_out": data["left_out"],
        "sections": [
            {
                "title": title,
                "rows": [_printed(row) for row in data[name][:MOST_PRINTED]],
                "more": max(0, len(data[name]) - MOST_PRINTED),
            }
            for name, title in SECTIONS.items()
            if data.get(name)
        ],
    }
    return render_to_string("desks/record/print/data.html", context)


def _printed(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the values of a row that say something, each with its label."""
    pairs = ((LABELS.get(name), _words(name, value)) for name, value in row.items())
    return [(str(label), words) for label, words in pairs if label is not None and words]


def _words(name: str, value: Any) -> str:
    """Return a value as people read it; what only machines need is left to their file."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, date):
        return date_words(value, active_language())
    if isinstance(value, list):
        return "; ".join(str(one) for one in value if isinstance(one, str))
    if value is None or isinstance(value, dict | UUID):
        return ""
    choices = VALUES.get(name, {})
    return str(choices.get(str(value), value))[:LONGEST_PRINTED]

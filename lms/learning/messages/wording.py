"""Texts that every trainer finds ready, in the languages in which the cohort is held."""

import re
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from lms.learning.models import Cohort

BETWEEN_LANGUAGES = "\n\n· · ·\n\n"
TO_FILL_IN = re.compile(r"\[[^\[\]\n]{1,40}\]")
"""What a ready text leaves open for the trainer."""


@dataclass(frozen=True)
class ReadyText:
    """A title and a text with places for the course, the group and its last day."""

    key: str
    title: Any
    text: Any


READY_TEXTS = (
    ReadyText(
        "welcome",
        _("Welcome to the group"),
        _(
            "You are in the group “%(group)s” of the course “%(course)s”, which runs until "
            "%(last_day)s.\n\nBegin with the first lesson when you have a quiet quarter of an hour. "
            "You can stop at any time: your place is kept."
        ),
    ),
    ReadyText(
        "not_begun",
        _("The first step of the course"),
        _(
            "You have not begun the course “%(course)s” yet. The first lesson is short, and you can "
            "stop at any time: your place is kept.\n\nIf something keeps you from it (time, "
            "connection, anything else), tell us, and we will look for a way together."
        ),
    ),
    ReadyText(
        "session",
        _("Our next session"),
        _(
            "Our next session is on [day] at [hour], in [place or link].\n\nPlease bring: [what is "
            "needed]. If you cannot come, tell us beforehand."
        ),
    ),
    ReadyText(
        "last_days",
        _("The last days of the course"),
        _(
            "The course “%(course)s” ends on %(last_day)s. What is still missing for your "
            "certificate stands in My learning.\n\nIf you need more time, tell us before that day."
        ),
    ),
)


def filled_in(ready: ReadyText, cohort: Cohort) -> tuple[str, str]:
    """Return the title and the text for a cohort, once in each of its languages."""
    known = [code for code, _name in settings.LANGUAGES]
    codes = [code for code in cohort.languages if code in known] or [settings.LANGUAGE_CODE]
    titles, texts = [], []
    for code in codes:
        with translation.override(code):
            values = {
                "group": cohort.name,
                "course": cohort.release.typed_promise.title,
                "last_day": date_format(cohort.ends_date, "DATE_FORMAT"),
            }
            titles.append(str(ready.title))
            texts.append(str(ready.text) % values)
    return " · ".join(titles), BETWEEN_LANGUAGES.join(texts)

"""How the rows of a model are read for the download."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, When

from courses.enums import FeedbackTiming
from courses.texts import in_language, read_texts

Convert = Callable[[Any], Any]


@dataclass(frozen=True)
class Export:
    """The rows of one model in the download.

    Args:
        model: its label, as in the register.
        section: under which name they stand in the file.
        columns: the lookup of each value by its plain name, or what computes it.
        titles: the columns whose value is the key of a lesson, quiz, case or practice: the file has
            its title.
        order: by what they are ordered.
    """

    model: str
    section: str
    columns: Mapping[str, str | Case]
    titles: tuple[str, ...] = ()
    order: str = "pk"


def course_title(texts: Any) -> str:
    """Return a promised title in the active language."""
    return in_language(read_texts(texts)) if texts else ""


CONVERTED: Mapping[str, Convert] = {"course": course_title}
"""How the value of a column is read, by its plain name; others stand as they are."""
COURSE = "release__promise__titles"
SCORE = Case(When(rule__feedback=FeedbackTiming.NONE, then=None), default=F("score"))
"""The result of an attempt, but for quizzes that tell only whether they were passed."""

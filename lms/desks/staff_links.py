"""Where the trainer's desk leads: the one place that names the pages of other parts.

Each name is that of an address; those of quizzes, cases and modules take the key of the page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class StaffPage:
    """A page for staff by the name of its address."""

    url_name: str
    label: Any


@dataclass(frozen=True)
class StaffLink:
    """A link to such a page."""

    label: str
    url: str


OF_DESK: tuple[StaffPage, ...] = (
    StaffPage("marking_queue", _("Mark answers")),
    StaffPage("quiz_results_list", _("Results of all quizzes")),
    StaffPage("cohort_list", _("Cohorts and their certificates")),
    StaffPage("questions_desk", _("Questions of learners")),
    StaffPage("course_reports", _("Reports")),
)
"""Pages over all courses; no key."""

OF_QUIZ: tuple[StaffPage, ...] = (
    StaffPage("quiz_attempts", _("Attempts")),
    StaffPage("marking_questions", _("Marking")),
    StaffPage("quiz_results", _("Results")),
)
"""Pages of one quiz."""

OF_SURVEY: tuple[StaffPage, ...] = (
    StaffPage("quiz_attempts", _("Attempts")),
    StaffPage("quiz_results", _("Results")),
)
"""Pages of a survey, which nobody marks."""

OF_SECRET_SURVEY: tuple[StaffPage, ...] = (StaffPage("quiz_results", _("Results")),)
"""Pages of an anonymous survey, which keeps no attempts."""

OF_CASE: tuple[StaffPage, ...] = (StaffPage("case_paths", _("Paths that were taken")),)
"""Pages of one case."""

OF_MODULE: tuple[StaffPage, ...] = (
    StaffPage("trainer_guide", _("Trainer's guide")),
    StaffPage("module_booklet", _("Booklet to print")),
)
"""Pages of one module."""


def links(pages: Sequence[StaffPage], key: UUID | None = None) -> tuple[StaffLink, ...]:
    """Return the links to these pages, of one quiz or case if a key is given."""
    args = [] if key is None else [key]
    return tuple(StaffLink(str(page.label), reverse(page.url_name, args=args)) for page in pages)

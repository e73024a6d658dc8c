"""What is missing for a certificate, and what a course asks for, in words for its learners."""

from collections import Counter
from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.enums import ItemKind, QuizMode
from courses.promises import CoursePromise, PromisedItem
from lms.learning.completion import AttendanceStanding, Missing


def missing_words(missing: Missing) -> list[str]:
    """Return what is missing, a line for each kind; nothing only if nothing is missing."""
    lines = []
    items = item_words(missing.items)
    if items:
        lines.append(", ".join(items))
    if missing.needs_cohort:
        lines.append(_("a place in a group: ask your trainer or your institution for one"))
    if missing.attendance is not None:
        lines.append(attendance_words(missing.attendance))
    if missing.needs_approval:
        lines.append(_("the approval of your trainer, at the end"))
    return lines


def item_words(items: Iterable[PromisedItem]) -> list[str]:
    """Return how many items of each kind these are, in words."""
    rows = list(items)
    kinds = Counter(item.kind for item in rows)
    modes = Counter(item.mode for item in rows if item.kind == ItemKind.QUIZ)
    counts = {
        "lessons": kinds[ItemKind.LESSON],
        "cases": kinds[ItemKind.CASE],
        "diagnoses": modes[QuizMode.DIAGNOSIS],
        "quizzes": modes[QuizMode.GRADED],
        "exams": modes[QuizMode.EXAM],
        "surveys": modes[QuizMode.SURVEY],
        "practices": kinds[ItemKind.PRACTICE],
    }
    words = _kind_words(counts)
    return [words[name] % counts for name, count in counts.items() if count]


def _kind_words(counts: Mapping[str, int]) -> dict[str, str]:
    lessons, cases, practices = counts["lessons"], counts["cases"], counts["practices"]
    quizzes, exams = counts["quizzes"], counts["exams"]
    diagnoses, surveys = counts["diagnoses"], counts["surveys"]
    return {
        "lessons": ngettext("%(lessons)s lesson", "%(lessons)s lessons", lessons),
        "cases": ngettext(
            "%(cases)s case to bring to a safe ending",
            "%(cases)s cases to bring to a safe ending",
            cases,
        ),
        "diagnoses": ngettext("%(diagnoses)s diagnosis", "%(diagnoses)s diagnoses", diagnoses),
        "quizzes": ngettext("%(quizzes)s quiz", "%(quizzes)s quizzes", quizzes),
        "exams": ngettext("%(exams)s exam", "%(exams)s exams", exams),
        "surveys": ngettext("%(surveys)s survey", "%(surveys)s surveys", surveys),
        "practices": ngettext(
            "%(practices)s practice with a trainer",
            "%(practices)s practices with a trainer",
            practices,
        ),
    }


def attendance_words(standing: AttendanceStanding) -> str:
    """Return how many sessions were attended and how many more are needed, in words."""
    asked = {"asked": standing.asked}
    if not standing.sessions:
        return (
            _("attendance: %(asked)s per cent of the sessions of your group; none is set yet")
            % asked
        )
    so_far = ngettext(
        "attendance: %(present)s of %(sessions)s session, %(asked)s per cent are asked for",
        "attendance: %(present)s of %(sessions)s sessions, %(asked)s per cent are asked for",
        standing.sessions,
    )
    more = standing.still_needed
    needed = ngettext("%(more)s more session", "%(more)s more sessions", more)
    words = f"{so_far}; {needed}"
    return words % {
        **asked,
        "present": standing.present,
        "sessions": standing.sessions,
        "more": more,
    }


def asked_words(promise: CoursePromise) -> list[str]:
    """Return what a course asks for besides its items, in words."""
    lines = []
    if promise.attendance_percent is not None:
        words = _("To attend %(asked)s per cent of the sessions of your group.")
        lines.append(words % {"asked": promise.attendance_percent})
    if any(item.kind == ItemKind.PRACTICE for item in promise.items()):
        lines.append(_("A practice that a trainer watches and signs."))
    if promise.needs_approval:
        lines.append(_("The approval of your trainer at the end."))
    if promise.asks_for_document:
        lines.append(_("Your identity document, if you want: it is optional."))
    return lines

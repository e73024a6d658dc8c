"""The trainer's first page: each course, how far it is, and what comes next."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from wagtail.models import Page

from courses.enums import StaffPart
from courses.models import CasePage, CoursePage, CourseRelease, LessonPage, PracticePage, QuizPage
from courses.permissions import course_keys, is_administrator
from courses.texts import languages
from lms.accounts.models import User


@dataclass(frozen=True)
class CourseOverview:
    """A course on the trainer's first page: how far it is, and what comes next."""

    course: CoursePage
    lessons: int
    drafts: int
    release: CourseRelease | None
    next_step: str
    may_release: bool


def course_overviews(user: User) -> list[CourseOverview]:
    """Return the courses that the user may write, with their counts and the next step of each.

    The number of queries does not hang on the number of courses.
    """
    courses = CoursePage.objects.filter(locale__language_code=languages()[0]).order_by("title")
    if not is_administrator(user):
        courses = courses.filter(translation_key__in=course_keys(user))
    found = list(courses)
    led = course_keys(user, StaffPart.LEAD)
    below = list(
        Page.objects.filter(
            pk__in=[
                *LessonPage.objects.values_list("pk", flat=True),
                *QuizPage.objects.values_list("pk", flat=True),
                *CasePage.objects.values_list("pk", flat=True),
                *PracticePage.objects.values_list("pk", flat=True),
            ]
        ).values_list("path", "live", "has_unpublished_changes")
    )
    newest = {}
    keys = [course.translation_key for course in found]
    for release in CourseRelease.objects.filter(course_key__in=keys).order_by("number"):
        newest[release.course_key] = release
    overviews = []
    for course in found:
        own = [row for row in below if row[0].startswith(course.path)]
        drafts = sum(1 for _path, live, is_changed in own if not live or is_changed)
        last = newest.get(course.translation_key)
        overviews.append(
            CourseOverview(
                course=course,
                lessons=len(own),
                drafts=drafts,
                release=last,
                next_step=_next_step(course, len(own), drafts, last),
                may_release=is_administrator(user) or course.translation_key in led,
            )
        )
    return overviews


def _next_step(course: CoursePage, parts: int, drafts: int, release: CourseRelease | None) -> str:
    if not parts:
        return _("Add a module and write its first lesson.")
    if drafts:
        return _("Publish the lessons that are still drafts.")
    if not course.live:
        return _("Publish the modules and then the course.")
    if release is None:
        return _("Release the course, so that people can enrol.")
    return _("Nothing is waiting. Release again when what you promise changes.")

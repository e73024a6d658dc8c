"""What the pages of a course show beside their content."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from wagtail.models import PageLogEntry

from courses.enums import ItemKind
from courses.models import CasePage, CoursePage, CourseRelease, PracticePage, QuizPage
from courses.page_links import PageLink, link_to, links_by_key, links_of
from courses.promises import CoursePromise
from courses.queries import build_promise
from lms.learning.completion import Missing, missing_by_enrolment, missing_in
from lms.learning.completion_words import asked_words, missing_words
from lms.learning.enums import CertificateTiming, EnrolmentState
from lms.learning.models import Enrolment
from lms.learning.outlines import Outline, Stage, Step, build_outline
from lms.learning.progress import Progress, progress_by_enrolment


@dataclass(frozen=True)
class CourseInHand:
    """A course with its outline, as one person sees it.

    `missing` is known where a page tells what is missing: on the course's own and on My learning.
    """

    course_key: UUID
    course: PageLink
    promise: CoursePromise
    outline: Outline
    is_pilot: bool
    enrolment: Enrolment | None = None
    is_staff: bool = False
    is_released: bool = True
    page_urls: dict[int, str] = field(default_factory=dict)
    missing: Missing | None = None

    @property
    def may_open(self) -> bool:
        """Whether the person may open the items: the learners and the course's own staff."""
        return self.enrolment is not None or self.is_staff

    @property
    def is_completed(self) -> bool:
        """Whether the learner has completed the course."""
        return self.enrolment is not None and self.enrolment.state == EnrolmentState.COMPLETED

    @property
    def missing_words(self) -> list[str]:
        """What is missing for the certificate, in words."""
        return [] if self.missing is None else missing_words(self.missing)

    @property
    def asked_words(self) -> list[str]:
        """What the course asks for besides its items, in words."""
        return asked_words(self.promise)

    @property
    def is_certified_by_trainer(self) -> bool:
        """Whether the certificate comes with those of the learner's group."""
        return self.enrolment is not None and is_certified_by_trainer(self.enrolment)

    @property
    def is_begun(self) -> bool:
        """Whether the learner has done anything yet."""
        has_stopped = self.enrolment is not None and self.enrolment.current_item_key is not None
        return self.outline.done > 0 or has_stopped


@dataclass(frozen=True)
class ModuleInHand:
    """A module at its place in the course."""

    course: CourseInHand
    stage: Stage


@dataclass(frozen=True)
class ItemInHand:
    """A lesson or quiz at its place in the course; `way` is empty while the notice waits."""

    course: CourseInHand
    stage: Stage
    step: Step
    before: Step | None
    after: Step | None
    way: str = ""
    is_notice_due: bool = False

    @property
    def is_done(self) -> bool:
        """Whether the learner has done it."""
        return self.step.state == "done"


def module_in_hand(course: CourseInHand, page: Any) -> ModuleInHand | None:
    """Return a module page at its place, or None if the course promises no such module."""
    stage = course.outline.stage(page.translation_key)
    return None if stage is None else ModuleInHand(course, stage)


def item_in_hand(course: CourseInHand, page: Any, *, way: str, is_notice_due: bool) -> ItemInHand:
    """Return a lesson or quiz page at its place; staff may see one that is in no release yet."""
    key = page.translation_key
    stage, step = course.outline.stage(key), course.outline.step(key)
    if stage is None or step is None:
        step = _step_outside(page)
        parent = link_to(page.get_parent())
        stage = Stage(key, 0, parent.title, parent.url, parent.language, (step,))
    before, after = course.outline.neighbours(key)
    return ItemInHand(course, stage, step, before, after, way, is_notice_due)


def _step_outside(page: Any) -> Step:
    link = link_to(page)
    return Step(
        key=page.translation_key,
        kind=_kind_of(page),
        title=link.title,
        url=link.url,
        language=link.language,
        minutes=page.minutes,
        pass_mark=None,
        state="",
        kind_word=str(_kind_of(page).label),
    )


def _kind_of(page: Any) -> ItemKind:
    if isinstance(page, CasePage):
        return ItemKind.CASE
    if isinstance(page, PracticePage):
        return ItemKind.PRACTICE
    return ItemKind.QUIZ if isinstance(page, QuizPage) else ItemKind.LESSON


def published_content(page: Any) -> Any:
    """Return the page as it was last published, whatever was drafted in it after it was taken down.

    Wagtail writes drafts of a page that is not live into the page's own row.
    """
    if page.live:
        return page
    entry = (
        PageLogEntry.objects.filter(page=page, action="wagtail.publish", revision__isnull=False)
        .select_related("revision")
        .order_by("-timestamp")
        .first()
    )
    return page if entry is None else entry.revision.as_object()


def promise_keys(promise: CoursePromise) -> list[UUID]:
    """Return the keys of the course, its modules and its items."""
    modules = [module.key for module in promise.modules]
    return [promise.course_key, *modules, *(item.key for item in promise.items())]


def course_in_hand(
    release: CourseRelease,
    *,
    enrolment: Enrolment | None = None,
    progress: Progress | None = None,
    is_staff: bool = False,
    linked_ids: Iterable[int] = (),
) -> CourseInHand:
    """Return a released course with today's titles and the learner's progress; one query.

    `linked_ids` are the pages to which the lesson's texts link; their addresses come along.
    """
    promise = release.typed_promise
    links = links_of(promise_keys(promise), linked_ids)
    course = _in_hand(
        promise, links.by_key, enrolment=enrolment, progress=progress, is_staff=is_staff
    )
    return replace(course, page_urls=links.urls_by_id)


def course_not_released(course_page: CoursePage, *, is_staff: bool) -> CourseInHand:
    """Return a course that nobody can join yet, by what its live pages would promise today."""
    promise = build_promise(course_page)
    links = links_by_key(promise_keys(promise))
    return _in_hand(promise, links, is_staff=is_staff, is_released=False)


def with_missing(course: CourseInHand, progress: Progress | None) -> CourseInHand:
    """Return the course with what is missing for its learner; up to three queries."""
    if course.enrolment is None or course.is_completed:
        return course
    return replace(course, missing=missing_in(course.enrolment, progress=progress))


def courses_in_hand(enrolments: Iterable[Enrolment]) -> list[CourseInHand]:
    """Return the courses of these enrolments with progress and what is missing in each.

    Two queries for all, and up to three where a release asks for more than items.
    """
    rows = list(enrolments)
    progress = progress_by_enrolment(rows)
    under_way = [row for row in rows if row.state == EnrolmentState.ACTIVE]
    missing = missing_by_enrolment(under_way, progress=progress)
    keys: set[UUID] = set()
    for row in rows:
        keys.update(promise_keys(row.release.typed_promise))
    links = links_by_key(keys) if keys else {}
    return [
        replace(
            _in_hand(row.release.typed_promise, links, enrolment=row, progress=progress[row.pk]),
            missing=missing.get(row.pk),
        )
        for row in rows
    ]


def _in_hand(
    promise: CoursePromise,
    links: dict[UUID, PageLink],
    *,
    enrolment: Enrolment | None = None,
    progress: Progress | None = None,
    is_staff: bool = False,
    is_released: bool = True,
) -> CourseInHand:
    course = links.get(promise.course_key)
    if course is None or not course.is_live:
        course = PageLink(promise.title, course.url if course else "")
    stopped_at = enrolment.current_item_key if enrolment is not None else None
    return CourseInHand(
        course_key=promise.course_key,
        course=course,
        promise=promise,
        outline=build_outline(promise, links, progress=progress, stopped_at=stopped_at),
        is_pilot=promise.is_pilot,
        enrolment=enrolment,
        is_staff=is_staff,
        is_released=is_released,
    )


def is_certified_by_trainer(enrolment: Enrolment) -> bool:
    """Say whether a trainer issues the certificate, together with those of the cohort."""
    cohort = enrolment.cohort
    return cohort is not None and cohort.certificate_timing == CertificateTiming.BY_TRAINER


def own_enrolments(user: Any) -> list[Enrolment]:
    """Return the enrolments by which a person reads courses, those under way first; one query."""
    rows = Enrolment.objects.readable().filter(learner=user).select_related("release", "cohort")
    return list(rows.order_by("state", "-enrolled_at", "-pk"))


def progress_of_courses(user: Any) -> dict[UUID, CourseInHand]:
    """Return what a person does in each course, by the course's key; three queries."""
    if not user.is_authenticated:
        return {}
    found: dict[UUID, CourseInHand] = {}
    for course in courses_in_hand(own_enrolments(user)):
        found.setdefault(course.course_key, course)
    return found

"""What is known about a learner's attempts, for pages and for the rules of the course."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from wagtail.models import Page

from courses.models import CoursePage, LessonPage, QuizPage
from courses.models.serving import active_language
from courses.page_links import PageLink, link_to, links_by_key
from courses.promises import CoursePromise
from lms.learning.enums import RESULT_STATES, AttemptState, EnrolmentState
from lms.learning.models import Attempt, AttemptItem, Enrolment
from lms.learning.progress import Progress, progress_in


def counted_scores(enrolment: Enrolment) -> dict[UUID, Decimal]:
    """Return the score of the attempt that counts, by quiz, in per cent."""
    rows = enrolment.attempts.filter(counts=True).values_list("quiz_key", "score")
    return {key: score for key, score in rows if score is not None}


def questions_seen(enrolment: Enrolment, quiz_key: UUID) -> Counter[int]:
    """Return how often each question came up in the learner's attempts at this quiz."""
    return Counter(
        AttemptItem.objects.filter(
            attempt__enrolment=enrolment, attempt__quiz_key=quiz_key
        ).values_list("question_version__question_id", flat=True)
    )


@dataclass(frozen=True)
class QuizStanding:
    """Where a learner stands in one quiz; scores in per cent, `attempts_allowed` None for no limit."""

    quiz_key: UUID
    is_enrolment_open: bool
    pass_mark: Decimal
    scale: str
    attempts_allowed: int | None
    in_progress: Attempt | None
    results: tuple[Attempt, ...]
    missing: tuple[PageLink, ...]

    @property
    def attempts_used(self) -> int:
        """How many attempts were begun, the one in progress included."""
        return len(self.results) + (self.in_progress is not None)

    @property
    def attempts_left(self) -> int | None:
        """How many more may be begun; None for no limit."""
        if self.attempts_allowed is None:
            return None
        return max(self.attempts_allowed - self.attempts_used, 0)

    @property
    def is_passed(self) -> bool:
        """Whether one of the attempts passed."""
        return any(attempt.is_passed for attempt in self.results)

    @property
    def best(self) -> Decimal | None:
        """The best score so far."""
        scores = [attempt.score for attempt in self.results if attempt.score is not None]
        return max(scores, default=None)

    @property
    def is_used_up(self) -> bool:
        """Whether no attempt is left, and none is in progress."""
        return self.attempts_left == 0 and self.in_progress is None

    @property
    def may_start(self) -> bool:
        """Whether a new attempt may be begun now."""
        return (
            self.is_enrolment_open
            and not self.missing
            and not self.is_passed
            and self.in_progress is None
            and self.attempts_left != 0
        )


def quiz_standing(
    enrolment: Enrolment, quiz_key: UUID, *, progress: Progress | None = None
) -> QuizStanding:
    """Return where the learner stands in a quiz; raise KeyError if the release has no such quiz.

    `progress` is that of the enrolment, where it is known already.
    """
    promise = enrolment.release.typed_promise
    item = promise.item(quiz_key)
    if item is None or item.pass_mark is None:
        raise KeyError(quiz_key)
    attempts = list(enrolment.attempts.filter(quiz_key=quiz_key).order_by("-number"))
    return QuizStanding(
        quiz_key=quiz_key,
        is_enrolment_open=enrolment.state == EnrolmentState.ACTIVE,
        pass_mark=item.pass_mark,
        scale=str(promise.scale),
        attempts_allowed=item.attempts,
        in_progress=next((a for a in attempts if a.state == AttemptState.IN_PROGRESS), None),
        results=tuple(a for a in attempts if a.state in RESULT_STATES),
        missing=_missing_links(promise, progress or progress_in(enrolment), quiz_key),
    )


def _missing_links(promise: CoursePromise, progress: Progress, key: UUID) -> tuple[PageLink, ...]:
    missing = progress.missing_before(promise, key)
    if not missing:
        return ()
    links = links_by_key(missing)
    items = [item for item in map(promise.item, missing) if item is not None]
    return tuple(links.get(item.key) or PageLink(item.title, "") for item in items)


def quiz_page_of(quiz_key: UUID) -> QuizPage | None:
    """Return the page of a quiz in the active language, live or not, with its quiz."""
    found = QuizPage.objects.filter(translation_key=quiz_key).select_related("quiz", "locale")
    page: QuizPage | None = next(iter(sorted(found, key=_language_rank)), None)
    return page


def lessons_by_path(course_key: UUID, paths: Iterable[str]) -> list[PageLink]:
    """Return links to the lessons at these paths below a course (`modulo-1/leccion-2`).

    They come in the order of the course. Each comes in the active language, else in the source language; paths that lead to no live
    lesson are left out.
    """
    wanted = {path.strip("/") for path in paths if path.strip("/")}
    if not wanted:
        return []
    courses = CoursePage.objects.filter(translation_key=course_key).values_list(
        "url_path", flat=True
    )
    full = {f"{course}{path}/": path for course in courses for path in wanted}
    found = LessonPage.objects.live().filter(url_path__in=full).select_related("locale")
    best: dict[str, LessonPage] = {}
    for lesson in sorted(found, key=_language_rank):
        best.setdefault(full[lesson.url_path], lesson)
    return [link_to(lesson) for lesson in sorted(best.values(), key=lambda page: page.path)]


def _language_rank(page: Page) -> tuple[bool, bool]:
    """Order pages: the active language first, then the source language."""
    code = page.locale.language_code
    return (code != active_language(), code != settings.LANGUAGE_CODE)

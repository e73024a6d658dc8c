"""What is known about a learner's attempts, for pages and for the rules of the course."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.db.models import Max, Q, Sum
from wagtail.models import Page

from courses.enums import ItemKind, QuizMode
from courses.models import CoursePage, LessonPage, Quiz, QuizPage
from courses.models.serving import active_language
from courses.page_links import PageLink, link_to, links_by_key
from courses.promises import CoursePromise, PromisedItem
from courses.texts import in_language
from lms.learning.attempts.rules import AttemptRule
from lms.learning.booster_keys import ALL_BOOSTER_KEYS
from lms.learning.completion import may_begin
from lms.learning.enums import RESULT_STATES, AttemptState
from lms.learning.models import Allowance, Attempt, AttemptItem, Enrolment
from lms.learning.progress import Progress, progress_in

DONE_UNCOUNTED = (AttemptState.SUBMITTED, AttemptState.MARKED)
"""Where nothing counts, an attempt in one of these was done."""


def counted_scores(enrolment: Enrolment) -> dict[UUID, Decimal]:
    """Return the score of the attempt that counts, by quiz, in per cent."""
    attempts = enrolment.attempts.filter(counts=True).exclude(quiz_key__in=ALL_BOOSTER_KEYS)
    rows = attempts.values_list("quiz_key", "score")
    return {key: score for key, score in rows if score is not None}


def questions_seen(enrolment: Enrolment, quiz_key: UUID) -> Counter[int]:
    """Return how often each question came up in the learner's attempts at this quiz."""
    return Counter(
        AttemptItem.objects.filter(
            attempt__enrolment=enrolment, attempt__quiz_key=quiz_key
        ).values_list("question_version__question_id", flat=True)
    )


def questions_compared(enrolment: Enrolment, quiz: Quiz) -> frozenset[int]:
    """Return the questions that came up in the pre-test with which this quiz is compared.

    A question that was met before would measure memory and not what the course taught.
    """
    if quiz.compared_with_id is None:
        return frozenset()
    pages = QuizPage.objects.filter(quiz=quiz.compared_with_id)
    keys = list(pages.values_list("translation_key", flat=True))
    found = AttemptItem.objects.filter(attempt__enrolment=enrolment, attempt__quiz_key__in=keys)
    return frozenset(found.values_list("question_version__question_id", flat=True))


@dataclass(frozen=True)
class Allowed:
    """What was allowed to one learner at one quiz, all together."""

    minutes: int = 0
    attempts: int = 0
    attempts_granted_at: datetime | None = None


def allowed(enrolment: Enrolment, quiz_key: UUID) -> Allowed:
    """Return the sum of the learner's allowances at a quiz."""
    rows = Allowance.objects.filter(enrolment=enrolment, quiz_key=quiz_key)
    found = rows.aggregate(
        minutes=Sum("extra_minutes"),
        attempts=Sum("extra_attempts"),
        granted_at=Max("granted_at", filter=Q(extra_attempts__gt=0)),
    )
    return Allowed(found["minutes"] or 0, found["attempts"] or 0, found["granted_at"])


def retry_at(attempts: Sequence[Attempt], wait_minutes: int, extra: Allowed) -> datetime | None:
    """Return when another attempt may be begun, after the waiting time; None if there is no wait.

    An attempt that a trainer allowed after the last one was handed in waits for nothing.
    """
    handed_in = [one.submitted_at for one in attempts if one.submitted_at is not None]
    if not handed_in or not wait_minutes:
        return None
    last = max(handed_in)
    if extra.attempts_granted_at is not None and extra.attempts_granted_at >= last:
        return None
    return last + timedelta(minutes=wait_minutes)


def quiz_of(quiz_key: UUID) -> Quiz | None:
    """Return the settings of a quiz as they are now."""
    found: Quiz | None = Quiz.objects.filter(pages__translation_key=quiz_key).first()
    return found


def is_closed_for_everybody(quiz_key: UUID, now: datetime) -> bool:
    """Whether nobody can answer the quiz any more: it has closed, and no attempt is under way."""
    quiz = quiz_of(quiz_key)
    if quiz is None:
        return True
    if quiz.closes_at is None or now < quiz.closes_at:
        return False
    under_way = Attempt.objects.filter(quiz_key=quiz_key, state=AttemptState.IN_PROGRESS)
    return not under_way.exists()


def is_held_back(quiz_key: UUID, rule: AttemptRule, now: datetime) -> bool:
    """Whether a result waits for the closing; without a closing date nothing ever would come."""
    if not rule.waits_for_closing:
        return False
    quiz = quiz_of(quiz_key)
    has_closing = quiz is not None and quiz.closes_at is not None
    return has_closing and not is_closed_for_everybody(quiz_key, now)


@dataclass(frozen=True)
class QuizStanding:
    """Where a learner stands in one quiz; scores in per cent, `attempts_allowed` None for no limit.

    `retry_at` is when another attempt may be begun, if there is a waiting time; `is_open_now` is
    false before the quiz opens and after it closed, `has_opened` only before.
    """

    item: PromisedItem
    is_enrolment_open: bool
    scale: str
    attempts_allowed: int | None
    attempts: tuple[Attempt, ...]
    missing: tuple[PageLink, ...]
    is_open_now: bool = True
    has_opened: bool = True
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    time_limit_minutes: int | None = None
    retry_at: datetime | None = None
    is_marked_done: bool = False

    @property
    def quiz_key(self) -> UUID:
        """The key of the quiz."""
        return self.item.key

    @property
    def pass_mark(self) -> Decimal | None:
        """The pass mark of the release; None where nothing counts."""
        return self.item.pass_mark

    @property
    def is_survey(self) -> bool:
        """Whether there is no right answer."""
        return self.item.mode == QuizMode.SURVEY

    @property
    def in_progress(self) -> Attempt | None:
        """The attempt under way."""
        found = (one for one in self.attempts if one.state == AttemptState.IN_PROGRESS)
        return next(found, None)

    @property
    def waiting(self) -> Attempt | None:
        """The attempt that was handed in and has no result yet."""
        found = (one for one in self.attempts if one.state == AttemptState.SUBMITTED)
        return next(found, None)

    @property
    def results(self) -> tuple[Attempt, ...]:
        """The attempts with a result, and those that were annulled; the newest first."""
        shown = (*RESULT_STATES, AttemptState.ANNULLED)
        return tuple(one for one in self.attempts if one.state in shown)

    @property
    def attempts_left(self) -> int | None:
        """How many more may be begun; None for no limit."""
        if self.attempts_allowed is None:
            return None
        return max(self.attempts_allowed - len(self.attempts), 0)

    @property
    def counting(self) -> Attempt | None:
        """The attempt that counts."""
        return next((one for one in self.attempts if one.counts), None)

    @property
    def is_passed(self) -> bool:
        """Whether the attempt that counts passed."""
        return self.counting is not None and self.counting.is_passed is True

    @property
    def is_exempt(self) -> bool:
        """Whether a trainer let the learner off it: it is done for the course, without a pass."""
        return self.is_marked_done and self.item.is_counted and not self.is_passed

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do: passed, let off, or handed in where nothing counts."""
        if self.item.is_counted:
            return self.is_passed or self.is_exempt
        return any(one.state in {*DONE_UNCOUNTED} for one in self.attempts)

    @property
    def score(self) -> Decimal | None:
        """The score that counts so far."""
        return self.counting.score if self.counting else None

    @property
    def is_used_up(self) -> bool:
        """Whether no attempt is left, and none is in progress."""
        return self.attempts_left == 0 and self.in_progress is None

    @property
    def may_start(self) -> bool:
        """Whether a new attempt may be begun now."""
        return (
            self.is_enrolment_open
            and self.is_open_now
            and not self.missing
            and not self.is_done
            and self.in_progress is None
            and self.waiting is None
            and self.retry_at is None
            and self.attempts_left != 0
        )


def quiz_standing(
    enrolment: Enrolment, quiz_key: UUID, *, now: datetime, progress: Progress | None = None
) -> QuizStanding:
    """Return where the learner stands in a quiz; raise KeyError if the release has no such quiz.

    `progress` is that of the enrolment, where it is known already.
    """
    promise = enrolment.release.typed_promise
    item = promise.item(quiz_key)
    if item is None or item.kind != ItemKind.QUIZ:
        raise KeyError(quiz_key)
    quiz = quiz_of(quiz_key)
    extra = allowed(enrolment, quiz_key)
    attempts = tuple(enrolment.attempts.filter(quiz_key=quiz_key).order_by("-number"))
    again_at = retry_at(attempts, quiz.wait_minutes if quiz else 0, extra)
    progress = progress or progress_in(enrolment)
    return QuizStanding(
        item=item,
        is_enrolment_open=may_begin(enrolment, item),
        scale=str(promise.scale),
        attempts_allowed=None if item.attempts is None else item.attempts + extra.attempts,
        attempts=attempts,
        missing=_missing_links(promise, progress, quiz_key),
        is_open_now=quiz is None or is_open(quiz, now),
        has_opened=quiz is None or quiz.opens_at is None or quiz.opens_at <= now,
        opens_at=quiz.opens_at if quiz else None,
        closes_at=quiz.closes_at if quiz else None,
        time_limit_minutes=quiz.time_limit_minutes if quiz else None,
        retry_at=again_at if again_at is not None and now < again_at else None,
        is_marked_done=quiz_key in progress.done,
    )


def is_open(quiz: Quiz, now: datetime) -> bool:
    """Whether an attempt may be begun by the dates of the quiz."""
    has_opened = quiz.opens_at is None or quiz.opens_at <= now
    return has_opened and (quiz.closes_at is None or now < quiz.closes_at)


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


@dataclass(frozen=True)
class BrokenRule:
    """A rule of safety that was broken, and the lesson that says why it is one."""

    position: int
    rule: str
    lesson: str


def safety_rules(attempt: Attempt) -> list[BrokenRule]:
    """Return the rules of safety that were broken in an attempt, in the active language."""
    if not attempt.safety_errors:
        return []
    items = attempt.items.filter(position__in=attempt.safety_errors).order_by("position")
    commons = [
        (item.position, item.question_version.typed_content.common)
        for item in items.select_related("question_version")
    ]
    return [
        BrokenRule(position, in_language(common.safety_rules), common.lesson)
        for position, common in commons
    ]


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

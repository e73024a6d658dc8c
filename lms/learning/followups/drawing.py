"""Which ten questions a booster asks: first what was wrong or never seen, and what is a rule of safety.

They come from the quizzes of the course that show their answers today. An exam gives none, and
neither does a quiz whose explanations still wait for its closing: nothing may leak from here.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from courses.enums import FeedbackTiming, ItemKind, QuizMode
from courses.models import CourseRelease, Question, QuizPage
from courses.question_types import question_type
from lms.learning.attempts.draws import candidates, shuffled
from lms.learning.attempts.queries import is_closed_for_everybody
from lms.learning.enums import RESULT_STATES
from lms.learning.models import AttemptItem, Booster, Enrolment, Regrade

ASKED = 10
EXCHANGED = 3
"""How many are exchanged where the same ones would come twice in a row."""
OPEN_MODES = frozenset({QuizMode.GRADED, QuizMode.DIAGNOSIS})
SHOWING = frozenset({FeedbackTiming.AFTER_EACH, FeedbackTiming.AT_END})


@dataclass(frozen=True)
class Known:
    """A question that may be asked; `was_right` is how it went last, None if it was never seen."""

    pk: int
    is_critical: bool
    was_right: bool | None

    @property
    def rank(self) -> int:
        """The lower, the sooner it is asked."""
        order = (False, None, True)
        place = order.index(self.was_right)
        if self.was_right:
            return 4 if self.is_critical else 5
        return place if self.is_critical else place + 2


def choose(pool: Sequence[Known], *, before: Collection[int], seed: str) -> list[int]:
    """Return the numbers of up to ten questions; the same for the same seed.

    Within a rank chance decides, after those that stood in the booster `before`. The same ones never
    come twice in a row, unless there are no others.
    """
    mixed = shuffled(pool, seed, "booster", lambda one: one.pk)
    ranked = sorted(mixed, key=lambda one: (one.rank, one.pk in before))
    chosen, others = ranked[:ASKED], ranked[ASKED:]
    if {one.pk for one in chosen} == set(before) and others:
        fresh = others[:EXCHANGED]
        chosen = chosen[: len(chosen) - len(fresh)] + fresh
    return [one.pk for one in sorted(chosen, key=lambda one: not one.is_critical)]


def booster_questions(enrolment: Enrolment, *, seed: str, now: datetime) -> list[Question]:
    """Return the questions of a learner's next booster, in their order; empty if there are none."""
    pool = open_questions(enrolment.release, now=now)
    results = _last_results(enrolment)
    known = [Known(pk, is_critical(question), results.get(pk)) for pk, question in pool.items()]
    return [pool[pk] for pk in choose(known, before=_asked_before(enrolment), seed=seed)]


def is_critical(question: Question) -> bool:
    """Whether a mistake in it could put somebody in danger."""
    version = question.live_version
    return version is not None and bool(version.typed_content.common.is_critical)


def open_questions(release: CourseRelease, *, now: datetime) -> dict[int, Question]:
    """Return the live questions of a release's quizzes that may be asked in the open, by number.

    Only what a machine marks, and that has a right answer; none whose version was corrected for
    everybody because it was wrong.
    """
    items = release.typed_promise.items()
    keys = [item.key for item in items if item.kind == ItemKind.QUIZ and item.mode in OPEN_MODES]
    found = {question.pk: question for key in keys for question in _of_quiz(key, now)}
    versions = [question.live_version_id for question in found.values()]
    rows = Regrade.objects.filter(question_version__in=versions)
    wrong = set(rows.values_list("question_version_id", flat=True))
    return {
        pk: question
        for pk, question in found.items()
        if question.live_version_id not in wrong and _is_fit(question)
    }


def _of_quiz(key: UUID, now: datetime) -> Iterable[Question]:
    page = QuizPage.objects.filter(translation_key=key).select_related("quiz").first()
    if page is None or page.quiz.mode not in OPEN_MODES:
        return
    feedback = page.quiz.feedback
    is_late = feedback == FeedbackTiming.AFTER_CLOSING and is_closed_for_everybody(key, now)
    if feedback not in SHOWING and not is_late:
        return
    rows = page.quiz.sources.select_related("question__live_version", "category")
    for source in rows.order_by("sort_order", "pk"):
        if source.question is not None:
            yield source.question
        else:
            yield from candidates(source)


def _is_fit(question: Question) -> bool:
    version = question.live_version
    if version is None:
        return False
    kind = question_type(version.kind)
    if not kind.takes_answer or kind.is_marked_by_hand:
        return False
    return not version.typed_content.common.is_opinion


def _last_results(enrolment: Enrolment) -> dict[int, bool]:
    """Return how each question went when the learner last met it, boosters included."""
    rows = AttemptItem.objects.filter(
        attempt__enrolment=enrolment,
        attempt__state__in=RESULT_STATES,
        mark__isnull=False,
        is_dropped=False,
    ).order_by("attempt__submitted_at", "pk")
    found = rows.values_list("question_version__question_id", "mark", "max_mark")
    return {pk: mark >= most for pk, mark, most in found if mark is not None}


def _asked_before(enrolment: Enrolment) -> set[int]:
    last = (
        Booster.objects.filter(enrolment=enrolment, attempt__isnull=False)
        .order_by("-attempt__started_at")
        .first()
    )
    if last is None:
        return set()
    rows = AttemptItem.objects.filter(attempt=last.attempt_id)
    return set(rows.values_list("question_version__question_id", flat=True))

"""Attempts with their results, written straight into the record, for tests of the sums."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from courses.enums import QuizMode
from courses.models import Question, Quiz, QuizPage
from courses.question_types import question_type
from lms.learning.attempts.rules import mark_of
from lms.learning.enums import AttemptState
from lms.learning.models import Attempt, AttemptItem, Enrolment, QuizStatistic, Response
from tests.factories import EnrolmentFactory
from tests.learning.cast import Cast, make_cast

NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
RULE = {
    "pass_mark": "70",
    "attempts": None,
    "layout": "one_per_page",
    "feedback": "at_end",
}


@dataclass
class Scene:
    """A course with one quiz, its questions, and the cast."""

    cast: Cast
    enrolments: list[Enrolment] = field(default_factory=list)

    @property
    def questions(self) -> list[Question]:
        return self.cast.made.questions

    @property
    def page(self) -> QuizPage:
        assert self.cast.made.quiz_page is not None
        return self.cast.made.quiz_page

    @property
    def quiz(self) -> Quiz:
        assert self.cast.made.quiz is not None
        return self.cast.made.quiz

    @property
    def quiz_key(self) -> UUID:
        key: UUID = self.page.translation_key
        return key

    def enrol(self) -> Enrolment:
        made: Enrolment = EnrolmentFactory(release=self.cast.release)
        self.enrolments.append(made)
        return made

    def add_pre_test(self) -> UUID:
        """Make the quiz a post-test, compared with a pre-test of the same questions."""
        before = Quiz.objects.create(name="Antes", slug="antes", mode=QuizMode.DIAGNOSIS)
        page = self.cast.made.modules[0].add_child(
            instance=QuizPage(
                title="Antes", slug="antes", minutes=5, quiz=before, locale=self.page.locale
            )
        )
        self.quiz.mode = QuizMode.DIAGNOSIS
        self.quiz.compared_with = before
        self.quiz.save()
        key: UUID = page.translation_key
        return key


def make_scene(**changes: Any) -> Scene:
    """Return a scene whose questions all have the right answer `a` among four."""
    cast = make_cast()
    for name, value in changes.items():
        setattr(cast.made.quiz, name, value)
    assert cast.made.quiz is not None
    cast.made.quiz.save()
    return Scene(cast)


def sit(
    scene: Scene,
    answers: Sequence[str | None],
    *,
    enrolment: Enrolment | None = None,
    number: int = 1,
    state: str = AttemptState.MARKED,
    quiz_key: UUID | None = None,
    seconds: int = 40,
    **changes: Any,
) -> Attempt:
    """Return an attempt; each answer is the letter of an option, letters, or None for nothing."""
    attempt = Attempt.objects.create(
        enrolment=enrolment or scene.enrol(),
        quiz_key=quiz_key or scene.quiz_key,
        number=number,
        mode=changes.pop("mode", scene.quiz.mode),
        rule={**RULE, **changes.pop("rule", {})},
        started_at=NOW,
    )
    shown = changes.pop("shown", len(answers))
    for position, letters in enumerate(answers, start=1):
        version = scene.questions[position - 1].live_version
        assert version is not None
        given = None if letters is None else {"chosen": list(letters)}
        fraction = question_type(version.kind).mark(version.typed_content, given)
        item = AttemptItem.objects.create(
            attempt=attempt,
            position=position,
            slot=position,
            question_version=version,
            option_order=list("abcd"),
            max_mark=Decimal(position),
            mark=mark_of(fraction, Decimal(position)),
            shown_at=NOW + timedelta(minutes=position) if position <= shown else None,
        )
        if given is not None:
            Response.objects.create(
                item=item,
                given=given,
                sequence=1,
                saved_at=NOW + timedelta(minutes=position, seconds=seconds),
            )
    if state in (AttemptState.MARKED, AttemptState.EXPIRED):
        give_result(attempt)
    if state != AttemptState.IN_PROGRESS:
        attempt.state = state
        attempt.submitted_at = NOW + timedelta(minutes=30)
    for name, value in changes.items():
        setattr(attempt, name, value)
    attempt.save()
    return attempt


def give_result(attempt: Attempt) -> None:
    """Set the score from the marks of the questions that were not dropped."""
    if attempt.mode == QuizMode.SURVEY:
        return
    items = attempt.items.filter(is_dropped=False)
    most = sum((Fraction(item.max_mark) for item in items), Fraction(0))
    earned = sum((Fraction(item.mark or 0) for item in items), Fraction(0))
    exact = earned / most * 100 if most else Fraction(100)
    attempt.score = Decimal((exact * 10_000).__floor__()).scaleb(-4)
    attempt.is_passed = None if attempt.mode == QuizMode.DIAGNOSIS else exact >= 70


def annul(attempt: Attempt) -> None:
    """Annul an attempt as the engine does, with the call that it owes to the statistics."""
    Attempt.objects.filter(pk=attempt.pk).update(
        state=AttemptState.ANNULLED, annulled_at=NOW, annulled_reason="Prueba", counts=False
    )
    QuizStatistic.objects.mark_stale(attempt.quiz_key)


def drop_question(scene: Scene, number: int) -> None:
    """Drop a question from every attempt as a regrade does."""
    version = scene.questions[number].live_version
    AttemptItem.objects.filter(question_version=version).update(is_dropped=True)
    keys = set()
    for attempt in Attempt.objects.filter(items__question_version=version, score__isnull=False):
        give_result(attempt)
        attempt.save()
        keys.add(attempt.quiz_key)
    for key in keys:
        QuizStatistic.objects.mark_stale(key)

"""Opening an attempt again: what comes back, what is refused, what others are told."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from courses.enums import FeedbackTiming, QuizMode
from lms.accounts.models import User
from lms.core.models import AuditEvent
from lms.core.queries import read_reason
from lms.learning.attempts.services import (
    ReopeningRefused,
    grant_allowance,
    reopen_attempt,
    save_response,
    submit_attempt,
)
from lms.learning.enums import AppealState, AttemptState, EnrolmentState, MarkKind, NoticeKind
from lms.learning.models import (
    Appeal,
    Attempt,
    AttemptItem,
    Enrolment,
    ItemMark,
    Notice,
    QuizStatistic,
)
from tests.factories import UserFactory
from tests.learning.attempts.cases import NOW, Case, make_case

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def trainer() -> User:
    return UserFactory()


def closed(case: Case, *letters: str) -> Attempt:
    attempt = case.start()
    case.answer(attempt, *letters)
    submit_attempt(attempt=attempt, acting_user=case.learner, now=NOW)
    attempt.refresh_from_db()
    return attempt


def reopen(attempt: Attempt, trainer: User, **changes: Any) -> Attempt:
    values: dict[str, Any] = {
        "attempt": attempt,
        "minutes": 30,
        "reason": "Se cortó la luz.",
        "acting_user": trainer,
        "now": LATER,
    }
    return reopen_attempt(**{**values, **changes})


def test_failed_attempt_goes_on_where_it_stopped(trainer: User) -> None:
    case = make_case(feedback=FeedbackTiming.NONE)
    attempt = closed(case, "b", "a", "b")
    assert (attempt.state, attempt.counts, attempt.is_passed) == ("marked", True, False)
    Attempt.objects.filter(pk=attempt.pk).update(is_in_statistics=True)
    QuizStatistic.objects.create(quiz_key=case.quiz_key, histogram=[0] * 21)

    found = reopen(attempt, trainer)

    row = Attempt.objects.get(pk=attempt.pk)
    assert found.pk == row.pk
    assert row.state == AttemptState.IN_PROGRESS
    assert row.due_at == LATER + timedelta(minutes=30)
    assert (row.submitted_at, row.marked_at, row.score, row.is_passed) == (None,) * 4
    assert (row.counts, row.safety_errors, row.section_results) == (False, [], [])
    items = list(row.items.order_by("position").values_list("mark", "response__given"))
    assert [mark for mark, _given in items] == [None, None, None]
    assert [given["chosen"] for _mark, given in items] == [["b"], ["a"], ["b"]]
    assert QuizStatistic.objects.get().is_stale
    event = AuditEvent.objects.get(action="attempt_reopened")
    assert (event.actor_id, event.target_id) == (trainer.pk, str(row.pk))
    assert read_reason(event) == "Se cortó la luz."
    notice = Notice.objects.get(learner=case.learner, kind=NoticeKind.ATTEMPT_REOPENED)
    assert (notice.words, notice.attempt) == ("Se cortó la luz.", row)

    for position, letter in enumerate("aaa", start=1):
        save_response(
            attempt=row,
            position=position,
            posted={"": [letter]},
            sequence=9,
            acting_user=case.learner,
            now=LATER,
        )
    again = submit_attempt(attempt=row, acting_user=case.learner, now=LATER)
    assert (again.state, again.is_passed) == (AttemptState.MARKED, True)
    assert Enrolment.objects.get(pk=case.enrolment.pk).state == EnrolmentState.COMPLETED


def test_attempt_that_waits_for_a_marker_waits_no_more(trainer: User) -> None:
    case = make_case()
    attempt = closed(case, "a", "a", "a")
    Attempt.objects.filter(pk=attempt.pk).update(
        state=AttemptState.SUBMITTED, score=None, is_passed=None, counts=False, marked_at=None
    )
    AttemptItem.objects.filter(attempt=attempt, position=1).update(is_waiting=True, mark=None)
    Enrolment.objects.filter(pk=case.enrolment.pk).update(
        state=EnrolmentState.ACTIVE, completed_at=None
    )

    reopen(attempt, trainer)

    assert Attempt.objects.get(pk=attempt.pk).state == AttemptState.IN_PROGRESS
    assert not AttemptItem.objects.filter(attempt=attempt, is_waiting=True).exists()


def test_reopening_twice_keeps_the_first_clock(trainer: User) -> None:
    attempt = closed(make_case(feedback=FeedbackTiming.NONE), "b", "b", "b")
    reopen(attempt, trainer)

    again = reopen(attempt, trainer, minutes=90, now=LATER + timedelta(minutes=5))

    assert again.due_at == LATER + timedelta(minutes=30)
    assert AuditEvent.objects.filter(action="attempt_reopened").count() == 1


def test_extra_minutes_add_to_the_clock_of_a_reopened_attempt(trainer: User) -> None:
    case = make_case(feedback=FeedbackTiming.NONE, time_limit_minutes=20)
    attempt = closed(case, "b", "b", "b")
    reopen(attempt, trainer)

    grant_allowance(
        enrolment=case.enrolment,
        quiz_key=case.quiz_key,
        extra_minutes=15,
        extra_attempts=0,
        reason="Pidió más tiempo.",
        acting_user=trainer,
        now=LATER,
    )

    assert Attempt.objects.get(pk=attempt.pk).due_at == LATER + timedelta(minutes=45)


@pytest.mark.parametrize("feedback", [FeedbackTiming.AT_END, FeedbackTiming.MARKS_ONLY])
def test_what_was_told_already_is_refused(trainer: User, feedback: FeedbackTiming) -> None:
    attempt = closed(make_case(feedback=feedback), "b", "b", "b")

    with pytest.raises(ReopeningRefused):
        reopen(attempt, trainer)

    assert Attempt.objects.get(pk=attempt.pk).state == AttemptState.MARKED


def test_feedback_that_was_read_while_answering_is_refused(trainer: User) -> None:
    case = make_case(feedback=FeedbackTiming.AFTER_EACH)
    attempt = case.start()
    save_response(
        attempt=attempt,
        position=1,
        posted={"": ["b"]},
        sequence=1,
        is_final=True,
        acting_user=case.learner,
        now=NOW,
    )
    submit_attempt(attempt=attempt, acting_user=case.learner, now=NOW)
    Attempt.objects.filter(pk=attempt.pk).update(
        state=AttemptState.SUBMITTED, score=None, is_passed=None, counts=False
    )

    with pytest.raises(ReopeningRefused):
        reopen(attempt, trainer)


def test_exam_that_has_closed_for_everybody_stays_closed(trainer: User) -> None:
    case = make_case(mode=QuizMode.EXAM, closes_at=NOW + timedelta(days=1))
    attempt = closed(case, "b", "b", "b")
    assert attempt.state == AttemptState.SUBMITTED

    with pytest.raises(ReopeningRefused):
        reopen(attempt, trainer, now=NOW + timedelta(days=2))

    reopen(attempt, trainer)
    assert Attempt.objects.get(pk=attempt.pk).state == AttemptState.IN_PROGRESS


def _other_under_way(case: Case, attempt: Attempt) -> None:
    Attempt.objects.create(
        enrolment=case.enrolment,
        quiz_key=case.quiz_key,
        number=2,
        rule=attempt.rule,
        started_at=NOW,
    )


def _passed(case: Case, attempt: Attempt) -> None:
    Attempt.objects.filter(pk=attempt.pk).update(is_passed=True, score=100)


def _ended(case: Case, attempt: Attempt) -> None:
    Enrolment.objects.filter(pk=case.enrolment.pk).update(state=EnrolmentState.EXPIRED)


def _annulled(case: Case, attempt: Attempt) -> None:
    Attempt.objects.filter(pk=attempt.pk).update(
        state=AttemptState.ANNULLED, annulled_at=NOW, annulled_reason="No.", counts=False
    )


def _marked_by_somebody(case: Case, attempt: Attempt) -> None:
    item = attempt.items.order_by("position")[0]
    ItemMark.objects.create(item=item, kind=MarkKind.FIRST, mark=0, created_at=timezone.now())


def _objected(case: Case, attempt: Attempt) -> None:
    Appeal.objects.create(attempt=attempt, text="No.", created_at=NOW, state=AppealState.OPEN)


@pytest.mark.parametrize(
    "happened",
    [_other_under_way, _passed, _ended, _annulled, _marked_by_somebody, _objected],
)
def test_reopening_is_refused(trainer: User, happened: Any) -> None:
    case = make_case(feedback=FeedbackTiming.NONE)
    attempt = closed(case, "b", "b", "b")
    happened(case, attempt)
    before = Attempt.objects.filter(pk=attempt.pk).values().get()

    with pytest.raises(ReopeningRefused):
        reopen(attempt, trainer)

    assert Attempt.objects.filter(pk=attempt.pk).values().get() == before
    assert not Notice.objects.filter(kind=NoticeKind.ATTEMPT_REOPENED).exists()


@pytest.mark.parametrize("changes", [{"reason": "  "}, {"minutes": 0}, {"minutes": 601}])
def test_reopening_needs_a_reason_and_minutes(trainer: User, changes: dict[str, Any]) -> None:
    attempt = closed(make_case(feedback=FeedbackTiming.NONE), "b", "b", "b")

    with pytest.raises(ReopeningRefused):
        reopen(attempt, trainer, **changes)


def test_nobody_reopens_an_attempt_of_her_own() -> None:
    case = make_case(feedback=FeedbackTiming.NONE)
    attempt = closed(case, "b", "b", "b")

    with pytest.raises(ReopeningRefused):
        reopen(attempt, case.learner)


def test_diagnosis_is_not_reopened(trainer: User) -> None:
    attempt = closed(make_case(mode=QuizMode.DIAGNOSIS, feedback=FeedbackTiming.NONE), "b")

    with pytest.raises(ReopeningRefused):
        reopen(attempt, trainer)

"""Many requests at the same moment, each with a connection of its own to a real database."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from courses.enums import QuizMode
from lms.core.models import AuditEvent
from lms.learning.attempts.services import (
    AttemptClosed,
    save_response,
    start_attempt,
    submit_attempt,
)
from lms.learning.attempts.surveying import GivenAnswer, count_sheet
from lms.learning.enums import AttemptState, EnrolmentState
from lms.learning.models import Attempt, AttemptItem, Enrolment, Response, SurveyTally
from lms.learning.signals import course_completed
from tests.learning.attempts.cases import NOW, make_case

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.xdist_group("races"),  # fifty connections at once are enough for one server
]

CROWD = 50


@pytest.fixture
def heard() -> Iterator[list[int]]:
    """Listen to `course_completed` alone, so that no certificate is rendered meanwhile."""
    others, course_completed.receivers = course_completed.receivers, []
    enrolments: list[int] = []

    def hear(enrolment: Enrolment, **kwargs: Any) -> None:
        enrolments.append(enrolment.pk)

    course_completed.connect(hear)
    yield enrolments
    course_completed.receivers = others


def all_at_once(work: Callable[[int], Any], count: int = CROWD) -> list[Any]:
    """Return what each of `count` threads answered, all let go at the same moment."""
    barrier = Barrier(count)

    def run(number: int) -> Any:
        try:
            barrier.wait(timeout=30)
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=count) as pool:
        return list(pool.map(run, range(count)))


def test_fifty_starts_give_one_attempt():
    case = make_case(questions=3)
    attempts = all_at_once(lambda _number: case.start().pk)
    assert len(set(attempts)) == 1
    assert Attempt.objects.count() == 1
    assert AttemptItem.objects.count() == 3
    assert AuditEvent.objects.filter(action="attempt_started").count() == 1


def test_fifty_submissions_give_one_result_and_one_signal(heard):
    case = make_case(questions=3)
    attempt = case.start()
    case.answer(attempt, "a", "a", "a")
    results = all_at_once(
        lambda _number: submit_attempt(attempt=attempt, acting_user=case.learner, now=NOW)
    )
    assert {(result.pk, result.score, result.is_passed) for result in results} == {
        (attempt.pk, 100, True)
    }
    assert heard == [case.enrolment.pk]
    assert AuditEvent.objects.filter(action="attempt_submitted").count() == 1
    assert Enrolment.objects.get(pk=case.enrolment.pk).state == EnrolmentState.COMPLETED


def test_answers_that_race_a_submission_are_counted_or_refused_never_half():
    case = make_case(questions=2, lessons=1)
    attempt = case.start()

    def work(number: int) -> str:
        if number == 20:
            submit_attempt(attempt=attempt, acting_user=case.learner, now=NOW)
            return "submitted"
        try:
            save_response(
                attempt=attempt,
                position=number % 2 + 1,
                posted={"": ["a"]},
                sequence=number + 1,
                acting_user=case.learner,
                now=NOW,
            )
        except AttemptClosed:
            return "refused"
        return "saved"

    answers = all_at_once(work)
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.MARKED
    assert attempt.score == 50 * Response.objects.count()
    assert {item.mark for item in AttemptItem.objects.filter(response__isnull=False)} <= {1}
    refused = AuditEvent.objects.filter(action="response_refused").count()
    assert refused == answers.count("refused")


def test_of_fifty_answers_the_highest_sequence_stays():
    case = make_case(questions=1)
    attempt = case.start()
    all_at_once(
        lambda number: save_response(
            attempt=attempt,
            position=1,
            posted={"": ["abcd"[number % 4]]},
            sequence=number + 1,
            acting_user=case.learner,
            now=NOW,
        )
    )
    response = Response.objects.get()
    assert (response.sequence, response.given) == (CROWD, {"chosen": ["abcd"[(CROWD - 1) % 4]]})


def test_two_learners_start_at_the_same_moment_without_waiting_for_each_other():
    first, second = make_case(slug="uno"), make_case(slug="dos")

    def work(number: int) -> int:
        case = (first, second)[number % 2]
        return start_attempt(
            enrolment=case.enrolment, quiz_key=case.quiz_key, acting_user=case.learner, now=NOW
        ).pk

    assert len(set(all_at_once(work, count=10))) == 2


def test_sheets_of_an_anonymous_survey_that_come_at_once_are_all_counted():
    case = make_case(questions=2, mode=QuizMode.SURVEY, is_anonymous=True)
    versions = [question.live_version for question in case.made.questions]

    def hand_in(number: int) -> None:
        letter = "ab"[number % 2]
        with transaction.atomic():
            count_sheet(
                case.quiz_key, [GivenAnswer(version, {"chosen": [letter]}) for version in versions]
            )

    all_at_once(hand_in, 12)
    counts = SurveyTally.objects.filter(quiz_key=case.quiz_key)
    assert sorted(counts.values_list("answer_key", "count")) == [
        ("", 12),
        ("", 12),
        ("a", 6),
        ("a", 6),
        ("b", 6),
        ("b", 6),
    ]

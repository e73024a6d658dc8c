"""Time is the server's: openings, closings, limits, waiting, extra minutes."""

from datetime import timedelta
from decimal import Decimal

import pytest

from courses.enums import AttemptCounting, FeedbackTiming, QuizMode
from lms.core.models import AuditEvent
from lms.learning.attempts.services import (
    AllowanceRefused,
    AnnulmentRefused,
    AttemptClosed,
    AttemptRefused,
    annul_attempt,
    close_overdue,
    grant_allowance,
    release_held_results,
    save_response,
    start_attempt,
    submit_attempt,
)
from lms.learning.enums import AttemptState, EnrolmentState
from lms.learning.models import Attempt, Response
from lms.learning.progress import progress_in
from lms.learning.tasks import close_overdue_attempts
from lms.learning.tasks import release_held_results as release_task
from tests.factories import UserFactory
from tests.learning.attempts.cases import NOW, make_case

pytestmark = pytest.mark.django_db


def start(case, now=NOW):
    return start_attempt(
        enrolment=case.enrolment, quiz_key=case.quiz_key, acting_user=case.learner, now=now
    )


def answer(case, attempt, letter, *, position=1, sequence=1, now=NOW):
    return save_response(
        attempt=attempt,
        position=position,
        posted={"": [letter]},
        sequence=sequence,
        acting_user=case.learner,
        now=now,
    )


def submit(case, attempt, now=NOW):
    return submit_attempt(attempt=attempt, acting_user=case.learner, now=now)


def after(minutes):
    return NOW + timedelta(minutes=minutes)


def allow(case, *, minutes=0, attempts=0, reason="Lector de pantalla", now=NOW):
    return grant_allowance(
        enrolment=case.enrolment,
        quiz_key=case.quiz_key,
        extra_minutes=minutes,
        extra_attempts=attempts,
        reason=reason,
        acting_user=UserFactory(),
        now=now,
    )


# --- Opening, closing, limit ----------------------------------------------------------------------


def test_quiz_cannot_be_begun_before_it_opens_or_after_it_closed():
    case = make_case(opens_at=after(10), closes_at=after(20))
    for now in (NOW, after(20)):
        with pytest.raises(AttemptRefused):
            start(case, now)
    assert start(case, after(10)).due_at == after(20)


def test_answer_after_the_time_is_refused_and_what_was_saved_in_time_is_handed_in():
    case = make_case(questions=2, lessons=1, time_limit_minutes=30)
    attempt = start(case)
    answer(case, attempt, "a", now=after(30))
    with pytest.raises(AttemptClosed):
        answer(case, attempt, "a", position=2, now=after(31))
    attempt.refresh_from_db()
    assert (attempt.state, attempt.is_timed_out) == (AttemptState.MARKED, True)
    assert (attempt.submitted_at, attempt.score) == (after(30), Decimal(50))
    assert Response.objects.count() == 1
    assert AuditEvent.objects.filter(action="response_refused").count() == 1


def test_handing_in_late_hands_in_what_was_saved_in_time():
    case = make_case(questions=1, time_limit_minutes=30)
    attempt = start(case)
    answer(case, attempt, "a")
    done = submit(case, attempt, now=after(95))
    assert (done.submitted_at, done.is_timed_out, done.score) == (after(30), True, Decimal(100))


def test_worker_that_was_down_for_an_hour_loses_nothing():
    cases = [make_case(slug=f"c{number}", time_limit_minutes=30) for number in range(3)]
    attempts = [start(case) for case in cases]
    answer(cases[0], attempts[0], "a")
    answer(cases[1], attempts[1], "b")
    assert close_overdue(now=after(30)) == 0
    assert close_overdue(now=after(90)) == 3
    assert close_overdue(now=after(91)) == 0
    for attempt in attempts:
        attempt.refresh_from_db()
    assert [attempt.state for attempt in attempts] == [
        AttemptState.MARKED,
        AttemptState.MARKED,
        AttemptState.EXPIRED,
    ]
    assert {attempt.submitted_at for attempt in attempts} == {after(30)}
    assert [attempt.score for attempt in attempts][1:] == [Decimal(0), Decimal(0)]


def test_beat_task_closes_by_the_clock_of_the_server():
    case = make_case(time_limit_minutes=1)
    attempt = start(case)
    close_overdue_attempts()
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.EXPIRED


def test_expired_attempt_is_used_up_and_another_can_be_begun():
    case = make_case(lessons=1, attempts=2, time_limit_minutes=30)
    start(case)
    second = start(case, after(31))
    assert (second.number, second.due_at) == (2, after(61))
    with pytest.raises(AttemptRefused):
        start(case, after(70))


def test_timed_out_attempt_of_a_completed_course_completes_it():
    case = make_case(questions=1, time_limit_minutes=30)
    answer(case, start(case), "a")
    close_overdue(now=after(40))
    case.enrolment.refresh_from_db()
    assert case.enrolment.state == EnrolmentState.COMPLETED


# --- Allowances -----------------------------------------------------------------------------------


def test_extra_minutes_move_the_end_of_the_attempt_under_way_and_of_later_ones():
    case = make_case(lessons=1, time_limit_minutes=30)
    attempt = start(case)
    allow(case, minutes=15)
    allow(case, minutes=5)
    attempt.refresh_from_db()
    assert attempt.due_at == after(50)
    submit(case, attempt, after(40))
    assert start(case, after(60)).due_at == after(110)


def test_extra_minutes_reach_beyond_the_closing():
    case = make_case(closes_at=after(20))
    allow(case, minutes=10)
    assert start(case).due_at == after(30)


def test_allowed_attempt_comes_on_top_and_does_not_wait():
    case = make_case(lessons=1, attempts=1, wait_minutes=600)
    submit(case, start(case))
    with pytest.raises(AttemptRefused):
        start(case, after(700))
    allow(case, attempts=1, now=after(1))
    assert start(case, after(2)).number == 2


@pytest.mark.parametrize(
    ("minutes", "attempts", "reason"), [(0, 0, "Motivo"), (5, 0, " "), (-3, 0, "Motivo")]
)
def test_allowance_without_substance_or_reason_is_refused(minutes, attempts, reason):
    case = make_case()
    with pytest.raises(AllowanceRefused):
        allow(case, minutes=minutes, attempts=attempts, reason=reason)


def test_waiting_time_between_attempts():
    case = make_case(lessons=1, wait_minutes=60)
    submit(case, start(case), after(5))
    with pytest.raises(AttemptRefused):
        start(case, after(64))
    assert start(case, after(65)).number == 2


# --- Which attempt counts -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counting", "numbers"),
    [
        (AttemptCounting.BEST, [1, 2, 2]),
        (AttemptCounting.LAST, [1, 2, 3]),
        (AttemptCounting.FIRST, [1, 1, 1]),
    ],
)
def test_one_attempt_counts_as_the_release_says(counting, numbers):
    case = make_case(lessons=1, questions=3, pass_mark=100, counting=counting)
    counted = []
    for letters in (("a", "b", "b"), ("a", "a", "b"), ("b", "b", "b")):
        attempt = start(case)
        case.answer(attempt, *letters)
        submit(case, attempt)
        counted.append(Attempt.objects.get(counts=True).number)
    assert counted == numbers


# --- Exam: nothing before the closing -------------------------------------------------------------


def test_result_of_an_exam_waits_for_the_closing_and_nobody_under_way():
    case = make_case(questions=1, mode=QuizMode.EXAM, closes_at=after(30))
    attempt = start(case)
    answer(case, attempt, "a")
    done = submit(case, attempt, after(10))
    assert (done.state, done.score, done.is_passed) == (AttemptState.SUBMITTED, None, None)
    assert progress_in(case.enrolment).done == frozenset()
    assert release_held_results(now=after(29)) == 0
    assert release_held_results(now=after(30)) == 1
    attempt.refresh_from_db()
    case.enrolment.refresh_from_db()
    assert (attempt.state, attempt.score) == (AttemptState.MARKED, Decimal(100))
    assert case.enrolment.state == EnrolmentState.COMPLETED


def test_exam_waits_for_whoever_has_extra_time():
    case = make_case(questions=1, mode=QuizMode.EXAM, closes_at=after(30))
    other = make_case(questions=1, slug="otro")
    attempt = start(case)
    submit(case, attempt, after(10))
    late = start(other)
    Attempt.objects.filter(pk=late.pk).update(quiz_key=case.quiz_key, due_at=after(45))
    assert release_held_results(now=after(31)) == 0
    close_overdue(now=after(46))
    assert release_held_results(now=after(46)) == 1


def test_exam_that_closes_after_all_waits_for_nobody_who_never_comes_back():
    case = make_case(questions=1, mode=QuizMode.EXAM)
    attempt = start(case)
    answer(case, attempt, "a")
    assert attempt.due_at is None
    case.quiz.closes_at = after(30)
    case.quiz.save()
    allow(case, minutes=10)
    assert close_overdue(now=after(29)) == 0
    assert close_overdue(now=after(39)) == 0
    assert (close_overdue(now=after(41)), release_held_results(now=after(41))) == (1, 1)
    attempt.refresh_from_db()
    assert (attempt.is_timed_out, attempt.submitted_at) == (True, after(40))
    assert (attempt.state, attempt.score) == (AttemptState.MARKED, Decimal(100))


def test_result_waits_no_longer_once_the_closing_is_taken_away():
    case = make_case(questions=1, mode=QuizMode.EXAM, closes_at=after(30))
    attempt = start(case)
    answer(case, attempt, "a")
    submit(case, attempt, after(1))
    case.quiz.closes_at = None
    case.quiz.save()
    assert release_held_results(now=after(2)) == 1
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.MARKED


def test_exam_without_a_closing_date_gives_its_result_at_once():
    case = make_case(questions=1, mode=QuizMode.EXAM)
    attempt = start(case)
    assert submit(case, attempt).state == AttemptState.MARKED


def test_release_task_looks_at_the_clock_of_the_server():
    case = make_case(questions=1, feedback=FeedbackTiming.AFTER_CLOSING, closes_at=after(1))
    attempt = start(case)
    submit(case, attempt)
    release_task()
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.MARKED


# --- Annulment ------------------------------------------------------------------------------------


def annul(attempt, reason="Dos personas respondieron con la misma cuenta."):
    return annul_attempt(attempt=attempt, reason=reason, acting_user=UserFactory(), now=after(9))


def test_annulled_attempt_counts_no_more_and_the_next_best_does():
    case = make_case(lessons=1, questions=3, pass_mark=100)
    for letters in (("a", "b", "b"), ("a", "a", "b")):
        attempt = start(case)
        case.answer(attempt, *letters)
        submit(case, attempt)
    annulled = annul(attempt)
    assert annul(attempt).annulled_reason == annulled.annulled_reason
    assert Attempt.objects.get(counts=True).number == 1
    assert AuditEvent.objects.filter(action="attempt_annulled").count() == 1


def test_annulment_takes_no_completed_course_away():
    case = make_case(questions=1)
    attempt = start(case)
    answer(case, attempt, "a")
    submit(case, attempt)
    annul(attempt)
    case.enrolment.refresh_from_db()
    assert case.enrolment.state == EnrolmentState.COMPLETED


def test_annulment_needs_a_reason():
    attempt = start(make_case())
    with pytest.raises(AnnulmentRefused):
        annul(attempt, " ")


def test_annulled_attempt_takes_no_answer_and_is_not_handed_in():
    case = make_case()
    attempt = start(case)
    annul(attempt)
    with pytest.raises(AttemptClosed):
        answer(case, attempt, "a")
    with pytest.raises(AttemptClosed):
        submit(case, attempt)

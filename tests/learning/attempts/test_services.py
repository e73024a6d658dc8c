"""Starting, saving and submitting, as the rules of the course say."""

from decimal import Decimal

import pytest

from courses.enums import FeedbackTiming, QuizLayout
from courses.models import QuestionVersion
from lms.core.models import AuditEvent
from lms.learning.attempts.queries import counted_scores, quiz_standing
from lms.learning.attempts.rules import AttemptRule
from lms.learning.attempts.services import (
    AnswerRefused,
    AttemptClosed,
    AttemptRefused,
    PostedAnswer,
    SavedAnswer,
    UnknownPosition,
    save_response,
    save_responses,
    start_attempt,
    submit_attempt,
)
from lms.learning.enums import AttemptState, EnrolmentState
from lms.learning.models import Attempt, AttemptItem, Response
from lms.learning.progress import progress_in
from lms.learning.services import withdraw
from lms.learning.signals import course_completed
from tests.factories.courses import question_content
from tests.learning.attempts.cases import NOW, make_case
from tests.learning.cast import go_through

pytestmark = pytest.mark.django_db


def save(case, attempt, posted, *, position=1, sequence=1, is_final=False):
    return save_response(
        attempt=attempt,
        position=position,
        posted={"": posted},
        sequence=sequence,
        acting_user=case.learner,
        now=NOW,
        is_final=is_final,
    )


def submit(case, attempt):
    return submit_attempt(attempt=attempt, acting_user=case.learner, now=NOW)


def actions():
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


# --- Starting ------------------------------------------------------------------------------------


def test_start_freezes_rule_questions_and_orders():
    case = make_case(questions=2, attempts=3, pass_mark=Decimal("66.5"))
    attempt = case.start()
    assert (attempt.number, attempt.state, attempt.started_at) == (1, AttemptState.IN_PROGRESS, NOW)
    assert AttemptRule.from_json(attempt.rule) == AttemptRule(
        pass_mark=Decimal("66.50"),
        attempts=3,
        layout=QuizLayout.ONE_PER_PAGE,
        feedback=FeedbackTiming.AT_END,
    )
    items = list(attempt.items.order_by("position"))
    assert [item.position for item in items] == [1, 2]
    assert {item.question_version for item in items} == {
        question.live_version for question in case.made.questions
    }
    assert [sorted(item.option_order) for item in items] == [list("abcd")] * 2
    assert actions() == ["attempt_started"]


def test_start_again_returns_the_one_in_progress():
    case = make_case()
    assert case.start() == case.start()
    assert Attempt.objects.count() == 1


def test_start_notes_where_the_learner_is():
    case = make_case()
    case.start()
    case.enrolment.refresh_from_db()
    assert case.enrolment.current_item_key == case.quiz_key


def test_later_changes_of_quiz_and_question_do_not_reach_the_attempt():
    case = make_case(questions=1)
    attempt = case.start()
    question = case.made.questions[0]
    question.live_version = QuestionVersion.objects.create(
        question=question,
        number=2,
        kind="single_choice",
        content=question_content(options=[]),
        created_at=NOW,
    )
    question.save()
    case.quiz.pass_mark, case.quiz.feedback = Decimal(100), FeedbackTiming.AFTER_EACH
    case.quiz.save()
    case.answer(attempt, "a")
    done = submit(case, attempt)
    assert (done.score, done.is_passed) == (Decimal(100), True)
    assert AttemptRule.from_json(done.rule).pass_mark == Decimal(70)


def test_start_is_refused_until_what_is_asked_first_is_done():
    case = make_case(lessons=1)
    promise = case.enrolment.release.promise
    lesson = case.made.lessons[0]
    promise["modules"][0]["items"][-1]["requires"] = [str(lesson.translation_key)]
    case.enrolment.release.save()
    case.enrolment = type(case.enrolment).objects.get(pk=case.enrolment.pk)
    with pytest.raises(AttemptRefused, match="Lección 1"):
        case.start()
    assert [
        link.title for link in quiz_standing(case.enrolment, case.quiz_key, now=NOW).missing
    ] == ["Lección 1"]
    go_through(case.enrolment, lesson.translation_key)
    assert quiz_standing(case.enrolment, case.quiz_key, now=NOW).may_start
    assert case.start().number == 1


def test_start_is_refused_when_attempts_are_used_up():
    case = make_case(lessons=1, attempts=2)
    for number in (1, 2):
        attempt = case.start()
        assert attempt.number == number
        submit(case, attempt)
    with pytest.raises(AttemptRefused):
        case.start()
    standing = quiz_standing(case.enrolment, case.quiz_key, now=NOW)
    assert (len(standing.results), standing.attempts_left) == (2, 0)
    assert (standing.is_used_up, standing.may_start) == (True, False)


def test_start_is_refused_once_passed():
    case = make_case(lessons=1, questions=1)
    attempt = case.start()
    case.answer(attempt, "a")
    submit(case, attempt)
    with pytest.raises(AttemptRefused):
        case.start()
    assert not quiz_standing(case.enrolment, case.quiz_key, now=NOW).may_start


def test_start_is_refused_for_a_quiz_without_questions():
    case = make_case(questions=1)
    case.quiz.sources.all().delete()
    with pytest.raises(AttemptRefused):
        case.start()
    assert not Attempt.objects.exists()


def test_start_is_refused_for_what_the_release_did_not_promise():
    case = make_case(slug="uno")
    other = make_case(slug="dos")
    for key in (other.quiz_key, case.made.course.translation_key):
        with pytest.raises(AttemptRefused):
            start_attempt(enrolment=case.enrolment, quiz_key=key, acting_user=case.learner, now=NOW)


def test_start_is_refused_after_withdrawal():
    case = make_case()
    withdraw(enrolment=case.enrolment, acting_user=case.learner, now=NOW)
    with pytest.raises(AttemptRefused):
        case.start()


# --- Saving --------------------------------------------------------------------------------------


def test_save_stores_the_answer_with_time_and_sequence():
    case = make_case()
    saved = save(case, case.start(), ["b"], sequence=7)
    response = Response.objects.get()
    assert saved == SavedAnswer(1, response)
    assert (response.given, response.sequence, response.saved_at) == ({"chosen": ["b"]}, 7, NOW)


def test_newer_sequence_overwrites_and_older_never_does():
    case = make_case()
    attempt = case.start()
    save(case, attempt, ["b"], sequence=5)
    older = save(case, attempt, ["c"], sequence=4)
    assert older.is_conflict
    assert Response.objects.get().given == {"chosen": ["b"]}
    assert not save(case, attempt, ["c"], sequence=6).is_conflict
    assert Response.objects.get().given == {"chosen": ["c"]}


def test_answer_given_again_keeps_out_what_lay_between():
    """b, d, b on a weak link: the second b arrives before d, which then comes too late."""
    case = make_case()
    attempt = case.start()
    save(case, attempt, ["b"], sequence=5)
    save(case, attempt, ["b"], sequence=7)
    assert save(case, attempt, ["d"], sequence=6).is_conflict
    assert Response.objects.get().given == {"chosen": ["b"]}


def test_equal_repeats_answer_the_same():
    case = make_case()
    attempt = case.start()
    first = save(case, attempt, ["b"], sequence=5)
    assert save(case, attempt, ["b"], sequence=5) == first
    assert save(case, attempt, ["b"], sequence=3) == first
    assert save(case, attempt, ["c"], sequence=5) == SavedAnswer(1, first.response, True)
    assert Response.objects.get().given == {"chosen": ["b"]}


def test_untouched_question_of_an_older_window_takes_nothing_away():
    case = make_case()
    attempt = case.start()
    save(case, attempt, ["b"], sequence=1)
    kept = save(case, attempt, [], sequence=1)
    assert not kept.is_conflict
    assert Response.objects.get().given == {"chosen": ["b"]}


def test_nothing_chosen_makes_no_row():
    case = make_case()
    assert save(case, case.start(), []) == SavedAnswer(1, None)
    assert not Response.objects.exists()


def test_several_answers_are_stored_beside_one_that_is_refused():
    case = make_case(questions=3)
    attempt = case.start()
    outcomes = save_responses(
        attempt=attempt,
        answers=[
            PostedAnswer(1, {"": ("a",)}, 1),
            PostedAnswer(2, {"": ("zz",)}, 1),
            PostedAnswer(3, {"": ("b",)}, 1),
        ],
        acting_user=case.learner,
        now=NOW,
    )
    assert [type(outcome) for outcome in outcomes] == [SavedAnswer, AnswerRefused, SavedAnswer]
    assert Response.objects.count() == 2
    assert actions() == ["attempt_started", "response_refused"]


@pytest.mark.parametrize(
    ("posted", "sequence"),
    [
        (["zz"], 1),
        (["a", "b"], 1),
        (["a\x00"], 1),
        (["x" * 1_000_000], 1),
        (["a"], 0),
        (["a"], -1),
        (["a"], 2**53),
    ],
)
def test_bad_answers_are_refused_and_audited(posted, sequence):
    case = make_case()
    with pytest.raises(AnswerRefused):
        save(case, case.start(), posted, sequence=sequence)
    assert not Response.objects.exists()
    assert actions() == ["attempt_started", "response_refused"]


def test_option_given_twice_counts_once():
    case = make_case()
    save(case, case.start(), ["a", "a"])
    assert Response.objects.get().given == {"chosen": ["a"]}


def test_position_out_of_range_is_refused_and_audited():
    case = make_case(questions=2)
    with pytest.raises(UnknownPosition):
        save(case, case.start(), ["a"], position=3)
    assert actions()[-1] == "response_refused"


def test_save_after_submission_is_refused_and_audited():
    case = make_case(lessons=1)
    attempt = case.start()
    submit(case, attempt)
    with pytest.raises(AttemptClosed):
        save(case, attempt, ["a"], sequence=9)
    assert not Response.objects.exists()
    assert actions()[-1] == "response_refused"


def test_save_after_withdrawal_is_refused():
    case = make_case()
    attempt = case.start()
    withdraw(enrolment=case.enrolment, acting_user=case.learner, now=NOW)
    with pytest.raises(AttemptClosed):
        save(case, attempt, ["a"])
    with pytest.raises(AttemptClosed):
        submit(case, attempt)


def test_checked_answer_is_final_where_feedback_comes_after_each():
    case = make_case(feedback=FeedbackTiming.AFTER_EACH)
    attempt = case.start()
    save(case, attempt, ["b"], sequence=3)
    save(case, attempt, ["b"], sequence=1, is_final=True)
    assert Response.objects.get().is_final
    assert save(case, attempt, ["a"], sequence=9).is_conflict
    assert Response.objects.get().given == {"chosen": ["b"]}


def test_nothing_can_be_checked_without_an_answer():
    case = make_case(feedback=FeedbackTiming.AFTER_EACH)
    with pytest.raises(AnswerRefused):
        save(case, case.start(), [], is_final=True)


def test_check_finalises_nothing_where_feedback_comes_at_the_end():
    case = make_case()
    attempt = case.start()
    save(case, attempt, ["b"], is_final=True)
    assert not Response.objects.get().is_final
    save(case, attempt, ["a"], sequence=2)
    assert Response.objects.get().given == {"chosen": ["a"]}


# --- Submitting ----------------------------------------------------------------------------------


def test_submit_marks_freezes_and_completes():
    case = make_case(questions=3)
    attempt = case.start()
    case.answer(attempt, "a", "a", "a")
    heard = []

    def hear(sender, enrolment, now, **kwargs):
        heard.append((enrolment, now))

    course_completed.connect(hear)
    try:
        done = submit(case, attempt)
        again = submit(case, attempt)
    finally:
        course_completed.disconnect(hear)
    assert (done.state, done.score, done.is_passed) == (AttemptState.MARKED, Decimal(100), True)
    assert (again.score, again.submitted_at) == (done.score, NOW)
    case.enrolment.refresh_from_db()
    assert case.enrolment.state == EnrolmentState.COMPLETED
    assert heard == [(case.enrolment, NOW)]
    assert list(AttemptItem.objects.values_list("mark", flat=True)) == [Decimal(1)] * 3
    assert actions().count("attempt_submitted") == 1


def test_unanswered_questions_earn_nothing():
    case = make_case(questions=3)
    attempt = case.start()
    case.answer(attempt, "a", "", "b")
    done = submit(case, attempt)
    assert (done.score, done.is_passed) == (Decimal("33.3333"), False)
    case.enrolment.refresh_from_db()
    assert case.enrolment.state == EnrolmentState.ACTIVE


def test_pass_mark_of_the_release_counts_and_not_that_of_today():
    case = make_case(questions=2, lessons=1, pass_mark=Decimal(50))
    case.quiz.pass_mark = Decimal(100)
    case.quiz.save()
    attempt = case.start()
    case.answer(attempt, "a", "b")
    assert submit(case, attempt).is_passed


def test_passed_quiz_does_not_complete_a_course_with_open_lessons():
    case = make_case(lessons=1, questions=1)
    attempt = case.start()
    case.answer(attempt, "a")
    submit(case, attempt)
    case.enrolment.refresh_from_db()
    assert case.enrolment.state == EnrolmentState.ACTIVE
    assert progress_in(case.enrolment).done == {case.quiz_key}


def test_standing_and_best_scores_after_two_attempts():
    case = make_case(lessons=1, questions=2, attempts=3)
    for letters in (("a", "b"), ("b", "b")):
        attempt = case.start()
        case.answer(attempt, *letters)
        submit(case, attempt)
    standing = quiz_standing(case.enrolment, case.quiz_key, now=NOW)
    assert [attempt.number for attempt in standing.results] == [2, 1]
    assert (standing.score, standing.is_passed) == (Decimal(50), False)
    assert (standing.attempts_left, standing.may_start) == (1, True)
    assert counted_scores(case.enrolment) == {case.quiz_key: Decimal(50)}
    assert progress_in(case.enrolment).done == set()


def test_standing_of_an_unpromised_quiz_is_a_key_error():
    case = make_case()
    with pytest.raises(KeyError):
        quiz_standing(case.enrolment, case.made.course.translation_key, now=NOW)

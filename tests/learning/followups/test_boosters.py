"""Boosters: which questions come, that they count for nothing, and that nobody else sees them."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from courses.enums import FeedbackTiming, QuizMode
from courses.models import QuizSource
from lms.learning.activity import last_activity
from lms.learning.attempts.queries import counted_scores
from lms.learning.booster_keys import BOOSTER_KEYS
from lms.learning.enums import AfterInterval, AttemptState, EnrolmentState, RegradeKind
from lms.learning.followups import services
from lms.learning.followups.drawing import open_questions
from lms.learning.models import (
    Appeal,
    Attempt,
    AttemptItem,
    Booster,
    Enrolment,
    QuizStatistic,
    Regrade,
)
from lms.learning.statistics.counting import first_results
from tests.factories.courses import make_question, question_content, revise_question
from tests.factories.followups import answer_booster, questions_of
from tests.learning.cast import NOW, Cast, client_of

pytestmark = pytest.mark.django_db
WEEK_LATER = NOW + timedelta(days=8)
MONTH_LATER = NOW + timedelta(days=35)


def begin(cast: Cast, now: Any = WEEK_LATER) -> Attempt:
    return services.begin_booster(enrolment=cast.enrolment, acting_user=cast.learner, now=now)


def give_results(cast: Cast, right: dict[int, bool]) -> None:
    """Note how the learner answered these questions of the course (by their place) in its quiz."""
    attempt = cast.enrolment.attempts.get()
    AttemptItem.objects.bulk_create(
        AttemptItem(
            attempt=attempt,
            position=place + 1,
            question_version=cast.made.questions[place].live_version,
            option_order=[],
            mark=1 if is_right else 0,
        )
        for place, is_right in right.items()
    )


def test_ten_questions_come_first_those_that_were_wrong(cast: Cast) -> None:
    give_results(cast, {place: place >= 7 for place in range(14)})
    wrong = [question.pk for question in cast.made.questions[:7]]

    attempt = begin(cast)

    asked = questions_of(attempt)
    assert len(asked) == len(set(asked)) == 10
    assert set(wrong) < set(asked)
    assert begin(cast, WEEK_LATER + timedelta(hours=1)) == attempt
    assert Booster.objects.get().interval == AfterInterval.WEEK


def test_a_booster_is_answered_explained_and_kept_out_of_everything(cast: Cast) -> None:
    before = counted_scores(cast.enrolment)
    attempt = begin(cast)
    client = client_of(cast.learner)

    page = answer_booster(client, attempt, {1: "a", 2: "b"})

    attempt.refresh_from_db()
    cast.enrolment.refresh_from_db()
    assert page.redirect_chain[-1][0].endswith("/resultado/")
    text = page.content.decode()
    assert "Comentario b" in text
    assert "Primero la seguridad." in text
    assert (attempt.state, attempt.is_passed, attempt.score) == (AttemptState.MARKED, None, 10)
    assert cast.enrolment.state == EnrolmentState.COMPLETED
    assert cast.enrolment.current_item_key is None
    assert counted_scores(cast.enrolment) == before
    assert not first_results().filter(pk=attempt.pk).exists()
    assert not QuizStatistic.objects.filter(quiz_key=attempt.quiz_key).exists()
    assert last_activity(Enrolment.objects.all()) == {cast.enrolment.pk: NOW}


def test_nobody_else_reaches_a_booster(cast: Cast) -> None:
    attempt = begin(cast)
    answer_booster(client_of(cast.learner), attempt, {1: "b"})
    item = attempt.items.get(position=1)
    version = item.question_version_id

    for url in (
        reverse("attempt_result", args=[attempt.public_id]),
        reverse("followed_attempt", args=[attempt.public_id]),
        reverse("marking_answer", args=[item.pk]),
        reverse("marking_question", args=[attempt.quiz_key, version]),
    ):
        found = cast.statuses(url)
        assert {found["trainer"], found["coordinator"], found["administrator"]} == {404}, url


def test_there_is_nothing_to_object_to(cast: Cast) -> None:
    attempt = begin(cast)
    client = client_of(cast.learner)
    answer_booster(client, attempt, {1: "b"})

    client.post(
        reverse("object_to_result", args=[attempt.public_id]), {"text": "No estoy de acuerdo."}
    )

    assert not Appeal.objects.exists()


def test_exams_and_hidden_answers_give_no_question(cast: Cast) -> None:
    release, quiz = cast.release, cast.made.quiz
    assert quiz is not None
    assert len(open_questions(release, now=WEEK_LATER)) == 14
    for changes in (
        {"feedback": FeedbackTiming.MARKS_ONLY},
        {"feedback": FeedbackTiming.AFTER_CLOSING},
        {"feedback": FeedbackTiming.AT_END, "mode": QuizMode.EXAM},
    ):
        type(quiz).objects.filter(pk=quiz.pk).update(**changes)
        assert open_questions(release, now=WEEK_LATER) == {}, changes


def test_opinions_corrected_and_handmarked_questions_are_left_out(cast: Cast) -> None:
    category = cast.made.questions[0].category
    opinion = make_question("opinion", category=category, is_opinion=True)
    QuizSource.objects.create(quiz=cast.made.quiz, question=opinion, sort_order=90)
    wrong, fine = cast.made.questions[:2]
    Regrade.objects.create(
        quiz_key=cast.made.quiz_page.translation_key,
        question_version=wrong.live_version,
        kind=RegradeKind.DROP,
        reason="Estaba mal.",
        made_at=NOW,
    )

    found = open_questions(cast.release, now=WEEK_LATER)

    assert not {opinion.pk, wrong.pk} & set(found)
    assert fine.pk in found
    revise_question(wrong, stems=question_content()["stems"])
    assert wrong.pk in open_questions(cast.release, now=WEEK_LATER)


def test_the_next_booster_is_another_one(cast: Cast) -> None:
    first = begin(cast)
    answer_booster(client_of(cast.learner), first, {})

    second = begin(cast, MONTH_LATER)

    assert second.quiz_key == BOOSTER_KEYS[AfterInterval.MONTH]
    assert set(questions_of(second)) != set(questions_of(first))
    rest = {question.pk for question in cast.made.questions} - set(questions_of(first))
    assert len(rest & set(questions_of(second))) == 3


@pytest.mark.parametrize("days", [0, 6])
def test_no_booster_comes_before_its_time(cast: Cast, days: int) -> None:
    with pytest.raises(services.BoosterRefused):
        begin(cast, NOW + timedelta(days=days))
    assert not Booster.objects.exists()


def test_no_booster_without_questions_and_none_in_a_course_under_way(cast: Cast) -> None:
    QuizSource.objects.all().delete()
    with pytest.raises(services.BoosterRefused):
        begin(cast)
    assert not Booster.objects.exists()
    Enrolment.objects.update(state=EnrolmentState.ACTIVE, completed_at=None)
    with pytest.raises(services.BoosterRefused):
        begin(cast)

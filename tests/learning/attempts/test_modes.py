"""Critical questions, sections, seeds, diagnosis and survey."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.urls import reverse

from courses.enums import FeedbackTiming, QuizMode
from courses.models import QuizSection
from lms.learning.attempts.draws import draw_questions
from lms.learning.attempts.queries import quiz_standing, safety_rules
from lms.learning.attempts.services import (
    AttemptClosed,
    AttemptRefused,
    PostedAnswer,
    hand_in_survey,
    submit_attempt,
)
from lms.learning.attempts.surveying import GivenAnswer, count_sheet
from lms.learning.enums import AttemptState, EnrolmentState
from lms.learning.models import Attempt, AttemptItem, Enrolment, Response, SurveyTally, SurveyText
from lms.learning.progress import progress_in
from tests.factories.courses import make_question, revise_question
from tests.learning.attempts.cases import NOW, make_case

pytestmark = pytest.mark.django_db

RULE = {"es": "Nunca la entregue a quien la controla.", "en": "Never hand her over."}


def submit(case, attempt):
    return submit_attempt(attempt=attempt, acting_user=case.learner, now=NOW)


def place_of(attempt, question):
    return attempt.items.get(question_version__question=question).position


def give(case, attempt, letters):
    """Answer by question, whatever the order of this attempt."""
    by_place = {
        place_of(attempt, q): letter for q, letter in zip(case.made.questions, letters, strict=True)
    }
    case.answer(attempt, *(by_place[number] for number in sorted(by_place)))


# --- Critical questions ---------------------------------------------------------------------------


def test_error_against_a_rule_of_safety_fails_and_names_the_rule():
    case = make_case(lessons=1, questions=3, pass_mark=50)
    revise_question(case.made.questions[1], safety_rules=RULE)
    attempt = case.start()
    give(case, attempt, "aba")
    done = submit(case, attempt)
    assert (done.is_passed, done.score) == (False, Decimal("66.6666"))
    assert [broken.rule for broken in safety_rules(done)] == [RULE["es"]]


def test_learner_reads_which_rule_it_was(client):
    case = make_case(lessons=1, questions=1, pass_mark=0, feedback=FeedbackTiming.NONE)
    revise_question(case.made.questions[0], safety_rules=RULE)
    attempt = case.start()
    case.answer(attempt, "b")
    submit(case, attempt)
    client.force_login(case.learner)
    page = client.get(reverse("attempt_result", args=[attempt.public_id])).content.decode()
    assert RULE["es"] in page
    assert "Comentario" not in page
    assert "Primero la seguridad" not in page


# --- Seeds and sections ---------------------------------------------------------------------------


def test_seed_gives_the_same_attempt_again():
    case = make_case(questions=9)
    attempt = case.start()
    again = draw_questions(case.quiz, seed=attempt.seed, seen={})
    kept = list(attempt.items.order_by("position"))
    assert [one.version.pk for one in again] == [item.question_version_id for item in kept]
    assert [list(one.option_order) for one in again] == [item.option_order for item in kept]
    assert sorted(item.slot for item in kept) == list(range(9))


def test_sections_keep_their_order_and_their_own_pass_mark():
    case = make_case(lessons=1, questions=4, pass_mark=50)
    for number, mark in ((1, None), (2, 100)):
        QuizSection.objects.create(
            quiz=case.quiz, number=number, title_es=f"Parte {number}", title_en="", pass_mark=mark
        )
    for index, source in enumerate(case.quiz.sources.order_by("sort_order")):
        source.section = 2 if index < 2 else 1
        source.save()
    attempt = case.start()
    assert [item.section for item in attempt.items.order_by("position")] == [1, 1, 2, 2]
    give(case, attempt, "abaa")
    done = submit(case, attempt)
    assert (done.score, done.is_passed) == (Decimal(75), False)
    assert [(one["number"], one["is_passed"]) for one in done.section_results] == [
        (1, True),
        (2, False),
    ]


def test_marks_of_a_source_weigh_its_question():
    case = make_case(lessons=1, questions=2)
    heavy = case.quiz.sources.order_by("sort_order")[0]
    heavy.marks = 3
    heavy.save()
    attempt = case.start()
    give(case, attempt, "ab")
    assert submit(case, attempt).score == Decimal(75)


# --- Diagnosis and survey -------------------------------------------------------------------------


def test_diagnosis_is_done_when_handed_in_and_counts_nowhere():
    case = make_case(questions=2, mode=QuizMode.DIAGNOSIS)
    attempt = case.start()
    give(case, attempt, "ab")
    done = submit(case, attempt)
    assert (done.score, done.is_passed) == (Decimal(50), None)
    assert case.quiz_key in progress_in(case.enrolment).done
    case.enrolment.refresh_from_db()
    assert case.enrolment.state == EnrolmentState.COMPLETED
    with pytest.raises(AttemptRefused):
        case.start()
    assert quiz_standing(case.enrolment, case.quiz_key, now=NOW).is_done


def survey(*, is_anonymous, questions=2):
    case = make_case(
        lessons=1, questions=questions, mode=QuizMode.SURVEY, is_anonymous=is_anonymous
    )
    for question in case.made.questions:
        revise_question(question, is_opinion=True)
    return case


def counts(case):
    rows = SurveyTally.objects.filter(quiz_key=case.quiz_key)
    return {
        (row.question_version.question_id, row.answer_key): row.count
        for row in rows.select_related("question_version")
    }


def test_named_survey_gives_no_score_and_is_kept_in_its_attempts_alone():
    case = survey(is_anonymous=False)
    attempt = case.start()
    give(case, attempt, "cd")
    done = submit(case, attempt)
    assert (done.state, done.score, done.is_passed) == (AttemptState.MARKED, None, None)
    assert counts(case) == {}
    assert [item.response.given for item in done.items.order_by("slot")] == [
        {"chosen": ["c"]},
        {"chosen": ["d"]},
    ]


def test_rows_of_an_anonymous_survey_say_nothing_of_the_order_of_its_sheets():
    case = survey(is_anonymous=True, questions=3)
    versions = [question.live_version for question in case.made.questions]
    orders = set()
    for letters in ("aaa", "bbb", "ccc", "ddd", "aaa", "bbb"):
        with transaction.atomic():
            count_sheet(
                case.quiz_key,
                [
                    GivenAnswer(version, {"chosen": [letter]})
                    for version, letter in zip(versions, letters, strict=True)
                ],
            )
        rows = SurveyTally.objects.exclude(answer_key="").order_by("pk")
        orders.add("".join(rows.values_list("answer_key", flat=True))[:3])
    found = counts(case)
    assert {found[question.pk, "a"] for question in case.made.questions} == {2}
    assert {found[question.pk, ""] for question in case.made.questions} == {6}
    assert len(orders) > 2


def test_what_is_shown_of_an_anonymous_survey_grows_by_five_sheets():
    case = survey(is_anonymous=True, questions=1)
    version = case.made.questions[0].live_version

    def shown_after(letter):
        with transaction.atomic():
            count_sheet(case.quiz_key, [GivenAnswer(version, {"chosen": [letter]})])
        rows = SurveyTally.objects.filter(quiz_key=case.quiz_key)
        return {row.answer_key: row.shown_count for row in rows if row.shown_count}

    steps = [shown_after(letter) for letter in "aaabbcccca"]
    five, ten = {"": 5, "a": 3, "b": 2}, {"": 10, "a": 4, "b": 2, "c": 4}
    assert steps == [{}, {}, {}, {}, five, five, five, five, five, ten]


def test_voluntary_survey_may_be_answered_after_the_course_was_completed():
    case = survey(is_anonymous=True, questions=1)
    release = case.enrolment.release
    promise = dict(release.promise)
    for item in promise["modules"][0]["items"]:
        item["is_voluntary"] = item["key"] == str(case.quiz_key)
    type(release).objects.filter(pk=release.pk).update(promise=promise)
    Enrolment.objects.filter(pk=case.enrolment.pk).update(
        state=EnrolmentState.COMPLETED, completed_at=NOW
    )
    case.enrolment = Enrolment.objects.select_related("release").get(pk=case.enrolment.pk)

    assert quiz_standing(case.enrolment, case.quiz_key, now=NOW).may_start
    attempt = case.start()

    assert attempt.state == AttemptState.IN_PROGRESS
    case.enrolment.refresh_from_db()
    assert case.enrolment.current_item_key is None


def test_typed_words_of_an_anonymous_survey_are_loose_texts_and_no_keys():
    case = survey(is_anonymous=True, questions=1)
    category = case.made.questions[0].category
    base = {"stems": {"es": "¿Qué? [[a]] [[b]]", "en": "What? [[a]] [[b]]"}, "is_opinion": True}
    words = make_question("palabras", category=category, kind="short_answer", answers=[], **base)
    text_gap = {"id": "a", "kind": "text", "weight": "1", "answers": []}
    chosen_gap = {"id": "b", "kind": "number", "weight": "1", "answers": []}
    gaps = make_question(
        "huecos", category=category, kind="gaps", gaps=[text_gap, chosen_gap], **base
    )
    sheet = [
        GivenAnswer(words.live_version, {"text": "Soy de Paso Real"}),
        GivenAnswer(gaps.live_version, {"gaps": {"a": "Comisaría", "b": "3"}}),
    ]
    with transaction.atomic():
        count_sheet(case.quiz_key, sheet)
    assert counts(case) == {(words.pk, ""): 1, (gaps.pk, ""): 1}
    assert sorted(SurveyText.objects.values_list("text", flat=True)) == [
        "1: Comisaría; 2: 3",
        "Soy de Paso Real",
    ]


def test_anonymous_survey_is_counted_and_leads_to_nobody(client):
    case = survey(is_anonymous=True)
    client.force_login(case.learner)
    attempt = case.start()
    page = client.get(reverse("attempt", args=[attempt.public_id]))
    assert page.status_code == 200
    assert "data-save-url" not in page.content.decode()
    fields = {
        f"answer-{place_of(attempt, q)}": letter
        for q, letter in zip(case.made.questions, "cd", strict=True)
    }
    answer = client.post(reverse("attempt_submit", args=[attempt.public_id]), fields)
    assert answer.status_code == 302
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.MARKED
    assert not Response.objects.exists()
    assert set(AttemptItem.objects.values_list("mark", flat=True)) == {None}
    client.post(reverse("attempt_submit", args=[attempt.public_id]), fields)
    assert set(counts(case).values()) == {1}
    thanks = client.get(reverse("attempt_result", args=[attempt.public_id])).content.decode()
    assert "Opción" not in thanks
    assert case.quiz_key in progress_in(case.enrolment).done


def test_anonymous_survey_stores_nothing_on_the_way(client):
    case = survey(is_anonymous=True)
    client.force_login(case.learner)
    attempt = case.start()
    address = reverse("attempt_question", args=[attempt.public_id, 1])
    saved = client.post(
        address, {"answer-1": "a", "sequence-1": 1}, headers={"Accept": "application/json"}
    )
    assert saved.status_code == 409
    assert not Response.objects.exists()
    assert not SurveyTally.objects.exists()


def test_anonymous_sheet_that_comes_after_the_time_is_not_counted():
    case = survey(is_anonymous=True)
    attempt = case.start()
    Attempt.objects.filter(pk=attempt.pk).update(due_at=NOW)
    late = {"acting_user": case.learner, "now": NOW + timedelta(seconds=1)}
    with pytest.raises(AttemptClosed):
        hand_in_survey(attempt=attempt, answers=[PostedAnswer(1, {"": ["a"]}, 1)], **late)
    attempt.refresh_from_db()
    assert (attempt.state, SurveyTally.objects.count()) == (AttemptState.EXPIRED, 0)


def test_bad_sheet_of_an_anonymous_survey_is_shown_again_and_counted_nowhere(client):
    case = survey(is_anonymous=True)
    client.force_login(case.learner)
    attempt = case.start()
    fields = {"answer-1": "zz", "answer-2": "c"}
    answer = client.post(reverse("attempt_submit", args=[attempt.public_id]), fields)
    assert answer.status_code == 409
    kept = [
        row for row in answer.context["page"].questions[1].question["options"] if row["is_chosen"]
    ]
    assert [row["id"] for row in kept] == ["c"]
    assert not SurveyTally.objects.exists()
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.IN_PROGRESS

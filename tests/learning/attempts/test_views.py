"""The pages of an attempt, as their learner walks them; for everybody else there is no attempt."""

import json
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override
from wagtail.models import Locale

from courses.enums import FeedbackTiming, QuizLayout, Scale
from courses.models import QuizPage
from lms.accounts.carry import sign_account
from lms.learning.attempts.services import submit_attempt
from lms.learning.enums import AttemptState
from lms.learning.models import Attempt, Response
from tests.factories.courses import revise_question
from tests.learning.attempts.cases import NOW, make_case, make_cast

pytestmark = pytest.mark.django_db

JSON = {"Accept": "application/json"}


def client_of(user):
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def url(name, attempt, *args, language="es"):
    with override(language):
        return reverse(name, args=[attempt.public_id, *args])


def text_of(response):
    return re.sub(r"\s+", " ", response.content.decode())


def press(client, attempt, position, *letters, sequence=1, **fields):
    """Send the form of one question."""
    data = {f"answer-{position}": letters, f"sequence-{position}": sequence, **fields}
    return client.post(url("attempt_question", attempt, position), data)


# --- One question per screen -----------------------------------------------------------------------


def test_a_learner_walks_from_start_to_certificate():
    case = make_case(questions=2)
    client = client_of(case.learner)
    begun = client.post(reverse("start_attempt", args=[case.quiz_key]))
    attempt = Attempt.objects.get()
    assert begun.url == url("attempt", attempt)
    assert client.get(begun.url).url == url("attempt_question", attempt, 1)
    assert press(client, attempt, 1, "a", go="next").url == url("attempt_question", attempt, 2)
    assert client.get(url("attempt", attempt)).url == url("attempt_question", attempt, 2)
    assert press(client, attempt, 2, "a", go="next").url == url("attempt_review", attempt)
    assert client.get(url("attempt", attempt)).url == url("attempt_review", attempt)
    assert client.get(url("attempt_review", attempt)).status_code == 200
    assert client.post(url("attempt_submit", attempt)).url == url("attempt_result", attempt)
    shown = client.get(url("attempt_result", attempt))
    assert reverse("my_learning") in text_of(shown)
    assert shown.context["is_course_completed"]


@pytest.mark.parametrize("feedback", [FeedbackTiming.AT_END, FeedbackTiming.AFTER_EACH])
def test_a_question_costs_the_same_queries_in_a_short_and_in_a_long_quiz(feedback):
    """The budget of a quiz question is 12."""
    counts = set()
    for number in (3, 15):
        case = make_case(slug=f"curso-{number}", questions=number, feedback=feedback)
        client = client_of(case.learner)
        client.post(reverse("start_attempt", args=[case.quiz_key]))
        attempt = Attempt.objects.get(enrolment=case.enrolment)
        client.get(url("attempt_question", attempt, 1))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url("attempt_question", attempt, 2)).status_code == 200
        counts.add(len(queries))
    assert len(counts) == 1
    assert counts.pop() <= 12


@pytest.mark.parametrize(
    ("go", "name", "args"),
    [
        ("next", "attempt_question", [3]),
        ("previous", "attempt_question", [1]),
        ("3", "attempt_question", [3]),
        ("9", "attempt_review", []),
        ("0", "attempt_question", [2]),
        ("review", "attempt_review", []),
        ("elsewhere", "attempt_question", [2]),
        ("", "attempt_question", [2]),
    ],
)
def test_every_move_saves_and_leads_on(go, name, args):
    case = make_case(questions=3)
    attempt = case.start()
    response = press(client_of(case.learner), attempt, 2, "b", go=go)
    assert response.url == url(name, attempt, *args)
    assert Response.objects.get().given == {"chosen": ["b"]}


def test_saved_answer_is_marked_with_its_time_when_the_learner_comes_back():
    case = make_case(questions=1)
    attempt = case.start()
    case.answer(attempt, "c")
    shown = text_of(client_of(case.learner).get(url("attempt_question", attempt, 1)))
    assert re.findall(r'value="(\w)" checked', shown) == ["c"]
    assert "12:00" in shown
    assert 'name="sequence-1" value="2"' in shown


def test_double_submission_and_back_button_are_harmless():
    case = make_case(questions=1, lessons=1)
    client = client_of(case.learner)
    attempt = case.start()
    press(client, attempt, 1, "a", go="next")
    for _ in range(2):
        assert client.post(url("attempt_submit", attempt)).url == url("attempt_result", attempt)
    for name in ("attempt", "attempt_review"):
        assert client.get(url(name, attempt)).url == url("attempt_result", attempt)
    assert client.get(url("attempt_question", attempt, 1)).url == url("attempt_result", attempt)
    late = press(client, attempt, 1, "b", sequence=5, go="next")
    assert late.url == url("attempt", attempt)
    assert Response.objects.get().given == {"chosen": ["a"]}


def test_answer_from_an_older_window_is_shown_again_and_not_lost():
    case = make_case(questions=1)
    client = client_of(case.learner)
    attempt = case.start()
    press(client, attempt, 1, "a")
    conflict = press(client, attempt, 1, "b")
    assert conflict.status_code == 409
    shown = text_of(conflict)
    assert re.findall(r'value="(\w)" checked', shown) == ["b"]
    assert 'name="sequence-1" value="2"' in shown
    assert Response.objects.get().given == {"chosen": ["a"]}
    assert press(client, attempt, 1, "b", sequence=2).status_code == 302
    assert Response.objects.get().given == {"chosen": ["b"]}


def test_attempt_pages_stay_in_no_cache():
    case = make_case(questions=1, lessons=1)
    client = client_of(case.learner)
    attempt = case.start()
    paths = [url("attempt_question", attempt, 1), url("attempt_review", attempt)]
    responses = [client.get(path) for path in paths]
    client.post(url("attempt_submit", attempt))
    responses.append(client.get(url("attempt_result", attempt)))
    assert all("no-store" in response["Cache-Control"] for response in responses)


# --- Saving by script ------------------------------------------------------------------------------


def test_script_saves_one_answer_and_is_told_when():
    case = make_case(questions=2)
    attempt = case.start()
    response = client_of(case.learner).post(
        url("attempt_question", attempt, 1),
        {"answer-1": "a", "sequence-1": 1_800_000_000_000},
        headers=JSON,
    )
    answer = json.loads(response.content)
    assert re.fullmatch(r"\d\d:\d\d", answer.pop("saved_at"))
    answer.pop("words")
    assert answer == {"message": "", "is_answered": True, "answered": 1}


def test_script_is_told_of_a_newer_answer_and_of_a_bad_one():
    case = make_case(questions=1)
    attempt = case.start()
    client = client_of(case.learner)
    path = url("attempt_question", attempt, 1)
    client.post(path, {"answer-1": "a", "sequence-1": 9}, headers=JSON)
    older = client.post(path, {"answer-1": "b", "sequence-1": 8}, headers=JSON)
    assert (older.status_code, bool(older.json()["message"])) == (200, True)
    bad = client.post(path, {"answer-1": "zz", "sequence-1": 10}, headers=JSON)
    assert (bad.status_code, bool(bad.json()["message"])) == (400, True)
    empty = client.post(path, {}, headers=JSON)
    assert (empty.status_code, list(empty.json())) == (400, ["message"])


def test_script_learns_of_submission_and_of_an_ended_session():
    case = make_case(questions=1, lessons=1)
    attempt = case.start()
    submit_attempt(attempt=attempt, acting_user=case.learner, now=NOW)
    data = {"answer-1": "a", "sequence-1": 1}
    path = url("attempt_question", attempt, 1)
    closed = client_of(case.learner).post(path, data, headers=JSON)
    assert (closed.status_code, list(closed.json())) == (409, ["message"])
    assert Client().post(path, data, headers=JSON).status_code == 401


# --- All on one page -------------------------------------------------------------------------------


def test_one_page_saves_all_that_is_marked_with_any_button():
    case = make_case(questions=3, layout=QuizLayout.ALL_ON_ONE_PAGE)
    attempt = case.start()
    client = client_of(case.learner)
    shown = text_of(client.get(url("attempt", attempt)))
    assert [shown.count(f'name="save" value="{number}"') for number in (1, 2, 3)] == [1, 1, 1]
    data = {"answer-1": "a", "answer-3": "c"} | {f"sequence-{n}": 1 for n in (1, 2, 3)}
    saved = client.post(url("attempt", attempt), {**data, "save": 3})
    assert saved.url == url("attempt", attempt) + "#q3"
    assert list(Response.objects.order_by("item__position").values_list("given", flat=True)) == [
        {"chosen": ["a"]},
        {"chosen": ["c"]},
    ]
    review = client.post(url("attempt", attempt), {"go": "review"})
    assert review.url == url("attempt_review", attempt)
    assert client.get(url("attempt_question", attempt, 2)).url == url("attempt", attempt) + "#q2"


def test_one_bad_answer_on_one_page_is_named_and_the_others_are_saved():
    case = make_case(questions=2, layout=QuizLayout.ALL_ON_ONE_PAGE)
    attempt = case.start()
    data = {"answer-1": "zz", "sequence-1": 1, "answer-2": "b", "sequence-2": 1, "go": "review"}
    response = client_of(case.learner).post(url("attempt", attempt), data)
    assert response.status_code == 409
    assert [shown.error != "" for shown in response.context["page"].questions] == [True, False]
    assert Response.objects.get().item.position == 2


# --- Feedback --------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", QuizLayout.values)
def test_checked_answer_shows_its_feedback_and_stays(layout):
    case = make_case(questions=2, layout=layout, feedback=FeedbackTiming.AFTER_EACH)
    attempt = case.start()
    client = client_of(case.learner)
    name, args = (
        ("attempt", []) if layout == QuizLayout.ALL_ON_ONE_PAGE else ("attempt_question", [1])
    )
    path = url(name, attempt, *args)
    checked = client.post(path, {"answer-1": "b", "sequence-1": 1, "check": 1})
    assert checked.url.partition("#")[0] == path
    shown = text_of(client.get(path))
    assert ("Primero la seguridad." in shown, "Comentario b" in shown) == (True, True)
    assert 'name="answer-1"' not in shown
    changed = client.post(path, {"answer-1": "a", "sequence-1": 9})
    assert changed.status_code == 409
    assert Response.objects.get().given == {"chosen": ["b"]}


def test_check_without_an_answer_says_what_is_missing():
    case = make_case(questions=1, feedback=FeedbackTiming.AFTER_EACH)
    attempt = case.start()
    response = press(client_of(case.learner), attempt, 1, check=1)
    assert response.status_code == 409
    assert response.context["shown"].error != ""
    assert not response.context["shown"].is_revealed


# --- Result ----------------------------------------------------------------------------------------


def result_of(case, *letters, language="es"):
    attempt = case.start()
    case.answer(attempt, *letters)
    submit_attempt(attempt=attempt, acting_user=case.learner, now=NOW)
    return client_of(case.learner).get(url("attempt_result", attempt, language=language))


def test_failing_says_what_to_read_again_and_how_many_attempts_are_left():
    case = make_case(questions=2, lessons=2, attempts=2)
    page = QuizPage.objects.get(pk=case.made.quiz_page.pk)
    page.fail_text = "Lea con calma."
    page.save()
    revise_question(case.made.questions[1], lesson="modulo-1/leccion-2")
    case.quiz.is_question_order_shuffled = False
    case.quiz.save()
    response = result_of(case, "a", "b")
    assert [link.url for link in response.context["lessons"]] == [
        "/cursos/curso/modulo-1/leccion-2/"
    ]
    shown = text_of(response)
    assert "Lea con calma." in shown
    assert ("10 <small>" in shown, "/cursos/curso/modulo-1/prueba/" in shown) == (True, True)
    assert response.context["standing"].attempts_left == 1


@pytest.mark.parametrize(
    ("scale", "language", "score"),
    [
        (Scale.VIGESIMAL, "es", "6,66"),
        (Scale.VIGESIMAL, "en", "6.66"),
        (Scale.PERCENT, "es", "33,33\N{NO-BREAK SPACE}%"),
    ],
)
def test_score_stands_on_the_scale_of_the_release(scale, language, score):
    case = make_case(questions=3, lessons=1)
    release = case.enrolment.release
    release.promise["scale"] = str(scale)
    release.save()
    response = result_of(case, "a", "b", "b", language=language)
    assert re.search(r'class="result-score">\s*([^<]+?)\s*<', response.content.decode())[1] == score


def test_the_same_attempt_reads_in_both_languages():
    case = make_case(questions=1)
    attempt = case.start()
    case.answer(attempt, "b")
    client = client_of(case.learner)
    pages = {
        language: text_of(client.get(url("attempt_question", attempt, 1, language=language)))
        for language in ("es", "en")
    }
    assert ("¿Qué hace primero?" in pages["es"], "What do you do first?" in pages["en"]) == (
        True,
    ) * 2
    assert {tuple(re.findall(r'value="(\w)" checked', page)) for page in pages.values()} == {("b",)}
    orders = {tuple(re.findall(r'type="radio"[^>]*value="(\w)"', page)) for page in pages.values()}
    assert len(orders) == 1


def test_lesson_to_read_again_comes_in_the_source_language_where_it_has_no_translation():
    case = make_case(questions=1, lessons=1)
    Locale.objects.get_or_create(language_code="en")
    revise_question(case.made.questions[0], lesson="modulo-1/leccion-1")
    response = result_of(case, "b", language="en")
    assert [(link.title, link.language) for link in response.context["lessons"]] == [
        ("Lección 1", "es")
    ]


# --- Who may ---------------------------------------------------------------------------------------


def test_only_the_learner_sees_her_attempt():
    case = make_case(questions=1, lessons=1)
    attempt = case.start()
    answers = {}
    for who, user in make_cast(case).items():
        client = client_of(user)
        answers[who] = [
            client.get(url("attempt_question", attempt, 1)).status_code,
            client.get(url("attempt_review", attempt)).status_code,
            press(client, attempt, 1, "b").status_code,
            client.get(url("attempt_figure", attempt, 1)).status_code,
        ]
    assert answers == {
        "learner": [200, 200, 302, 404],
        "trainer": [404, 404, 404, 404],
        "coordinator": [404, 404, 404, 404],
        "stranger": [404, 404, 404, 404],
        "nobody": [302, 302, 401, 302],
    }
    assert Response.objects.count() == 1


def test_only_the_learner_submits_and_reads_the_result():
    case = make_case(questions=1, lessons=1)
    attempt = case.start()
    cast = make_cast(case)
    others = [user for user in cast.values() if user != case.learner]
    for user in others:
        client_of(user).post(url("attempt_submit", attempt))
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.IN_PROGRESS
    client_of(case.learner).post(url("attempt_submit", attempt))
    answers = {
        who: client_of(user).get(url("attempt_result", attempt)).status_code
        for who, user in cast.items()
    }
    assert answers == {
        "learner": 200,
        "trainer": 404,
        "coordinator": 404,
        "stranger": 404,
        "nobody": 302,
    }


def test_only_the_enrolled_start():
    case = make_case(questions=1)
    path = reverse("start_attempt", args=[case.quiz_key])
    answers = {who: client_of(user).post(path).status_code for who, user in make_cast(case).items()}
    assert answers == {
        "learner": 302,
        "trainer": 404,
        "coordinator": 404,
        "stranger": 404,
        "nobody": 401,
    }
    assert Attempt.objects.get().enrolment == case.enrolment


def test_refusal_to_start_leads_back_to_the_quiz_with_the_reason():
    case = make_case(questions=1)
    case.quiz.sources.all().delete()
    response = client_of(case.learner).post(
        reverse("start_attempt", args=[case.quiz_key]), follow=True
    )
    assert response.redirect_chain == [("/cursos/curso/modulo-1/prueba/", 302)]
    assert len(response.context["messages"]) == 1


def test_form_of_another_account_changes_nothing_and_says_so():
    case, other = make_case(questions=1, slug="uno"), make_case(questions=1, slug="dos")
    attempt = case.start()
    planted = {"carry_account": sign_account(other.learner)}
    client = client_of(case.learner)
    assert press(client, attempt, 1, "b", **planted).status_code == 409
    assert client.post(url("attempt_submit", attempt), planted).status_code == 409
    assert not Response.objects.exists()


def test_ended_session_carries_the_answer_through_the_login():
    case = make_case(questions=1)
    attempt = case.start()
    own = {"carry_account": sign_account(case.learner)}
    response = press(client_of(None), attempt, 1, "b", go="next", **own)
    assert response.status_code == 401
    assert 'name="carried"' in text_of(response)


def test_forms_say_for_whom_they_were_made():
    case = make_case(questions=1)
    attempt = case.start()
    client = client_of(case.learner)
    for name, args in (("attempt_question", [1]), ("attempt_review", [])):
        assert 'name="carry_account"' in text_of(client.get(url(name, attempt, *args)))


# --- Queries ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("questions", [1, 3, 30])
@pytest.mark.parametrize("layout", QuizLayout.values)
def test_question_page_asks_as_much_whatever_the_number_of_questions(
    questions, layout, django_assert_num_queries
):
    case = make_case(questions=questions, layout=layout)
    attempt = case.start()
    client = client_of(case.learner)
    name, args = (
        ("attempt", []) if layout == QuizLayout.ALL_ON_ONE_PAGE else ("attempt_question", [1])
    )
    client.get(url(name, attempt, *args))
    with django_assert_num_queries(QUESTION_PAGE_QUERIES):
        client.get(url(name, attempt, *args))


@pytest.mark.parametrize("questions", [1, 3, 30])
def test_review_and_result_ask_as_much_whatever_the_number_of_questions(
    questions, django_assert_num_queries
):
    case = make_case(questions=questions, lessons=1)
    attempt = case.start()
    client = client_of(case.learner)
    client.get(url("attempt_review", attempt))
    with django_assert_num_queries(QUESTION_PAGE_QUERIES):
        client.get(url("attempt_review", attempt))
    client.post(url("attempt_submit", attempt))
    client.get(url("attempt_result", attempt))
    with django_assert_num_queries(RESULT_PAGE_QUERIES):
        client.get(url("attempt_result", attempt))


QUESTION_PAGE_QUERIES = 6
RESULT_PAGE_QUERIES = 12


def test_pass_mark_of_the_standing_is_the_promised_one():
    case = make_case(questions=1, pass_mark=Decimal("72.5"))
    response = client_of(case.learner).get("/cursos/curso/modulo-1/prueba/")
    assert response.context["standing"].pass_mark == Decimal("72.5")
    assert "14,5" in text_of(response)

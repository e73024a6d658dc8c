from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from courses.enums import QuizMode
from courses.models import CourseStaff, QuestionVersion
from lms.core.models import AuditEvent
from lms.learning.models import Attempt, Response, SurveyTally, SurveyText
from lms.learning.statistics.services import count_attempt, rebuild_now
from tests.factories.courses import MADE_AT, question_content
from tests.learning.cast import client_of
from tests.learning.statistics.sittings import NOW, Scene, make_scene, sit

pytestmark = pytest.mark.django_db

ONLY_STAFF = {
    "learner": 404,
    "trainer": 200,
    "coordinator": 404,
    "administrator": 200,
    "stranger": 404,
    "nobody": 302,
}


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def counted(scene: Scene, answers: list[str | None], **changes: Any) -> Attempt:
    attempt = sit(scene, answers, **changes)
    count_attempt(attempt_id=attempt.pk, now=NOW)
    return attempt


def english(name: str, *args: Any) -> str:
    with translation.override("en"):
        return reverse(name, args=args)


def page(scene: Scene, name: str, *args: Any, **data: str) -> str:
    answer = client_of(scene.cast.trainer).get(english(name, *args), data)
    assert answer.status_code == 200
    return str(answer.content.decode())


def first_version(scene: Scene) -> int:
    version = scene.questions[0].live_version
    assert version is not None
    return int(version.pk)


@pytest.mark.parametrize("name", ["quiz_results_list", "quiz_results", "question_results"])
def test_results_are_for_the_staff_of_the_course(scene: Scene, name: str) -> None:
    counted(scene, ["a", "b", None])
    args: list[Any] = [] if name == "quiz_results_list" else [scene.quiz_key]
    args += [first_version(scene)] if name == "question_results" else []

    assert scene.cast.statuses(reverse(name, args=args)) == ONLY_STAFF


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("query", ["", "?nombres=1"])
def test_files_are_for_the_staff_of_the_course(scene: Scene, form: str, query: str) -> None:
    counted(scene, ["a", "b", None])
    address = reverse("quiz_results_download", args=[scene.quiz_key, form]) + query

    assert scene.cast.statuses(address) == ONLY_STAFF
    taken = AuditEvent.objects.filter(action="results_downloaded")
    assert taken.count() == (2 if query else 0)


def test_list_shows_only_the_quizzes_of_the_trainers_own_courses(scene: Scene) -> None:
    CourseStaff.objects.filter(user=scene.cast.trainer).delete()

    assert str(scene.quiz_key) not in page(scene, "quiz_results_list")


def test_unknown_quiz_question_and_file_are_not_found(scene: Scene) -> None:
    client = client_of(scene.cast.trainer)
    lesson = scene.cast.made.lessons[0].translation_key
    addresses = [
        reverse("quiz_results", args=[lesson]),
        reverse("question_results", args=[scene.quiz_key, first_version(scene)]),
        reverse("quiz_results_download", args=[scene.quiz_key, "pdf"]),
    ]

    assert [client.get(address).status_code for address in addresses] == [404, 404, 404]


@pytest.mark.parametrize("name", ["quiz_results_list", "quiz_results", "question_results"])
def test_queries_do_not_grow_with_learners_and_questions(scene: Scene, name: str) -> None:
    args: list[Any] = [] if name == "quiz_results_list" else [scene.quiz_key]
    args += [first_version(scene)] if name == "question_results" else []
    client, address = client_of(scene.cast.trainer), english(name, *args)
    counts = []
    for answers in (["a"], ["b", "a", "a"], ["c", "d", None]):
        counted(scene, answers)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts.append(len(queries))

    assert counts == [counts[0]] * 3


def test_quiz_page_shows_the_figures_and_a_remark(scene: Scene) -> None:
    for _learner in range(8):
        counted(scene, ["b", "a", "a"])
    for _learner in range(8):
        counted(scene, ["a", "b", "b"])

    shown = page(scene, "quiz_results", scene.quiz_key)

    assert "Most who did well chose “Option b”: check the key." in shown
    assert '<td class="number">50\N{NO-BREAK SPACE}%</td>' in shown
    assert shown.count('class="bar"') + shown.count('class="bar bar-low"') == 2


def test_quiz_page_says_that_there_are_too_few(scene: Scene) -> None:
    counted(scene, ["b", "a", "a"])

    shown = page(scene, "quiz_results", scene.quiz_key)

    assert "Fewer than 10 learners" in shown
    assert 'class="flags"' not in shown


def test_quiz_page_without_results_says_so(scene: Scene) -> None:
    assert "No results yet" in page(scene, "quiz_results", scene.quiz_key)


@pytest.mark.parametrize(
    ("order", "expected"),
    [("facilidad", [2, 1, 0]), ("pregunta", [0, 1, 2]), ("nada", [0, 1, 2])],
)
def test_questions_are_sorted_by_the_server(scene: Scene, order: str, expected: list[int]) -> None:
    counted(scene, ["a", "a", "b"])
    counted(scene, ["a", "b", "b"])

    shown = page(scene, "quiz_results", scene.quiz_key, orden=order)

    keys = [question.key for question in scene.questions]
    places = {number: shown.index(f"{keys[number]} ·") for number in range(3)}
    assert sorted(places, key=lambda number: places[number]) == expected


def test_question_page_shows_answers_by_group(scene: Scene) -> None:
    for _learner in range(10):
        counted(scene, ["a", "a", "a"])
    for _learner in range(10):
        counted(scene, ["b", "b", None])

    shown = page(scene, "question_results", scene.quiz_key, first_version(scene))

    assert "the 10 with the best results" in shown
    assert shown.count('<rect class="bar"') == 4
    assert "Option d" in shown


def test_question_page_puts_versions_beside_each_other(scene: Scene) -> None:
    counted(scene, ["a", "a", "a"])
    question, first_id = scene.questions[0], first_version(scene)
    second = QuestionVersion.objects.create(
        question=question,
        number=2,
        kind=question.kind,
        content=question_content(),
        created_at=MADE_AT,
    )
    question.live_version = second
    counted(scene, ["b", "a", "a"])

    shown = page(scene, "question_results", scene.quiz_key, second.pk)

    assert "2 (this one)" in shown
    assert english("question_results", scene.quiz_key, first_id) in shown


def test_post_test_shows_the_gain(scene: Scene) -> None:
    pre_key = scene.add_pre_test()
    before = counted(scene, ["a", "b", "b"], quiz_key=pre_key, mode="diagnosis")
    counted(scene, ["a", "a", "b"], enrolment=before.enrolment)

    shown = page(scene, "quiz_results", scene.quiz_key)

    # From 16.67 % to 50 %: 33.33 of 83.33 that were missing.
    assert '<td class="number">0.40</td>' in shown
    assert english("quiz_results", pre_key) in shown


@pytest.fixture
def survey() -> Scene:
    return make_scene(mode=QuizMode.SURVEY, is_anonymous=True)


def tally(scene: Scene, key: str, count: int, *, is_shown: bool = True) -> None:
    SurveyTally.objects.create(
        quiz_key=scene.quiz_key,
        question_version=scene.questions[0].live_version,
        answer_key=key,
        count=count,
        shown_count=count if is_shown else 0,
    )


def test_survey_shows_nothing_under_five_sheets(survey: Scene) -> None:
    tally(survey, "", 4, is_shown=False)
    tally(survey, "a", 4, is_shown=False)
    SurveyText.objects.create(
        quiz_key=survey.quiz_key,
        question_version=survey.questions[0].live_version,
        text="Un texto suelto",
    )

    shown = page(survey, "quiz_results", survey.quiz_key)

    assert "sheets" not in shown.replace("5 sheets", "")  # not even how many are missing
    assert "Option a" not in shown
    assert "Un texto suelto" not in shown


def test_survey_shows_counts_and_texts_from_five_sheets_on(survey: Scene) -> None:
    tally(survey, "", 5)
    tally(survey, "a", 4)
    SurveyText.objects.create(
        quiz_key=survey.quiz_key,
        question_version=survey.questions[0].live_version,
        text="Un texto <b>suelto</b>",
        is_shown=True,
    )

    shown = page(survey, "quiz_results", survey.quiz_key)

    assert '<td class="number">80\N{NO-BREAK SPACE}%</td>' in shown
    assert "Un texto &lt;b&gt;suelto&lt;/b&gt;" in shown


def test_survey_with_names_is_counted_from_its_attempts() -> None:
    scene = make_scene(mode=QuizMode.SURVEY)
    for letter in "aaabb":
        counted(scene, [letter])

    shown = page(scene, "quiz_results", scene.quiz_key)

    assert "5 sheets" in shown
    assert '<td class="number">60\N{NO-BREAK SPACE}%</td>' in shown


def test_texts_of_a_survey_with_names_are_shown_from_five_sheets_on_without_names() -> None:
    scene = make_scene(mode=QuizMode.SURVEY)
    for question in scene.questions[:1]:
        question.kind = "open"
        question.live_version = QuestionVersion.objects.create(
            question=question,
            number=2,
            kind="open",
            content={**question.live_version.content, "criteria": [], "is_opinion": True},
            created_at=NOW,
        )
        question.save()

    def write(text: str) -> None:
        attempt = counted(scene, [None])
        item = attempt.items.get()
        Response.objects.create(item=item, given={"text": text}, sequence=1, saved_at=NOW)

    for number in range(4):
        write(f"Texto <b>{number}</b>")
    few = page(scene, "quiz_results", scene.quiz_key)
    write("Texto final")
    shown = page(scene, "quiz_results", scene.quiz_key)

    assert "Texto" not in few
    assert shown.count("Texto &lt;b&gt;") == 4
    assert "Texto final" in shown
    assert "What was written" in shown
    assert scene.enrolments[0].learner.full_name not in shown


def test_anonymous_sheets_are_not_counted_a_second_time(survey: Scene) -> None:
    tally(survey, "", 5)
    attempt = sit(survey, [None], rule={"is_anonymous": True})

    assert count_attempt(attempt_id=attempt.pk, now=NOW) is False
    rebuild_now(quiz_key=survey.quiz_key, now=NOW)
    shown = page(survey, "quiz_results", survey.quiz_key)

    assert '<p class="soft">5 sheets' in shown


def test_anonymous_survey_has_no_file(survey: Scene) -> None:
    address = reverse("quiz_results_download", args=[survey.quiz_key, "csv"])

    assert client_of(survey.cast.trainer).get(address).status_code == 404

"""The trainer's desk: her courses, their quizzes, and what waits for her."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse

from courses.enums import QuizMode, StaffPart
from courses.models import CourseStaff, Quiz
from lms.accounts.enums import StaffRole
from lms.learning.attempts.services import start_attempt
from lms.learning.models import AttemptItem
from tests.factories import UserFactory, make_course
from tests.learning.cast import NOW, Cast, client_of, make_cast, path_of, serve_home

pytestmark = pytest.mark.django_db

URL = "/ensenar/"


@pytest.fixture
def cast() -> Cast:
    """A released course with a quiz."""
    return make_cast(make_course(lessons=0))


def desk_of(user: Any) -> Any:
    return client_of(user).get(URL).context["desk"]


def test_desk_is_for_trainers(cast: Cast) -> None:
    assert cast.statuses(URL) == {
        "learner": 404,
        "trainer": 200,
        "coordinator": 404,
        "administrator": 200,
        "stranger": 404,
        "nobody": 302,
    }
    assert reverse("trainer_desk") == URL


def test_trainer_sees_her_courses_only(cast: Cast) -> None:
    elsewhere = make_cast(make_course(slug="otro", lessons=0, title="Otro curso"))

    assert [course.link.title for course in desk_of(cast.trainer).courses] == ["Curso de prueba"]
    assert [course.link.title for course in desk_of(elsewhere.trainer).courses] == ["Otro curso"]
    assert [course.link.title for course in desk_of(cast.administrator).courses] == [
        "Curso de prueba",
        "Otro curso",
    ]


def test_quiz_leads_to_its_attempts_and_says_what_waits(cast: Cast) -> None:
    key = cast.made.quiz_page.translation_key
    start_attempt(enrolment=cast.enrolment, quiz_key=key, acting_user=cast.learner, now=NOW)
    AttemptItem.objects.filter(position__lte=2).update(is_waiting=True)

    desk = desk_of(cast.trainer)

    quiz = desk.courses[0].quizzes[0]
    assert (quiz.link.title, quiz.kind, quiz.waiting) == ("Prueba", "prueba", 2)
    assert [link.url for link in quiz.links] == [
        reverse("quiz_attempts", args=[key]),
        reverse("marking_questions", args=[key]),
        reverse("quiz_results", args=[key]),
    ]
    assert [link.url for link in desk.links] == [
        reverse("marking_queue"),
        reverse("quiz_results_list"),
        reverse("cohort_list"),
        reverse("questions_desk"),
        reverse("course_reports"),
    ]
    assert desk.waiting == 2
    html = client_of(cast.trainer).get(URL).content.decode()
    assert "2 respuestas" in html or "2 answers" in html


def test_what_waits_elsewhere_is_not_counted(cast: Cast) -> None:
    elsewhere = make_cast(make_course(slug="otro", lessons=0))
    key = elsewhere.made.quiz_page.translation_key
    start_attempt(
        enrolment=elsewhere.enrolment, quiz_key=key, acting_user=elsewhere.learner, now=NOW
    )
    AttemptItem.objects.update(is_waiting=True)

    assert desk_of(cast.trainer).waiting == 0
    assert desk_of(cast.administrator).waiting == 3


def test_trainer_without_a_course_is_told_how_to_begin() -> None:
    response = client_of(UserFactory(role=StaffRole.TRAINER)).get(URL)

    assert response.context["desk"].courses == ()
    assert reverse("wagtailadmin_home") in response.content.decode()


def test_desk_takes_the_same_queries_for_one_and_three(cast: Cast) -> None:
    client = client_of(cast.trainer)
    client.get(URL)
    with CaptureQueriesContext(connection) as one:
        client.get(URL)
    for slug in ("dos", "tres"):
        made = make_course(slug=slug, lessons=0)
        CourseStaff.objects.create(
            user=cast.trainer, course_key=made.course.translation_key, part=StaffPart.LEAD
        )
    with CaptureQueriesContext(connection) as three:
        response = client.get(URL)

    assert len(response.context["desk"].courses) == 3
    assert len(one) == len(three)


def test_menu_leads_staff_to_the_desk_after_their_login(cast: Cast) -> None:
    serve_home(cast.made)
    course = path_of(cast.made.course)
    found = {}
    for name, user in cast.people.items():
        client = client_of(user)
        client.get(reverse("my_learning"))
        found[name] = 'href="/ensenar/"' in client.get(course).content.decode()

    assert found == {
        "learner": False,
        "trainer": True,
        "coordinator": False,
        "administrator": True,
        "stranger": False,
        "nobody": False,
    }


def test_menu_forgets_whoever_is_no_trainer_any_more(cast: Cast) -> None:
    serve_home(cast.made)
    client = client_of(cast.trainer)
    client.get(reverse("my_learning"))
    cast.trainer.groups.clear()

    shown = client.get(reverse("my_learning")).content.decode()

    assert 'href="/ensenar/"' not in shown
    assert client.get(URL).status_code == 404


def names_of(user: Any) -> list[str]:
    """Return the names of the addresses that the first quiz leads to."""
    links = desk_of(user).courses[0].quizzes[0].links
    return [resolve(link.url).url_name for link in links]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({}, ["quiz_attempts", "marking_questions", "quiz_results"]),
        ({"mode": QuizMode.SURVEY}, ["quiz_attempts", "quiz_results"]),
        ({"mode": QuizMode.SURVEY, "is_anonymous": True}, ["quiz_results"]),
    ],
)
def test_survey_leads_to_no_marking_and_an_anonymous_one_to_no_attempts(
    cast: Cast, rule: dict[str, Any], expected: list[str]
) -> None:
    Quiz.objects.filter(pk=cast.made.quiz.pk).update(**rule)

    assert names_of(cast.trainer) == expected


def test_login_tells_the_menu_who_teaches(cast: Cast) -> None:
    people = (cast.trainer, cast.administrator, cast.learner, cast.coordinator)

    noted = [client_of(user).session.get("is_trainer", False) for user in people]

    assert noted == [True, True, False, False]

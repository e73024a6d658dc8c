"""What a change to a quiz with attempts is said to do, and that nothing is saved unread."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from courses.models import Quiz, QuizSection, QuizSource
from courses.quiz_changes import EFFECTS, QuizState, QuizUse, describe_change, use_of
from lms.core.models import AuditEvent
from lms.learning.enums import AttemptState
from lms.learning.models import Attempt
from tests.courses.authoring import client_of, make_trainer
from tests.courses.test_quizzes_admin import quiz_post, source
from tests.factories import EnrolmentFactory, make_course, release_course_for_tests
from tests.factories.courses import MadeCourse

NOON = datetime(2026, 12, 1, 17, 0, tzinfo=UTC)
NOT_A_RULE = {"id", "name", "slug", "source_key"}


def in_english(old: QuizState, new: QuizState) -> list[tuple[str, str, str]]:
    with translation.override("en"):
        return [(one.name, one.before, one.after) for one in describe_change(old, new)]


def test_every_setting_has_its_consequence() -> None:
    names = {field.name for field in Quiz._meta.fields} - NOT_A_RULE

    assert set(EFFECTS) == names


def test_a_new_name_has_no_consequence() -> None:
    assert describe_change(QuizState(Quiz(name="a")), QuizState(Quiz(name="b"))) == ()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            {"pass_mark": Decimal("70.00")},
            {"pass_mark": Decimal("72.5")},
            ("pass mark, in per cent", "70", "72.5"),
        ),
        ({"attempts": None}, {"attempts": 2}, ("attempts allowed", "none", "2")),
        (
            {"feedback": "at_end"},
            {"feedback": "none"},
            (
                "feedback",
                "after submitting the whole quiz",
                "nothing but passed or not passed",
            ),
        ),
        (
            {"is_question_order_shuffled": True},
            {"is_question_order_shuffled": False},
            ("shuffle the questions", "yes", "no"),
        ),
        ({}, {"closes_at": NOON}, ("closes at", "none", "12/01/2026 noon")),
    ],
)
def test_change_is_told_in_words(
    old: dict[str, Any], new: dict[str, Any], expected: tuple[str, str, str]
) -> None:
    assert in_english(QuizState(Quiz(**old)), QuizState(Quiz(**new))) == [expected]


def test_equal_decimals_are_no_change() -> None:
    old, new = Quiz(pass_mark=Decimal("70.00")), Quiz(pass_mark=Decimal(70))
    rows = ([QuizSource(marks=Decimal("1.00"))], [QuizSource(marks=Decimal(1))])

    assert describe_change(QuizState(old, rows[0]), QuizState(new, rows[1])) == ()


def test_rows_that_change_are_told() -> None:
    old = QuizState(Quiz(), [QuizSource(question_id=1)], [QuizSection(number=1)])
    new = QuizState(Quiz(), [QuizSource(question_id=1), QuizSource(question_id=2)], [])

    assert in_english(old, new) == [("sections", "1", "0"), ("questions", "1", "2")]


@pytest.fixture
def made(db: None) -> MadeCourse:
    """A course with three published questions."""
    return make_course()


@pytest.fixture
def client(made: MadeCourse) -> Client:
    """Its trainer's browser, in English."""
    return client_of(make_trainer(made.course))


def begin(made: MadeCourse, number: int = 1, **values: Any) -> Attempt:
    """Return an attempt of a new learner at the quiz."""
    enrolment = EnrolmentFactory(release=release_course_for_tests(made))
    return Attempt.objects.create(
        enrolment=enrolment,
        quiz_key=made.quiz_page.translation_key,
        number=number,
        rule={},
        started_at=NOON,
        **values,
    )


def unchanged(made: MadeCourse, **changes: Any) -> dict[str, Any]:
    """Return the post of the quiz as it stands, but for these changes."""
    rows = [
        source(question=one.question_id, id=one.pk)
        for one in made.quiz.sources.order_by("sort_order")
    ]
    values = {"name": made.quiz.name, "slug": made.quiz.slug, "attempts": "", **changes}
    data = quiz_post(rows, **values)
    return {**data, "sources-INITIAL_FORMS": str(len(rows))}


def test_use_counts_attempts_on_every_page_of_the_quiz(made: MadeCourse) -> None:
    begin(made)
    begin(made, state=AttemptState.SUBMITTED, submitted_at=NOON)
    begin(
        made,
        state=AttemptState.MARKED,
        submitted_at=NOON,
        score=Decimal(50),
        is_passed=False,
    )

    assert use_of(made.quiz) == QuizUse(in_progress=1, finished=2)
    assert use_of(Quiz()) == QuizUse()


def test_change_without_attempts_is_saved_at_once(client: Client, made: MadeCourse) -> None:
    url = reverse("pruebas:edit", args=[made.quiz.pk])

    response = client.post(url, unchanged(made, time_limit_minutes="30"))

    assert response.status_code == 302
    made.quiz.refresh_from_db()
    assert made.quiz.time_limit_minutes == 30


def test_change_with_attempts_is_read_before_it_is_saved(client: Client, made: MadeCourse) -> None:
    begin(made)
    url = reverse("pruebas:edit", args=[made.quiz.pk])
    data = unchanged(made, time_limit_minutes="30", pass_mark="80")

    first = client.post(url, data)

    form = first.context["form"]
    assert [(one.field, one.before, one.after) for one in form.consequences] == [
        ("pass_mark", "70", "80"),
        ("time_limit_minutes", "none", "30"),
    ]
    assert form.errors == {}
    assert b"Save, I have read it" in first.content
    assert b"The quiz could not be saved" not in first.content
    made.quiz.refresh_from_db()
    assert made.quiz.time_limit_minutes is None

    second = client.post(url, {**data, "confirmed": form.confirmation})

    assert second.status_code == 302
    made.quiz.refresh_from_db()
    assert (made.quiz.time_limit_minutes, made.quiz.pass_mark) == (30, Decimal(80))
    event = AuditEvent.objects.get(action="quiz_changed")
    assert event.changed_fields == ["pass_mark", "time_limit_minutes"]


def test_having_read_one_change_does_not_pass_another(client: Client, made: MadeCourse) -> None:
    begin(made)
    url = reverse("pruebas:edit", args=[made.quiz.pk])
    read = client.post(url, unchanged(made, time_limit_minutes="30")).context["form"].confirmation

    response = client.post(url, {**unchanged(made, time_limit_minutes="5"), "confirmed": read})

    assert response.status_code == 200
    made.quiz.refresh_from_db()
    assert made.quiz.time_limit_minutes is None


def test_new_name_is_saved_at_once_though_there_are_attempts(
    client: Client, made: MadeCourse
) -> None:
    begin(made)
    url = reverse("pruebas:edit", args=[made.quiz.pk])

    shown = client.get(url)
    response = client.post(url, unchanged(made, name="Otro nombre"))

    assert b"1 attempt at this quiz is under way." in shown.content
    assert response.status_code == 302
    made.quiz.refresh_from_db()
    assert made.quiz.name == "Otro nombre"


def test_other_questions_are_a_change(client: Client, made: MadeCourse) -> None:
    begin(made)
    data = unchanged(made)
    data["sources-0-marks"] = "2"

    response = client.post(reverse("pruebas:edit", args=[made.quiz.pk]), data)

    assert [one.field for one in response.context["form"].consequences] == ["sources"]

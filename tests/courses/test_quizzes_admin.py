"""Quizzes in the admin: sources, counts, clear errors."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from courses.models import QuestionCategory, Quiz
from tests.courses.authoring import client_of, make_trainer
from tests.factories import make_course, make_question
from tests.factories.courses import MadeCourse

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> MadeCourse:
    """A course with three published questions."""
    return make_course()


@pytest.fixture
def client(made: MadeCourse) -> Client:
    """Its trainer's browser, in English."""
    return client_of(make_trainer(made.course))


def quiz_post(sources: list[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "name": "Prueba nueva",
        "slug": "prueba-nueva",
        "pass_mark": "70",
        "attempts": "3",
        "layout": "one_per_page",
        "feedback": "at_end",
        "is_question_order_shuffled": "on",
        "sources": inline_formset(sources),
    }
    data: dict[str, Any] = nested_form_data({**values, **changes})
    return data


def source(**values: Any) -> dict[str, Any]:
    return {"question": "", "category": "", "count": "", **values}


def test_trainer_makes_a_quiz_with_both_kinds_of_source(client: Client, made: MadeCourse) -> None:
    category = made.questions[0].category
    data = quiz_post(
        [source(question=made.questions[0].pk), source(category=category.pk, count="2")]
    )

    response = client.post(reverse("pruebas:add"), data)

    assert response.status_code == 302
    quiz = Quiz.objects.get(slug="prueba-nueva")
    found = quiz.sources.order_by("sort_order").values_list("question", "category", "count")
    assert list(found) == [(made.questions[0].pk, None, None), (None, category.pk, 2)]
    assert quiz.pass_mark == Decimal(70)


def test_unused_quiz_that_lacks_questions_is_saved_with_a_warning(
    client: Client, made: MadeCourse
) -> None:
    data = quiz_post([source(category=made.questions[0].category_id, count="9")])

    response = client.post(reverse("pruebas:add"), data)

    assert Quiz.objects.filter(slug="prueba-nueva").exists()
    said = [str(message) for message in get_messages(response.wsgi_request)]
    assert "The quiz draws 9 questions from “Módulo 1”, which has 3 published." in said


def test_quiz_that_learners_meet_is_not_left_short(client: Client, made: MadeCourse) -> None:
    data = quiz_post([], slug=made.quiz.slug)

    response = client.post(reverse("pruebas:edit", args=[made.quiz.pk]), data)

    assert response.status_code == 200
    assert response.context["form"].non_field_errors() == ["The quiz has no questions yet."]
    assert made.quiz.sources.count() == 3


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"pass_mark": "101"}, "pass_mark"), ({"attempts": "0"}, "attempts"), ({"name": ""}, "name")],
)
def test_wrong_settings_are_answered_at_their_field(
    client: Client, made: MadeCourse, changes: dict[str, str], field: str
) -> None:
    data = quiz_post([source(question=made.questions[0].pk)], **changes)

    response = client.post(reverse("pruebas:add"), data)

    assert field in response.context["form"].errors
    assert not Quiz.objects.filter(slug="prueba-nueva").exists()


@pytest.mark.parametrize("is_both", [True, False])
def test_source_is_one_kind(client: Client, made: MadeCourse, is_both: bool) -> None:
    wrong = source(count="2")
    if is_both:
        wrong = source(
            question=made.questions[0].pk, category=made.questions[0].category_id, count="1"
        )

    response = client.post(reverse("pruebas:add"), quiz_post([wrong]))

    assert response.status_code == 200
    errors = response.context["form"].formsets["sources"].errors
    assert errors == [
        {"__all__": ["Choose a fixed question, or a category and how many to draw from it."]}
    ]


def test_form_tells_how_many_published_questions_each_category_has(
    client: Client, made: MadeCourse
) -> None:
    above = made.questions[0].category
    below = QuestionCategory.objects.create(bank=above.bank, path="modulo-1/mitos", name="Mitos")
    make_question("mito-1", category=below)
    QuestionCategory.objects.create(bank=above.bank, path="modulo-10", name="Otro")

    response = client.get(reverse("pruebas:edit", args=[made.quiz.pk]))

    counts = [(row.category.path, row.published) for row in response.context["category_counts"]]
    assert counts == [("modulo-1", 4), ("modulo-1/mitos", 1), ("modulo-10", 0)]


def test_category_asks_for_the_one_above_it(client: Client, made: MadeCourse) -> None:
    bank = made.questions[0].category.bank
    url = reverse("categorias:add")

    refused = client.post(url, {"bank": bank.pk, "path": "modulo-7/nada", "name": "Nada"})
    client.post(url, {"bank": bank.pk, "path": "modulo-1/mitos", "name": "Mitos"})

    assert list(refused.context["form"].errors) == ["path"]
    paths = QuestionCategory.objects.order_by("path").values_list("path", flat=True)
    assert list(paths) == ["modulo-1", "modulo-1/mitos"]

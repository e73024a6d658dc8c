"""Quizzes in the admin: settings, sections, sources, counts, clear errors."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from courses.enums import QuizMode
from courses.models import Question, QuestionCategory, QuestionTag, Quiz, QuizSource
from lms.core.models import AuditEvent
from tests.courses.authoring import client_of, make_trainer
from tests.factories import make_course, make_question
from tests.factories.courses import MadeCourse

pytestmark = pytest.mark.django_db

CLOSING = "2026-12-01 12:00"


@pytest.fixture
def made() -> MadeCourse:
    """A course with three published questions."""
    return make_course()


@pytest.fixture
def client(made: MadeCourse) -> Client:
    """Its trainer's browser, in English."""
    return client_of(make_trainer(made.course))


def quiz_post(
    sources: list[dict[str, Any]], sections: list[dict[str, Any]] | None = None, **changes: Any
) -> dict[str, Any]:
    """Return what the form of a quiz sends."""
    values: dict[str, Any] = {
        "name": "Prueba nueva",
        "slug": "prueba-nueva",
        "mode": "graded",
        "compared_with": "",
        "pass_mark": "70",
        "weight": "1",
        "attempts": "3",
        "wait_minutes": "0",
        "counting": "best",
        "opens_at": "",
        "closes_at": "",
        "time_limit_minutes": "",
        "layout": "one_per_page",
        "feedback": "at_end",
        "is_question_order_shuffled": "on",
        "is_option_order_shuffled": "on",
        "is_marked_anonymously": "on",
        "marking_difference": "20",
        "sources": inline_formset(sources),
        "sections": inline_formset(sections or []),
    }
    data: dict[str, Any] = nested_form_data({**values, **changes})
    return data


def source(**values: Any) -> dict[str, Any]:
    """Return a row of the sources."""
    empty = {"question": "", "category": "", "count": "", "tag": "", "difficulty": ""}
    return {**empty, "marks": "1", "section": "", **values}


def section(number: int, **values: Any) -> dict[str, Any]:
    """Return a row of the sections."""
    return {"number": number, "title_es": "Parte", "title_en": "Part", "pass_mark": "", **values}


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
    assert list(AuditEvent.objects.values_list("action", "target_id")) == [
        ("quiz_made", str(quiz.pk))
    ]


def test_trainer_sets_up_an_exam_with_sections(client: Client, made: MadeCourse) -> None:
    tag = QuestionTag.objects.create(name="derechos", slug="derechos")
    for question in made.questions:
        question.tags.add("derechos")
    made.questions[0].difficulty = "hard"
    made.questions[0].save()
    category = made.questions[0].category
    data = quiz_post(
        [
            source(category=category.pk, count="1", tag=tag.pk, difficulty="hard", section="1"),
            source(question=made.questions[1].pk, marks="2.5", section="2"),
        ],
        [section(1, pass_mark="80"), section(2)],
        mode="exam",
        weight="2",
        counting="last",
        wait_minutes="1440",
        opens_at="2026-12-01 08:00",
        closes_at=CLOSING,
        time_limit_minutes="45",
        feedback="after_closing",
        needs_second_marker="on",
        marking_difference="15",
    )

    response = client.post(reverse("pruebas:add"), data)

    assert response.status_code == 302, response.context["form"].errors
    quiz = Quiz.objects.get(slug="prueba-nueva")
    assert (quiz.mode, quiz.weight, quiz.counting, quiz.wait_minutes) == (
        "exam",
        Decimal(2),
        "last",
        1440,
    )
    assert (quiz.time_limit_minutes, quiz.feedback, quiz.needs_second_marker) == (
        45,
        "after_closing",
        True,
    )
    assert quiz.closes_at.isoformat() == "2026-12-01T17:00:00+00:00"
    rows = quiz.sources.order_by("sort_order").values_list("tag", "difficulty", "marks", "section")
    assert list(rows) == [
        (tag.pk, "hard", Decimal(1), 1),
        (None, "", Decimal("2.5"), 2),
    ]
    assert list(quiz.sections.order_by("number").values_list("number", "pass_mark")) == [
        (1, Decimal(80)),
        (2, None),
    ]


def test_survey_asks_for_no_pass_mark(client: Client, made: MadeCourse) -> None:
    bank = made.questions[0].category.bank
    category = QuestionCategory.objects.create(bank=bank, path="opiniones", name="Opiniones")
    question = make_question("opinion-1", category=category, is_opinion=True)
    data = quiz_post([source(question=question.pk)], mode="survey", pass_mark="", is_anonymous="on")

    response = client.post(reverse("pruebas:add"), data)

    assert response.status_code == 302, response.context["form"].errors
    quiz = Quiz.objects.get(slug="prueba-nueva")
    assert (quiz.mode, quiz.is_anonymous, quiz.is_counted) == ("survey", True, False)


def test_counted_quiz_asks_for_its_pass_mark(client: Client, made: MadeCourse) -> None:
    data = quiz_post([source(question=made.questions[0].pk)], pass_mark="")

    response = client.post(reverse("pruebas:add"), data)

    assert response.context["form"].errors == {
        "pass_mark": ["The pass mark lies between 0 and 100 per cent."]
    }


def test_diagnosis_is_compared_with_a_diagnosis_only(client: Client, made: MadeCourse) -> None:
    before = Quiz.objects.create(name="Antes", slug="antes", mode=QuizMode.DIAGNOSIS)
    rows = [source(question=made.questions[0].pk)]

    refused = client.post(
        reverse("pruebas:add"), quiz_post(rows, mode="diagnosis", compared_with=made.quiz.pk)
    )
    wrong_mode = client.post(reverse("pruebas:add"), quiz_post(rows, compared_with=before.pk))
    client.post(reverse("pruebas:add"), quiz_post(rows, mode="diagnosis", compared_with=before.pk))

    assert list(refused.context["form"].errors) == ["compared_with"]
    assert wrong_mode.context["form"].errors == {
        "compared_with": ["Only a diagnosis is compared with a pre-test."]
    }
    assert Quiz.objects.get(slug="prueba-nueva").compared_with == before


def test_unfinished_quiz_is_saved_with_the_second_press(client: Client, made: MadeCourse) -> None:
    message = "The quiz draws 9 questions from “Módulo 1”, which has 3 published."
    data = quiz_post([source(category=made.questions[0].category_id, count="9")])

    first = client.post(reverse("pruebas:add"), data)

    form = first.context["form"]
    assert form.formsets["sources"].errors == [{"count": [message]}]
    assert form["name"].value() == "Prueba nueva"
    assert b"Save it unfinished" in first.content
    assert not Quiz.objects.filter(slug="prueba-nueva").exists()

    second = client.post(reverse("pruebas:add"), {**data, "confirmed": form.confirmation})

    assert second.status_code == 302
    assert Quiz.objects.get(slug="prueba-nueva").sources.get().count == 9
    assert message in [str(one) for one in get_messages(second.wsgi_request)]


def test_quiz_that_learners_meet_is_not_left_short(client: Client, made: MadeCourse) -> None:
    data = quiz_post([], slug=made.quiz.slug)
    url = reverse("pruebas:edit", args=[made.quiz.pk])

    response = client.post(url, data)
    form = response.context["form"]
    again = client.post(url, {**data, "confirmed": form.confirmation})

    assert (response.status_code, again.status_code) == (200, 200)
    assert form.formsets["sources"].non_form_errors() == ["The quiz has no questions yet."]
    assert b"The quiz has no questions yet." in response.content
    assert made.quiz.sources.count() == 3


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"pass_mark": "101"}, "pass_mark"),
        ({"pass_mark": "70.123"}, "pass_mark"),
        ({"attempts": "0"}, "attempts"),
        ({"name": ""}, "name"),
        ({"weight": "-1"}, "weight"),
        ({"wait_minutes": "-1"}, "wait_minutes"),
        ({"time_limit_minutes": "0"}, "time_limit_minutes"),
        ({"time_limit_minutes": "9" * 30}, "time_limit_minutes"),
        ({"opens_at": "2026-12-02 08:00", "closes_at": CLOSING}, "closes_at"),
        ({"opens_at": "ayer"}, "opens_at"),
        ({"mode": "exam", "feedback": "none", "layout": "all_on_one_page"}, "layout"),
        ({"mode": "exam", "closes_at": CLOSING}, "feedback"),
        ({"feedback": "after_closing"}, "closes_at"),
        ({"is_anonymous": "on"}, "is_anonymous"),
        ({"mode": "survey", "needs_second_marker": "on"}, "needs_second_marker"),
        ({"mode": "duel"}, "mode"),
    ],
)
def test_wrong_settings_are_answered_at_their_field(
    client: Client, made: MadeCourse, changes: dict[str, str], field: str
) -> None:
    data = quiz_post([source(question=made.questions[0].pk)], **changes)

    response = client.post(reverse("pruebas:add"), data)

    form = response.context["form"]
    assert list(form.errors) == [field]
    kept = {name: str(form[name].value()) for name in changes if changes[name] != "on"}
    assert kept == {name: value for name, value in changes.items() if value != "on"}
    assert form.formsets["sources"].forms[0]["question"].value() == str(made.questions[0].pk)
    assert not Quiz.objects.filter(slug="prueba-nueva").exists()


@pytest.mark.parametrize(
    ("rows", "parts", "expected"),
    [
        ([{"section": "2"}], [section(1)], {"sources": "section", "sections": "number"}),
        ([{"marks": "0"}], [], {"sources": "marks"}),
        ([{"marks": "-1"}], [], {"sources": "marks"}),
        ([{"section": "1"}], [section(1, pass_mark="101")], {"sections": "pass_mark"}),
        ([{"section": "1"}], [section(1, title_en="")], {"sections": "title_en"}),
        ([{"section": "1"}], [section(0)], {"sections": "number"}),
    ],
)
def test_wrong_rows_are_answered_at_their_field(
    client: Client,
    made: MadeCourse,
    rows: list[dict[str, str]],
    parts: list[dict[str, Any]],
    expected: dict[str, str],
) -> None:
    sources = [source(question=made.questions[0].pk, **row) for row in rows]

    response = client.post(reverse("pruebas:add"), quiz_post(sources, parts))

    formsets = response.context["form"].formsets
    found = {
        name: next(iter(formset.errors[0]))
        for name, formset in formsets.items()
        if any(formset.errors)
    }
    assert found == expected
    assert not Quiz.objects.filter(slug="prueba-nueva").exists()


def test_sections_have_numbers_of_their_own(client: Client, made: MadeCourse) -> None:
    rows = [source(question=made.questions[0].pk, section="1")]

    data = quiz_post(rows, [section(1), section(1)])
    response = client.post(reverse("pruebas:add"), data)

    message = "This quiz has a section with this number already."
    formset = response.context["form"].formsets["sections"]
    assert formset.errors == [{}, {"number": [message]}]
    assert formset.non_form_errors() == []


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


def test_errors_stand_at_the_row_that_they_are_about(client: Client, made: MadeCourse) -> None:
    category = made.questions[0].category_id
    rows = [
        source(question=made.questions[0].pk, DELETE="1"),
        source(question=made.questions[0].pk),
        source(category=category, count="5"),
    ]

    response = client.post(reverse("pruebas:add"), quiz_post(rows))

    assert [form.errors for form in response.context["form"].formsets["sources"].forms] == [
        {},
        {},
        {"count": ["The quiz draws 5 questions from “Módulo 1”, which has 3 published."]},
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


def test_list_shows_no_pass_mark_for_what_has_none(client: Client, made: MadeCourse) -> None:
    Quiz.objects.create(name="Encuesta", slug="encuesta", mode=QuizMode.SURVEY)

    response = client.get(reverse("pruebas:index"))

    html = response.content.decode()
    kinds = re.findall(r"<td[^>]*>\s*(survey|quiz)\s*</td>", html)
    assert sorted(kinds) == ["quiz", "survey"]
    assert html.count("70\N{NO-BREAK SPACE}%") == 1


def test_category_asks_for_the_one_above_it(client: Client, made: MadeCourse) -> None:
    bank = made.questions[0].category.bank
    url = reverse("categorias:add")

    refused = client.post(url, {"bank": bank.pk, "path": "modulo-7/nada", "name": "Nada"})
    client.post(url, {"bank": bank.pk, "path": "modulo-1/mitos", "name": "Mitos"})

    assert list(refused.context["form"].errors) == ["path"]
    paths = QuestionCategory.objects.order_by("path").values_list("path", flat=True)
    assert list(paths) == ["modulo-1", "modulo-1/mitos"]


def test_rows_offer_questions_by_category_with_key_and_first_words(
    client: Client, made: MadeCourse
) -> None:
    category = made.questions[0].category
    Question.objects.filter(pk=made.questions[2].pk).update(live_version=None)

    form = client.get(reverse("pruebas:add")).context["form"]

    empty, (heading, offered) = form.formsets["sources"].empty_form.fields["question"].choices
    assert empty == ("", "---------")
    assert heading == f"{category.name} ({category.bank.name})"
    stems = [question.versions.get().content["stems"]["en"] for question in made.questions]
    keys = [question.key for question in made.questions]
    assert offered == [
        (made.questions[0].pk, f"{keys[0]}: {stems[0]}"),
        (made.questions[1].pk, f"{keys[1]}: {stems[1]}"),
        (made.questions[2].pk, f"{keys[2]}: {stems[2]} (draft)"),
    ]


def test_form_asks_as_often_with_three_rows_as_with_one(client: Client, made: MadeCourse) -> None:
    counts = []
    for length in (1, 3):
        quiz = Quiz.objects.create(name=f"Con {length}", slug=f"con-{length}")
        for question in made.questions[:length]:
            QuizSource.objects.create(quiz=quiz, question=question)
        url = reverse("pruebas:edit", args=[quiz.pk])
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            response = client.get(url)
        assert len(response.context["form"].formsets["sources"].forms) == length
        counts.append(len(queries))
    assert counts[0] == counts[1]

"""Practices as trainers write them: the rule of publishing, the release, the editor, the languages."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse
from django.utils import translation
from wagtail.models import Page
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield
from wagtail_localize.models import Translation, TranslationSource

from courses.models import CoursePage, PracticePage
from courses.promise_changes import promise_changes
from courses.publication import publication_problems
from courses.queries import build_promise
from courses.services import ReleaseRefused, release_course
from tests.courses.authoring import as_drafts, client_of, fresh, make_trainer, translate
from tests.factories import make_course
from tests.factories.courses import MadeCourse
from tests.factories.practice import add_practice_page, criteria_stream

pytestmark = pytest.mark.django_db
FOUR = [("Uno.", True), ("Dos.", True), ("Tres.", False), ("Cuatro.", False)]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def made() -> MadeCourse:
    return make_course(lessons=1, questions=0)


def practice_post(**changes: Any) -> dict[str, Any]:
    """Return the post of a practice's form that may be published."""
    lines = [("criterion", {"text": text, "is_essential": mark}) for text, mark in FOUR]
    values: dict[str, Any] = {
        "title": "Práctica",
        "slug": "practica-1",
        "objective": "Hacer un primer contacto seguro.",
        "minutes": "20",
        "intro": rich_text("<p>De a tres.</p>"),
        "criteria": streamfield(lines),
        "needed": "3",
        "after_care": "",
        "requires": streamfield([]),
        "go_live_at": "",
        "expire_at": "",
    }
    data: dict[str, Any] = nested_form_data({**values, **changes})
    return data


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"objective": " "}, [("objective", "Say what the learner will be able to do.")]),
        ({"minutes": None}, [("minutes", "Say how many minutes the practice takes.")]),
        ({"intro": "<p> </p>"}, [("intro", "Say how the practice goes.")]),
        (
            {"criteria": FOUR[:2]},
            [("criteria", "The checklist needs at least 3 lines.")],
        ),
        ({"needed": 0}, [("needed", "At least one line must be met.")]),
        ({"needed": 5, "criteria": FOUR}, [("needed", "The checklist has only 4 lines.")]),
        (
            {"needed": 1},
            [("needed", "2 lines are essential: at least so many must be met.")],
        ),
    ],
)
def test_rule_names_each_problem_at_its_field(
    made: MadeCourse, changes: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    page = add_practice_page(made)
    for name, value in changes.items():
        setattr(page, name, criteria_stream(value) if name == "criteria" else value)

    found = [(problem.place, problem.message) for problem in publication_problems(page)]
    assert found == expected


def test_module_may_consist_of_a_practice_and_not_of_its_draft(made: MadeCourse) -> None:
    page = add_practice_page(made)
    as_drafts(*made.lessons)
    before = publication_problems(made.modules[0])
    as_drafts(page)

    assert before == []
    assert [problem.message for problem in publication_problems(made.modules[0])] == [
        "The module has nothing published in it. Publish a lesson or another item first."
    ]


def test_practice_is_written_and_published_in_the_editor(made: MadeCourse) -> None:
    client = client_of(make_trainer(made.course))
    url = reverse("wagtailadmin_pages:add", args=["courses", "practicepage", made.modules[0].pk])

    form = client.get(url)
    assert form.context["form"]["slug"].value() == "practica-1"
    refused = client.post(url, practice_post(needed="1", **{"action-publish": "1"}))
    assert "lines are essential" in refused.content.decode()
    client.post(url, practice_post(**{"action-publish": "1"}))

    page = PracticePage.objects.get()
    assert (page.live, page.needed, len(page.criteria)) == (True, 3, 4)


def test_course_asks_for_attendance_and_approval_in_the_editor(made: MadeCourse) -> None:
    page = client_of(make_trainer(made.course)).get(
        reverse("wagtailadmin_pages:edit", args=[made.course.pk])
    )

    assert {"attendance_percent", "needs_approval"} <= page.context["form"].fields.keys()
    names = {field.field_name for field in PracticePage.override_translatable_fields}
    assert names == {"slug", "minutes", "needed", "requires"}
    names = {field.field_name for field in CoursePage.override_translatable_fields}
    assert {"attendance_percent", "needs_approval"} <= names


def test_practice_is_found_by_its_objective(made: MadeCourse) -> None:
    page = add_practice_page(made, objective="Escuchar con calma a quien llega")

    assert [found.pk for found in Page.objects.search("calma")] == [page.pk]


def translated(made: MadeCourse, page: PracticePage, lines: list[tuple[str, bool]]) -> None:
    """Translate the course, and give the English checklist these lines."""
    english = translate(made)
    copy = page.copy_for_translation(english.locale)
    copy.title, copy.live = "Practice 1", True
    copy.criteria = criteria_stream(lines)
    copy.save(clean=False)


@pytest.mark.parametrize(
    ("lines", "problems"),
    [
        ([("One.", True), ("Two.", True), ("Three.", False)], []),
        (
            [("One.", True), ("Two.", True)],
            ["“Práctica 1”: the checklist has another number of lines in “en”."],
        ),
        (
            [("One.", True), ("Two.", False), ("Three.", True)],
            ["“Práctica 1”: other lines are essential in “en”."],
        ),
    ],
)
def test_release_asks_for_the_same_checklist_in_each_language(
    made: MadeCourse, now: datetime, lines: list[tuple[str, bool]], problems: list[str]
) -> None:
    page = add_practice_page(made)
    translated(made, page, lines)

    if problems:
        with pytest.raises(ReleaseRefused) as refused:
            release_course(course_page=made.course, acting_user=None, now=now)
        assert list(refused.value.problems) == problems
        return
    promise = release_course(course_page=made.course, acting_user=None, now=now).typed_promise
    item = next(item for item in promise.items() if item.kind == "practice")
    assert [line.texts for line in item.criteria] == [
        {"es": spanish, "en": english[0]}
        for spanish, english in zip(
            [block.value["text"] for block in page.criteria], lines, strict=True
        )
    ]
    assert [line.key for line in item.criteria] == [UUID(block.id) for block in page.criteria]


def test_changes_of_what_is_asked_for_are_told_in_words(made: MadeCourse) -> None:
    page = add_practice_page(made)
    old = build_promise(made.course)
    made.course.attendance_percent, made.course.needs_approval = 80, True
    made.course.save()
    lines = [dict(block) for block in page.criteria.raw_data]
    lines[0] = {**lines[0], "value": {"text": "Saluda.", "is_essential": False}}
    del lines[2]
    lines += criteria_stream([("Cierra bien.", True)])
    page.criteria, page.needed = lines, 3
    page.save()

    assert promise_changes(old, build_promise(fresh(made.course))) == [
        "Sessions to attend: not asked for → 80 %.",
        "A trainer approves each learner: no → yes.",
        "“Práctica 1”: lines of the checklist to meet 2 → 3.",
        "“Práctica 1”, line: “Se presenta y dice para qué está ahí.” → “Saluda.”.",
        "“Práctica 1”: this line is not essential any more: “Saluda.”.",
        "“Práctica 1”: a line was added: “Cierra bien.”.",
        "“Práctica 1”: a line was taken away: “Pregunta qué necesita ahora.”.",
    ]


def test_new_order_of_the_lines_is_told(made: MadeCourse) -> None:
    page = add_practice_page(made)
    old = build_promise(made.course)
    page.criteria = [dict(block) for block in reversed(list(page.criteria.raw_data))]
    page.save()

    assert promise_changes(old, build_promise(fresh(made.course))) == [
        "“Práctica 1”: the lines stand in another order."
    ]


def test_release_page_shows_what_is_asked_for(made: MadeCourse) -> None:
    add_practice_page(made)
    made.course.attendance_percent = 75
    made.course.save()

    page = client_of(make_trainer(made.course)).get(
        reverse("ediciones:detail", args=[made.course.pk])
    )

    text = " ".join(page.content.decode().split())
    assert "<dd>75 %</dd>" in text
    assert "2 of 3 lines of the checklist" in text


def test_checklist_is_translated_text_by_text_and_its_marks_follow_the_source(
    made: MadeCourse,
) -> None:
    page = add_practice_page(made)
    locale = translate(made).locale
    source, _is_new = TranslationSource.update_or_create_from_instance(page)
    texts = set(source.stringsegment_set.values_list("string__data", flat=True))
    assert {block.value["text"] for block in page.criteria} | {page.objective} <= texts

    Translation.objects.create(source=source, target_locale=locale).save_target(publish=False)

    copy = PracticePage.objects.get(translation_key=page.translation_key, locale=locale)
    assert [block.value["is_essential"] for block in copy.criteria] == [True, True, False]
    assert (copy.needed, copy.minutes) == (page.needed, page.minutes)

"""The rule for publishing, point by point."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from courses.publication import publication_problems
from tests.courses.authoring import as_drafts
from tests.factories import make_course
from tests.factories.courses import make_lesson

pytestmark = pytest.mark.django_db


def places(page: Any) -> list[tuple[str, str]]:
    return [(problem.place, problem.message) for problem in publication_problems(page)]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def test_complete_pages_have_no_problems() -> None:
    made = make_course()

    assert [places(page) for page in (made.course, *made.modules, *made.lessons)] == [
        [],
        [],
        [],
        [],
    ]
    assert places(made.quiz_page) == []


def test_module_without_a_live_item_is_refused() -> None:
    made = make_course(lessons=1, questions=0)
    as_drafts(*made.lessons)

    assert places(made.modules[0]) == [
        ("", "The module has nothing published in it. Publish a lesson or another item first.")
    ]


def test_module_of_a_quiz_alone_may_be_live() -> None:
    made = make_course(lessons=1)
    as_drafts(*made.lessons)

    assert places(made.modules[0]) == []


def test_course_without_a_live_module_is_refused() -> None:
    made = make_course()
    as_drafts(*made.modules)

    assert places(made.course) == [
        ("", "The course has no published module. Publish a module first.")
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"body": []}, [("body", "The lesson has no content yet.")]),
        ({"sources": []}, [("sources", "Name at least one source.")]),
        (
            {"review_due_date": "2026-10-01"},
            [("review_due_date", "The next review cannot be due before the last one.")],
        ),
        (
            {"content_notice": "Habla de violencia."},
            [
                ("brief_body", "A lesson with a content notice needs the brief way."),
                ("after_care", "A lesson with a content notice says who to talk to afterwards."),
            ],
        ),
        (
            {"body": [{"type": "drawing", "value": {"name": "registros", "alt": " "}}]},
            [("body", "Block 1: The drawing has no alternative text.")],
        ),
        (
            {"body": [{"type": "video", "value": {"video": None, "captions": None}}]},
            [("body", "Block 1: The video is missing.")],
        ),
        (
            {"body": [{"type": "download", "value": {"document": None, "title": "x"}}]},
            [("body", "Block 1: The document is missing.")],
        ),
        (
            {"body": [{"type": "term", "value": {"term": None}}]},
            [("body", "Block 1: The glossary term is missing.")],
        ),
    ],
)
def test_lesson_names_each_problem_at_its_field(
    changes: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    made = make_course(lessons=1)
    lesson = make_lesson(made.modules[0], 8, **changes)
    lesson = type(lesson).objects.get(pk=lesson.pk)

    assert places(lesson) == expected


@pytest.mark.parametrize(
    ("alt", "is_decorative", "count"), [("", False, 1), ("Un mapa", False, 0), ("", True, 0)]
)
def test_image_needs_words_or_is_decorative(alt: str, is_decorative: bool, count: int) -> None:
    image = get_image_model().objects.create(title="x", file=get_test_image_file())
    made = make_course(lessons=1)
    value = {"image": image.pk, "alt": alt, "is_decorative": is_decorative}
    lesson = make_lesson(made.modules[0], 8, body=[{"type": "image", "value": value}])
    lesson = type(lesson).objects.get(pk=lesson.pk)

    assert len(places(lesson)) == count


def test_quiz_without_questions_is_refused() -> None:
    made = make_course()
    made.quiz.sources.all().delete()
    page = type(made.quiz_page).objects.get(pk=made.quiz_page.pk)

    assert places(page) == [("quiz", "The quiz has no questions yet.")]


def test_quiz_with_an_unpublished_fixed_question_is_refused() -> None:
    made = make_course(questions=1)
    made.questions[0].live_version = None
    made.questions[0].save()
    page = type(made.quiz_page).objects.get(pk=made.quiz_page.pk)

    assert places(page) == [("quiz", "The question “curso-prueba-1” is not published.")]

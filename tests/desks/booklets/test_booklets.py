"""The trainer's guide and the booklet of a module: who opens them, and what stands in them."""

import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import make_course
from tests.factories.cases import add_case_page
from tests.learning.cast import Cast, client_of, make_cast, serve_home

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    """A released course with a quiz and a case, in a site."""
    made = make_course(lessons=2)
    serve_home(made)
    add_case_page(made)
    return make_cast(made)


def url_of(cast: Cast, name: str) -> str:
    return reverse(name, args=[cast.made.modules[0].translation_key])


def html_of(cast: Cast, name: str) -> str:
    answer = client_of(cast.trainer).get(url_of(cast, name))
    return str(answer.content.decode())


def write_guide(cast: Cast) -> None:
    """Publish a guide on the module."""
    module: Any = cast.made.modules[0]
    module.refresh_from_db()
    module.guide_title = "Guía para la sala"
    module.guide = json.dumps([{"type": "text", "value": "<p>Sillas en círculo.</p>"}])
    module.save_revision().publish()


@pytest.mark.parametrize("name", ["trainer_guide", "module_booklet"])
def test_pages_of_a_module_are_for_the_trainers_of_its_course(cast: Cast, name: str) -> None:
    assert cast.statuses(url_of(cast, name)) == {
        "learner": 404,
        "trainer": 200,
        "coordinator": 404,
        "administrator": 200,
        "stranger": 404,
        "nobody": 302,
    }
    elsewhere = make_cast(make_course(slug="otro", lessons=1, title="Otro curso"))
    assert client_of(elsewhere.trainer).get(url_of(cast, name)).status_code == 404


def test_guide_shows_its_text_and_the_debrief_of_each_case(cast: Cast) -> None:
    write_guide(cast)
    html = html_of(cast, "trainer_guide")
    assert "Guía para la sala" in html
    assert "Sillas en círculo." in html
    assert "/imprimir/" in html


def test_module_without_a_guide_says_so(cast: Cast) -> None:
    answer = client_of(cast.trainer).get(url_of(cast, "trainer_guide"))
    assert answer.status_code == 200
    assert not answer.context["module"].guide


def test_learner_never_sees_the_guide_on_the_page_of_the_module(cast: Cast) -> None:
    write_guide(cast)
    address = urlsplit(cast.made.modules[0].full_url or "").path
    html = client_of(cast.learner).get(address).content.decode()
    assert "Sillas en círculo." not in html


def test_booklet_has_lessons_quiz_answer_sheet_and_key(cast: Cast) -> None:
    answer = client_of(cast.trainer).get(url_of(cast, "module_booklet"))
    booklet = answer.context["booklet"]
    quiz = booklet.quizzes[0]
    html = answer.content.decode()
    assert [lesson.title for lesson in booklet.lessons] == [one.title for one in cast.made.lessons]
    assert [one.number for one in quiz.numbered] == list(range(1, len(quiz.numbered) + 1))
    assert all(one.right for one in quiz.numbered)
    for part in ("quiz", "answers", "key"):
        assert f'id="{part}-{quiz.page.pk}"' in html
    body, _key, rest = html.partition(f'id="key-{quiz.page.pk}"')
    explanations = [one.explanation for one in quiz.numbered if one.explanation]
    assert explanations
    _lessons, _quiz, sheets = body.partition(f'id="quiz-{quiz.page.pk}"')
    assert all(one not in sheets and one in rest for one in explanations)


def test_booklet_asks_everybody_the_same_questions(cast: Cast) -> None:
    first = client_of(cast.trainer).get(url_of(cast, "module_booklet"))
    second = client_of(cast.administrator).get(url_of(cast, "module_booklet"))
    asked = [answer.context["booklet"].quizzes[0].questions for answer in (first, second)]
    assert asked[0] == asked[1]


def test_key_names_the_letter_that_stands_on_the_sheet(cast: Cast) -> None:
    answer = client_of(cast.trainer).get(url_of(cast, "module_booklet"))
    for question in answer.context["booklet"].quizzes[0].numbered:
        if question.lines and not question.items:
            letter, _mark, words = question.right.partition(") ")
            texts = {line.letter: line.text for line in question.lines}
            assert [texts[one] for one in letter.split(", ")] == words.split("; ")


def test_booklet_takes_as_many_queries_for_three_lessons_as_for_one() -> None:
    counts = []
    for number, lessons in enumerate((1, 3)):
        made = make_course(slug=f"curso-{number}", lessons=lessons)
        one = make_cast(made)
        client = client_of(one.trainer)
        client.get(url_of(one, "module_booklet"))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(url_of(one, "module_booklet"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_desk_leads_to_guides_and_booklets(cast: Cast) -> None:
    desk = client_of(cast.trainer).get(reverse("trainer_desk")).context["desk"]
    assert [[link.url for link in item.links] for item in desk.courses[0].modules] == [
        [url_of(cast, "trainer_guide"), url_of(cast, "module_booklet")]
    ]

"""The help beside the editor: while somebody writes, when a page is opened, after it was saved."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from wagtail.test.utils.form_data import rich_text, streamfield

from courses.models import LessonPage
from tests.courses.authoring import client_of, lesson_post, make_trainer
from tests.factories import make_course
from tests.learning.cast import make_cast

pytestmark = pytest.mark.django_db
WORDS = "<p>Se hablaba de trata de blancas.</p>"


def edit(lesson: LessonPage) -> str:
    return reverse("wagtailadmin_pages:edit", args=[lesson.pk])


def test_text_is_measured_while_it_is_written_and_nothing_is_kept() -> None:
    made = make_course(lessons=1, questions=0)
    client = client_of(make_trainer(made.course))
    answer = client.post(
        reverse("reading_aid"),
        {
            "es": ["Se hablaba de trata de blancas.", "Ella pide agua hoy. " * 12],
            "en": ["illegals"],
        },
    )

    text = answer.content.decode()
    assert answer.status_code == 200
    assert text.count("data-policy-word") == 2
    assert 'data-policy-word="trata de blancas"' in text
    assert "of 100" in text


def test_saved_page_shows_its_reading_and_saving_tells_of_words() -> None:
    made = make_course(lessons=1, questions=0)
    client = client_of(make_trainer(made.course))
    lesson = made.lessons[0]
    data = lesson_post(slug=lesson.slug, body=streamfield([("text", rich_text(WORDS))]))

    saved = client.post(edit(lesson), data, follow=True)

    told = [str(one) for one in get_messages(saved.wsgi_request)]
    assert [one for one in told if "blancas" in one] == [
        "The text says “trata de blancas”. Better: trata de personas."
    ]
    assert 'data-policy-word="trata de blancas"' in client.get(edit(lesson)).content.decode()


def test_only_who_may_enter_the_admin_has_texts_measured() -> None:
    cast = make_cast()
    statuses = cast.statuses(reverse("reading_aid"), method="post", es="Texto.")
    assert {name for name, status in statuses.items() if status == 200} == {
        "trainer",
        "administrator",
    }

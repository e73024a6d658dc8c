"""The page editor: 200 blocks, neutral addresses, previews that write nothing."""

from typing import Any

import pytest
from django.urls import reverse
from wagtail.test.utils.form_data import rich_text, streamfield

from courses.models import LessonPage
from tests.courses.authoring import client_of, fresh, lesson_post, make_trainer
from tests.factories import make_course

pytestmark = pytest.mark.django_db


def test_lesson_of_200_blocks_is_published_from_the_form() -> None:
    made = make_course(lessons=1, questions=0)
    blocks = [("text", rich_text(f"<p>Párrafo {n} 🙂</p>")) for n in range(200)]
    data = lesson_post(slug="leccion-1", body=streamfield(blocks), **{"action-publish": "1"})

    response = client_of(make_trainer(made.course)).post(
        reverse("wagtailadmin_pages:edit", args=[made.lessons[0].pk]), data
    )

    assert response.status_code == 302
    page = fresh(made.lessons[0])
    assert len(page.body) == 200
    assert "Párrafo 199" in str(page.body[199].value.source)


@pytest.mark.parametrize(
    ("model", "parent", "slug"),
    [
        ("coursepage", "index", "curso-1"),
        ("modulepage", "course", "modulo-2"),
        ("lessonpage", "module", "leccion-3"),
        ("quizpage", "module", "prueba-1"),
        ("casepage", "module", "caso-1"),
    ],
)
def test_new_page_proposes_a_neutral_address(model: str, parent: str, slug: str) -> None:
    made = make_course()
    parents = {
        "index": made.course.get_parent(),
        "course": made.course,
        "module": made.modules[0],
    }
    url = reverse("wagtailadmin_pages:add", args=["courses", model, parents[parent].pk])

    response = client_of(make_trainer(made.course)).get(url)

    assert response.context["form"]["slug"].value() == slug


@pytest.mark.parametrize("title", ["a" * 200, "مرحبا \u200f🙂", "x\x00y", "b" * 256])
def test_odd_titles_are_taken_or_answered(title: str) -> None:
    made = make_course(questions=0)
    url = reverse("wagtailadmin_pages:add", args=["courses", "lessonpage", made.modules[0].pk])

    response = client_of(make_trainer(made.course)).post(url, lesson_post(title=title))

    is_bad = "\x00" in title or len(title) > 255
    assert response.status_code == (200 if is_bad else 302)
    assert LessonPage.objects.filter(title=title.replace("\x00", "")).exists() is not is_bad
    if is_bad:
        assert list(response.context["form"].errors) == ["title"]


def test_preview_is_marked_and_may_stand_in_the_admins_frame() -> None:
    made = make_course(questions=0)
    client = client_of(make_trainer(made.course))
    url = reverse("wagtailadmin_pages:preview_on_edit", args=[made.lessons[0].pk])

    posted = client.post(url, lesson_post(title="Mi borrador", slug="leccion-1"))
    response: Any = client.get(url)

    assert posted.json()["is_valid"]
    assert response.status_code == 200
    assert response.context["is_preview"]
    assert "Mi borrador" in response.content.decode()
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in response["Content-Security-Policy"]
    assert "unsafe-inline" not in response["Content-Security-Policy"]


def test_admin_has_a_policy_of_its_own() -> None:
    made = make_course(questions=0)

    response = client_of(make_trainer(made.course)).get(reverse("wagtailadmin_home"))

    assert "script-src 'self' 'unsafe-inline'" in response["Content-Security-Policy"]


def test_button_that_crosses_the_editors_own_saving_finds_the_same_page() -> None:
    made = make_course(questions=0)
    client = client_of(make_trainer(made.course))
    url = reverse("wagtailadmin_pages:add", args=["courses", "lessonpage", made.modules[0].pk])

    saved = client.post(url, lesson_post(), headers={"accept": "application/json"})
    pressed = client.post(url, lesson_post(objective="Otro", **{"action-publish": "1"}))

    assert saved.json()["success"]
    assert pressed.status_code == 302
    page = LessonPage.objects.get(slug="leccion-9")
    assert (page.pk, page.live, page.objective) == (saved.json()["pk"], True, "Otro")


def test_address_of_somebody_elses_page_is_still_taken() -> None:
    made = make_course(questions=0)
    url = reverse("wagtailadmin_pages:add", args=["courses", "lessonpage", made.modules[0].pk])
    client_of(make_trainer(made.course)).post(url, lesson_post())

    response = client_of(make_trainer(made.course)).post(url, lesson_post())

    assert list(response.context["form"].errors) == ["slug"]


def test_problem_in_a_block_is_named_without_code() -> None:
    made = make_course(questions=0)
    blocks = streamfield([("quote", {"text": rich_text("<p>Nadie consiente.</p>"), "source": ""})])
    data = lesson_post(slug="leccion-1", body=blocks, **{"action-publish": "1"})

    response = client_of(make_trainer(made.course)).post(
        reverse("wagtailadmin_pages:edit", args=[made.lessons[0].pk]), data
    )

    assert response.context["form"].errors["body"] == ["look at the marked blocks."]

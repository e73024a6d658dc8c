"""The release as the gate: what lacks a review, the pilot, and the way to the reviewers."""

import pytest
from django.urls import reverse
from django.utils import translation

from courses.models import CourseRelease, LessonPage
from courses.queries import course_tree
from courses.reviewing.enums import ReviewedKind, ReviewPart, Standing
from courses.reviewing.gate import missing_reviews
from courses.services import ReleaseRefused, release_course
from tests.courses.authoring import lesson_post, make_trainer, translate
from tests.courses.reviewing.scene import NOW, ReviewScene, client_of, make_scene
from tests.factories.cases import add_case_page
from tests.factories.courses import make_lesson, revise_question

pytestmark = pytest.mark.django_db
LEGAL, PROTECTION = ReviewPart.LEGAL, ReviewPart.PROTECTION


@pytest.fixture
def scene() -> ReviewScene:
    return make_scene(is_partner_reviewed=True)


def lacking(scene: ReviewScene) -> dict[str, list[tuple[str, str]]]:
    found = missing_reviews(course_tree(scene.made.course))
    return {
        one.subject.title: [(part.value, state.value) for part, state in one.parts] for one in found
    }


def release(scene: ReviewScene, *, is_pilot: bool = False) -> CourseRelease:
    return release_course(
        course_page=scene.made.course, acting_user=scene.trainer, now=NOW, is_pilot=is_pilot
    )


def test_course_without_its_reviews_is_released_only_as_a_pilot(scene: ReviewScene) -> None:
    translate(scene.made)
    with pytest.raises(ReleaseRefused):
        release(scene)
    assert release(scene, is_pilot=True).is_pilot

    scene.approve()
    counted = release(scene)
    assert not counted.is_pilot

    scene.rewrite("Otra cosa.")
    with translation.override("en"), pytest.raises(ReleaseRefused) as refusal:
        release(scene)
    message = (
        "Texts that lack a review: 1. Until they are approved, the course can only be released as "
        "a pilot."
    )
    assert message in refusal.value.problems


def test_course_that_no_partner_reviewed_stays_a_pilot_without_any_review() -> None:
    scene = make_scene()
    translate(scene.made)

    assert release(scene).is_pilot


def test_each_text_says_which_review_it_lacks_and_how_it_stands() -> None:
    scene = make_scene(questions=3)
    quiet, asking, settled = scene.made.questions
    revise_question(asking, needs_legal_review=True)
    revise_question(settled, needs_legal_review=True)
    revise_question(settled, needs_legal_review=False)
    case = add_case_page(scene.made).case
    LessonPage.objects.filter(pk=make_lesson(scene.made.modules[0], 2).pk).update(
        needs_legal_review=False
    )
    scene.send()
    scene.decide(LEGAL)
    scene.decide(LEGAL, kind=ReviewedKind.CASE, pk=case.pk)
    none = [("legal", "none"), ("protection", "none")]

    found = lacking(scene)

    assert found == {
        "Lección 1": [("protection", "none")],
        case.name: [("protection", "none")],
        f"{asking.key}: ¿Qué hace primero?": none,
        f"{settled.key}: ¿Qué hace primero?": none,
    }
    assert not any(quiet.key in title for title in found)
    scene.rewrite("Otra cosa.")
    assert lacking(scene)["Lección 1"] == [
        ("legal", Standing.LAPSED.value),
        ("protection", Standing.NONE.value),
    ]


def test_page_of_the_release_lists_sends_and_offers_the_pilot(scene: ReviewScene) -> None:
    translate(scene.made)
    client = client_of(scene.trainer)
    detail = reverse("ediciones:detail", args=[scene.made.course.pk])
    page = client.get(detail).content.decode()
    assert "Release it as a pilot" in page
    assert reverse("revisiones:item", args=["page", scene.lesson.pk]) in page

    client.post(reverse("revisiones:send_course", args=[scene.made.course.pk]))
    assert scene.workflow() is not None
    client.post(detail, {"pilot": "1"})

    assert list(CourseRelease.objects.values_list("is_pilot", flat=True)) == [True]


def test_flag_of_a_lesson_is_taken_off_by_the_legal_review_only(scene: ReviewScene) -> None:
    url = reverse("wagtailadmin_pages:edit", args=[scene.lesson.pk])
    data = lesson_post(slug="leccion-1", title="Lección 1")
    del data["needs_legal_review"]

    refused = client_of(scene.trainer).post(url, data).content.decode()
    assert "Only the legal review takes this off again." in refused
    client_of(scene.legal).post(url, data)

    assert not scene.lesson.get_latest_revision_as_object().needs_legal_review


def test_stranger_sends_nothing(scene: ReviewScene) -> None:
    stranger = client_of(make_trainer(make_scene(slug="otro").made.course))

    for name, pk in (("send", scene.lesson.pk), ("send_course", scene.made.course.pk)):
        assert stranger.post(reverse(f"revisiones:{name}", args=[pk])).status_code == 404
    assert (
        stranger.get(reverse("revisiones:item", args=["page", scene.lesson.pk])).status_code == 404
    )
    assert scene.workflow() is None

"""One text on its whole way, through the pages that people press: from author to a lapsed review."""

import pytest
from django.urls import reverse
from wagtail.models import Comment
from wagtail.test.utils.form_data import inline_formset
from wagtail.users.models import UserProfile

from courses.models import ContentReview, CourseRelease, ReviewMail
from courses.reviewing.enums import ReviewMailKind
from tests.courses.authoring import lesson_post, translate
from tests.courses.reviewing.scene import client_of, item_url, make_scene, press

pytestmark = pytest.mark.django_db


def comment_at_block(text: str, block: str) -> dict[str, object]:
    """Return the comment of one reader at a block, as the editor sends it."""
    one = {
        "text": text,
        "contentpath": f"body.{block}",
        "position": "",
        "resolved": "",
        "id": "",
        "replies": inline_formset([]),
    }
    formset: dict[str, object] = inline_formset([one])
    return formset


def test_text_goes_from_its_author_through_both_reviews_to_a_release_and_lapses() -> None:
    scene = make_scene(is_partner_reviewed=True)
    translate(scene.made)
    author, legal, protection = map(client_of, (scene.trainer, scene.legal, scene.protection))
    edit = reverse("wagtailadmin_pages:edit", args=[scene.lesson.pk])
    release = reverse("ediciones:detail", args=[scene.made.course.pk])
    home = reverse("wagtailadmin_home")
    words = {"title": "Lección 1", "slug": "leccion-1"}

    author.post(edit, lesson_post(**words, **{"action-submit": "Submit"}))
    assert "Waits for you: 1" in legal.get(home).content.decode()
    assert "Nothing waits for you." in protection.get(home).content.decode()

    block = scene.lesson.get_latest_revision_as_object().body[0].id
    legal.post(edit, lesson_post(**words, comments=comment_at_block("¿Qué norma?", block)))
    assert Comment.objects.get().contentpath == f"body.{block}"
    told = ReviewMail.objects.filter(user=scene.trainer, kind=ReviewMailKind.WAITING)
    assert told.count() == 1
    assert not UserProfile.objects.filter(updated_comments_notifications=True).exists()
    press(legal, item_url(scene), scene.seen(), "legal", "changes", "Falta la norma.")
    waiting = author.get(reverse("revisiones:index")).content.decode()
    assert "Falta la norma." in waiting
    assert "Waits for you: 1" in author.get(home).content.decode()
    assert "¿Qué norma?" in author.get(item_url(scene)).content.decode()

    mended = {**words, "objective": "Explicar la norma vigente."}
    author.post(edit, lesson_post(**mended, **{"action-submit": "Resubmit"}))
    assert "Before" in legal.get(item_url(scene)).content.decode()
    press(legal, item_url(scene), scene.seen(), "legal", "approved")
    press(protection, item_url(scene), scene.seen(), "protection", "approved")
    assert scene.lesson.objective == "Explicar la norma vigente."

    author.post(release)
    assert list(CourseRelease.objects.values_list("is_pilot", flat=True)) == [False]

    changed = {**words, "objective": "Explicar otra cosa."}
    author.post(edit, lesson_post(**changed, **{"action-publish": "Publish"}))
    page = author.get(release).content.decode()
    assert "Release it as a pilot" in page
    assert page.count("lapsed: the text changed after it was approved") == 2
    assert list(
        ContentReview.objects.order_by("number").values_list("part", "outcome", "reviewer")
    ) == [
        ("legal", "changes", scene.legal.pk),
        ("legal", "approved", scene.legal.pk),
        ("protection", "approved", scene.protection.pk),
    ]

"""Reviews of pages, questions and cases: who decides, what stands, what lapses."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from courses.models import ContentReview, ReviewMail
from courses.reviewing.enums import ReviewedKind, ReviewOutcome, ReviewPart, Standing
from courses.reviewing.services import AlreadyDecided, ReviewRefused
from courses.reviewing.subjects import history, latest_subject, standing
from courses.reviewing.tasks import send_review_mail
from lms.accounts.enums import StaffRole
from lms.core.models import AuditEvent
from tests.courses.authoring import make_trainer
from tests.courses.reviewing.scene import (
    NOW,
    ReviewScene,
    client_of,
    item_url,
    make_scene,
    press,
)
from tests.factories import UserFactory
from tests.factories.courses import revise_question

pytestmark = pytest.mark.django_db
LEGAL, PROTECTION = ReviewPart.LEGAL, ReviewPart.PROTECTION
CHANGES = ReviewOutcome.CHANGES


@pytest.fixture
def scene() -> ReviewScene:
    return make_scene()


def stands(scene: ReviewScene) -> list[Standing]:
    subject = latest_subject(scene.lesson)
    return [standing(subject, part, history(subject)) for part in ReviewPart]


def test_both_approvals_publish_the_page_and_are_kept(scene: ReviewScene) -> None:
    scene.rewrite("Texto nuevo.", by=scene.trainer, is_published=False)
    scene.send()
    scene.decide(LEGAL)

    assert "Texto nuevo." not in str(scene.lesson.body)
    scene.decide(PROTECTION)

    assert "Texto nuevo." in str(scene.lesson.body)
    assert scene.workflow() is None
    assert stands(scene) == [Standing.APPROVED, Standing.APPROVED]
    assert AuditEvent.objects.filter(action="content_reviewed").count() == 2


def test_new_substance_lapses_and_new_dates_do_not(scene: ReviewScene) -> None:
    scene.approve()
    lesson = scene.lesson
    lesson.review_due_date += timedelta(days=90)
    lesson.publish(lesson.save_revision())

    assert stands(scene) == [Standing.APPROVED, Standing.APPROVED]
    scene.rewrite("Otra cosa.")
    assert stands(scene) == [Standing.LAPSED, Standing.LAPSED]


def test_changes_asked_for_go_back_and_come_again(scene: ReviewScene) -> None:
    scene.send()
    scene.decide(LEGAL, CHANGES)
    assert stands(scene)[0] == Standing.CHANGES

    scene.rewrite("Con la fuente.", by=scene.trainer, is_published=False)
    scene.send()

    assert stands(scene)[0] == Standing.MENDED
    scene.decide(LEGAL)
    assert stands(scene) == [Standing.APPROVED, Standing.NONE]


def test_text_mended_after_the_second_review_goes_through_both_again(scene: ReviewScene) -> None:
    scene.send()
    scene.decide(LEGAL)
    scene.decide(PROTECTION, CHANGES)
    scene.rewrite("Más cuidado.", by=scene.trainer, is_published=False)
    scene.send()
    scene.decide(PROTECTION)

    assert scene.workflow() is not None
    scene.decide(LEGAL)

    assert scene.workflow() is None
    assert "Más cuidado." in str(scene.lesson.body)
    assert stands(scene) == [Standing.APPROVED, Standing.APPROVED]


def test_comment_saved_by_a_reviewer_makes_nobody_review_again(scene: ReviewScene) -> None:
    scene.send()
    scene.decide(LEGAL)
    scene.lesson.get_latest_revision_as_object().save_revision(user=scene.protection)
    scene.decide(PROTECTION)

    assert scene.workflow() is None
    assert stands(scene) == [Standing.APPROVED, Standing.APPROVED]


def test_reviewer_cannot_approve_her_own_text(scene: ReviewScene) -> None:
    scene.send()
    scene.rewrite("Lo escribí yo.", by=scene.legal, is_published=False)

    with pytest.raises(ReviewRefused, match=r"(You wrote|Usted)"):
        scene.decide(LEGAL)
    assert not ContentReview.objects.exists()


def test_page_is_decided_by_the_part_it_waits_for(scene: ReviewScene) -> None:
    with pytest.raises(ReviewRefused):
        scene.decide(LEGAL)
    scene.send()
    with pytest.raises(ReviewRefused):
        scene.decide(PROTECTION)
    assert not ContentReview.objects.exists()


def test_decision_about_a_text_that_changed_meanwhile_does_not_count(scene: ReviewScene) -> None:
    scene.send()
    seen = scene.seen()
    scene.rewrite("Otra cosa.", by=scene.trainer, is_published=False)

    with pytest.raises(ReviewRefused):
        scene.decide(LEGAL, seen=seen)
    assert not ContentReview.objects.exists()


def test_two_reviewers_at_once_leave_one_decision_and_the_second_keeps_her_words(
    scene: ReviewScene,
) -> None:
    scene.send()
    other = UserFactory(role=StaffRole.LEGAL_REVIEWER, display_name="Segunda Persona")
    scene.legal.display_name = "Emilio"
    scene.legal.save()
    seen, url = scene.seen(), item_url(scene)

    first = press(client_of(scene.legal), url, seen, "legal", "approved")
    second = press(client_of(other), url, seen, "legal", "changes", "Falta citar la norma.")

    assert first.status_code == 302
    assert second.status_code == 200
    text = second.content.decode()
    assert "Falta citar la norma." in text
    assert "Emilio decided meanwhile: approved" in text
    assert list(ContentReview.objects.values_list("outcome", "reviewer")) == [
        ("approved", scene.legal.pk)
    ]


def test_number_of_a_decision_is_unique_whatever_the_program_does(scene: ReviewScene) -> None:
    scene.send()
    seen = scene.seen()
    first = scene.decide(LEGAL, seen=seen)

    with pytest.raises(AlreadyDecided) as refusal:
        scene.decide(LEGAL, CHANGES, seen=seen)
    assert refusal.value.decision == first
    first.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        first.save(force_insert=True)


def test_decision_never_changes_and_loses_only_its_reviewer(scene: ReviewScene) -> None:
    scene.send()
    review = scene.decide(LEGAL, CHANGES)

    with pytest.raises(IntegrityError), transaction.atomic():
        ContentReview.objects.filter(pk=review.pk).update(note="Otra cosa")
    ContentReview.objects.filter(pk=review.pk).update(reviewer=None)
    assert ContentReview.objects.get().note == "Falta la fuente."


def test_question_waits_for_the_law_first_and_lapses_with_a_new_version() -> None:
    scene = make_scene(questions=1)
    question = revise_question(scene.made.questions[0], needs_legal_review=True)
    one = {"kind": ReviewedKind.QUESTION, "pk": question.pk}
    with pytest.raises(ReviewRefused):
        scene.decide(PROTECTION, **one)
    scene.decide(LEGAL, **one)
    scene.decide(PROTECTION, **one)
    with pytest.raises(ReviewRefused):
        scene.decide(LEGAL, **one)
    scene.decide(LEGAL, now=NOW + timedelta(days=200), **one)

    revise_question(question, stems={"es": "¿Otra pregunta?", "en": "Another?"})

    client = client_of(scene.legal)
    page = client.get(reverse("revisiones:item", args=["question", question.pk])).content.decode()
    assert page.count("Lapsed: the text changed after it was approved") == 2


def test_author_of_a_version_does_not_review_it() -> None:
    scene = make_scene(questions=1)
    question = revise_question(scene.made.questions[0], needs_legal_review=True)
    both = make_trainer(scene.made.course)
    question.versions.filter(number=1).update(created_by=both)

    with pytest.raises(ReviewRefused):
        scene.decide(LEGAL, kind=ReviewedKind.QUESTION, pk=question.pk, by=both)


def test_mail_says_that_something_waits_and_never_what(
    scene: ReviewScene, mailoutbox: list[Any]
) -> None:
    scene.send()
    scene.decide(LEGAL, CHANGES)
    for row in ReviewMail.objects.order_by("pk"):
        send_review_mail(mail_id=row.pk)
        send_review_mail(mail_id=row.pk)

    assert sorted(mail.to[0] for mail in mailoutbox) == sorted(
        [scene.legal.email, scene.trainer.email]
    )
    for mail in mailoutbox:
        assert scene.lesson.title not in mail.subject + mail.body
        assert reverse("revisiones:index") in mail.body
    assert ReviewMail.objects.count() == 2


@pytest.mark.parametrize("role", [None, StaffRole.TRAINER, StaffRole.ADMINISTRATOR])
def test_nobody_else_decides(scene: ReviewScene, role: StaffRole | None) -> None:
    scene.send()
    person = UserFactory(role=role) if role else UserFactory()

    response = press(client_of(person), item_url(scene), scene.seen(), "legal", "approved")

    assert response.status_code in (302, 403, 404)
    assert not ContentReview.objects.exists()


def test_changes_without_words_are_refused_at_the_field(scene: ReviewScene) -> None:
    scene.send()
    response = press(client_of(scene.legal), item_url(scene), scene.seen(), "legal", "changes")

    assert "Say what has to change." in response.content.decode()
    assert not ContentReview.objects.exists()

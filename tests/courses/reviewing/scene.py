"""The people and texts of a review."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.test import Client
from django.urls import reverse
from wagtail.models import WorkflowState

from courses.models import ContentReview, LessonPage
from courses.reviewing.enums import ReviewedKind, ReviewOutcome, ReviewPart
from courses.reviewing.services import Seen, decide_review, send_to_review
from courses.reviewing.subjects import history, subject_of
from courses.reviewing.tasks import send_review_mail
from lms.accounts.enums import StaffRole
from lms.accounts.models import User
from tests.courses.authoring import client_of, make_trainer
from tests.factories import UserFactory, make_course
from tests.factories.courses import MadeCourse

NOW = datetime(2026, 11, 26, 15, tzinfo=UTC)


@dataclass
class ReviewScene:
    """A course with one lesson, its trainer and its reviewers."""

    made: MadeCourse
    trainer: User
    legal: User = field(default_factory=lambda: UserFactory(role=StaffRole.LEGAL_REVIEWER))
    protection: User = field(
        default_factory=lambda: UserFactory(role=StaffRole.PROTECTION_REVIEWER)
    )

    @property
    def lesson(self) -> LessonPage:
        """The lesson as the database has it."""
        return LessonPage.objects.get(pk=self.made.lessons[0].pk)

    def send(self) -> None:
        """Send the lesson to be reviewed."""
        send_to_review(pages=[self.lesson], acting_user=self.trainer, now=NOW)

    def decide(
        self,
        part: ReviewPart,
        outcome: ReviewOutcome = ReviewOutcome.APPROVED,
        *,
        kind: ReviewedKind = ReviewedKind.PAGE,
        pk: int | None = None,
        by: User | None = None,
        now: datetime = NOW,
        seen: Seen | None = None,
    ) -> ContentReview:
        """Decide as the reviewer of the part, who looked just now."""
        user = by or (self.legal if part == ReviewPart.LEGAL else self.protection)
        pk = pk or self.lesson.pk
        return decide_review(
            kind=kind,
            pk=pk,
            part=part,
            outcome=outcome,
            note="" if outcome == ReviewOutcome.APPROVED else "Falta la fuente.",
            seen=seen or self.seen(kind, pk),
            acting_user=user,
            now=now,
        )

    def seen(self, kind: ReviewedKind = ReviewedKind.PAGE, pk: int | None = None) -> Seen:
        """Return what a reviewer has before her now."""
        subject = subject_of(kind, pk or self.lesson.pk)
        assert subject is not None
        return Seen(subject.digest, len(history(subject)))

    def approve(self) -> None:
        """Send the lesson through both reviews."""
        self.send()
        self.decide(ReviewPart.LEGAL)
        self.decide(ReviewPart.PROTECTION)

    def rewrite(self, text: str, *, by: User | None = None, is_published: bool = True) -> None:
        """Change the substance of the lesson."""
        lesson = self.lesson.get_latest_revision_as_object()
        lesson.body = [{"type": "text", "value": f"<p>{text}</p>"}]
        revision = lesson.save_revision(user=by)
        if is_published:
            lesson.publish(revision)

    def workflow(self) -> WorkflowState | None:
        """Return where the lesson stands in Wagtail's workflow."""
        found: WorkflowState | None = self.lesson.current_workflow_state
        return found


def make_scene(*, questions: int = 0, **changes: Any) -> ReviewScene:
    """Return the scene; the questions say nothing about a legal review unless they are changed."""
    made = make_course(lessons=1, questions=questions, **changes)
    return ReviewScene(made=made, trainer=make_trainer(made.course))


def item_url(scene: ReviewScene) -> str:
    """Return where the lesson is decided."""
    return reverse("revisiones:item", args=["page", scene.lesson.pk])


def press(client: Client, url: str, seen: Seen, part: str, outcome: str, note: str = "") -> Any:
    """Press "Decide" with what the page had shown."""
    data = {"part": part, "outcome": outcome, "note": note}
    return client.post(url, {**data, "digest": seen.digest, "number": str(seen.number)})


__all__ = [
    "NOW",
    "ReviewScene",
    "client_of",
    "item_url",
    "make_scene",
    "press",
    "send_review_mail",  # a worker knows it; a test that commits must too
]

"""Decisions of reviewers, and sending texts to them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from wagtail.models import Page, Workflow, WorkflowPage, WorkflowState, WorkflowTask

from courses.models import CheckedPage, ContentReview, ReviewTask
from courses.reviewing.enums import (
    ROLE_OF_PART,
    ReviewedKind,
    ReviewOutcome,
    ReviewPart,
    Standing,
)
from courses.reviewing.subjects import (
    Subject,
    forget_approvals,
    has_written,
    history,
    standing,
    subject_of,
)
from lms.accounts.models import User
from lms.core.services import record_event

AGAIN = timedelta(days=30)
"""After so long the same text may be approved once more: it was read again."""

WORKFLOW = "Revisión de contenidos"
TASKS = {
    ReviewPart.LEGAL: "Revisión legal",
    ReviewPart.PROTECTION: "Revisión de protección",
}


class ReviewRefused(Exception):
    """The decision does not count; the message says why, and what to do."""


class AlreadyDecided(ReviewRefused):
    """Somebody else was quicker: `decision` is the one that stands."""

    def __init__(self, decision: ContentReview) -> None:
        name = decision.reviewer.get_display_name() if decision.reviewer else "—"
        message = _(
            "%(name)s decided meanwhile: %(outcome)s. That decision stands. What you wrote is "
            "still below; nothing of it was sent."
        )
        values = {"name": name, "outcome": decision.get_outcome_display()}
        super().__init__(message % values)
        self.decision = decision


@dataclass(frozen=True)
class Seen:
    """What a reviewer had before her when she decided: the state, and the decisions until then."""

    digest: str
    number: int


@transaction.atomic
def decide_review(
    *,
    kind: ReviewedKind,
    pk: int,
    part: ReviewPart,
    outcome: ReviewOutcome,
    note: str,
    seen: Seen,
    acting_user: User,
    now: datetime,
) -> ContentReview:
    """Keep the decision of a reviewer about exactly the state that she read.

    The page moves on in Wagtail's workflow: to the next review, back to its author, or, after the
    last approval, onto the site. Exactly one of two decisions made at once stands: the text is
    locked, and the number of a decision is unique.

    Raises:
        AlreadyDecided: somebody else was quicker.
        ReviewRefused: the text changed, it is her own, or it does not wait for this review.
        PublicationRefused: the last approval would publish what may not be published yet.
    """
    subject = subject_of(kind, pk, is_locked=True)
    if subject is None:
        raise ReviewRefused(_("This text is not published any more."))
    reviews = history(subject)
    _refuse_late(subject, reviews, seen)
    if has_written(subject, part, reviews, acting_user.pk):
        raise ReviewRefused(_("You wrote in this text yourself. Somebody else has to review it."))
    problem = turn_problem(subject, part, outcome, reviews, now=now)
    if problem:
        raise ReviewRefused(problem)
    review = _keep(
        subject, part, outcome, note, number=len(reviews) + 1, acting_user=acting_user, now=now
    )
    if kind == ReviewedKind.PAGE:
        _move_on(subject.record, outcome, note, acting_user)
    return review


def _refuse_late(subject: Subject, reviews: list[ContentReview], seen: Seen) -> None:
    if len(reviews) > seen.number:
        raise AlreadyDecided(reviews[-1])
    if subject.digest != seen.digest:
        message = _("The text changed while you were reading. Look at it again before you decide.")
        raise ReviewRefused(message)


def turn_problem(
    subject: Subject,
    part: ReviewPart,
    outcome: ReviewOutcome,
    reviews: list[ContentReview],
    *,
    now: datetime,
) -> str:
    """Return why this part cannot decide so now, or an empty text.

    A page is decided in its workflow. What is not a page needs the legal review first; an approval
    may be taken back by asking for changes, and given again when it is older than AGAIN.
    """
    if subject.kind == ReviewedKind.PAGE:
        task = subject.record.current_workflow_task
        if not isinstance(task, ReviewTask):
            return _("Nobody has sent this page to be reviewed.")
        return "" if task.part == part else _("This page waits for the other review first.")
    if outcome == ReviewOutcome.CHANGES:
        return ""
    last = [review for review in reviews if review.part == part][-1:]
    is_fresh = bool(last) and last[0].decided_at > now - AGAIN
    if standing(subject, part, reviews) == Standing.APPROVED and is_fresh:
        return _("Exactly this text is approved already.")
    is_first = part == ReviewPart.LEGAL
    if is_first or standing(subject, ReviewPart.LEGAL, reviews) == Standing.APPROVED:
        return ""
    return _("The legal review comes first.")


def _keep(
    subject: Subject,
    part: ReviewPart,
    outcome: ReviewOutcome,
    note: str,
    *,
    number: int,
    acting_user: User,
    now: datetime,
) -> ContentReview:
    try:
        with transaction.atomic():
            review = ContentReview.objects.create(
                kind=subject.kind,
                item_key=subject.key,
                number=number,
                part=part,
                outcome=outcome,
                state_digest=subject.digest,
                version=subject.version,
                reviewer=acting_user,
                decided_at=now,
                note=note.strip(),
            )
    except IntegrityError as error:
        raise AlreadyDecided(history(subject)[-1]) from error
    transaction.on_commit(forget_approvals)
    record_event(action="content_reviewed", target=review, acting_user=acting_user, now=now)
    return review


def _move_on(page: CheckedPage, outcome: ReviewOutcome, note: str, user: User) -> None:
    """Tell Wagtail's workflow, whose last approval publishes the page."""
    state = page.current_workflow_task_state
    if outcome == ReviewOutcome.APPROVED:
        state.approve(user=user, comment=note)
    else:
        state.reject(user=user, comment=note)


@transaction.atomic
def send_to_review(*, pages: Iterable[CheckedPage], acting_user: User, now: datetime) -> int:
    """Start the workflow of each page that is not in it; return how many were sent.

    A page that came back with changes asked for goes on where it stood. A page without any revision
    gets one first, of what is live.
    """
    sent = 0
    for page in pages:
        locked = Page.objects.select_for_update().get(pk=page.pk).specific
        workflow = locked.get_workflow()
        current = locked.current_workflow_state
        if workflow is None or (current and current.status == WorkflowState.STATUS_IN_PROGRESS):
            continue
        if locked.latest_revision_id is None:
            locked.save_revision(clean=False)
            locked = Page.objects.get(pk=page.pk).specific
        if current is not None:
            current.resume(user=acting_user)
        else:
            workflow.start(locked, acting_user)
        record_event(action="page_sent_to_review", target=locked, acting_user=acting_user, now=now)
        sent += 1
    return sent


@transaction.atomic
def ensure_review_workflow() -> None:
    """Make the workflow of reviews with its two tasks, and let every page stand under it.

    It is put on the root of the pages once, in the place of the one that Wagtail comes with; which
    workflow an administrator chooses there afterwards stays. The groups of the tasks are code.
    """
    workflow, is_new = Workflow.objects.get_or_create(name=WORKFLOW)
    for number, (part, name) in enumerate(TASKS.items()):
        task = ReviewTask.objects.filter(part=part).first()
        if task is None:
            task = ReviewTask.objects.create(part=part, name=name)
        group, _made = Group.objects.get_or_create(name=ROLE_OF_PART[part].value)
        task.groups.set([group])
        WorkflowTask.objects.get_or_create(
            workflow=workflow, task=task, defaults={"sort_order": number}
        )
    root = Page.get_first_root_node()
    if is_new and root is not None:
        WorkflowPage.objects.update_or_create(page=root, defaults={"workflow": workflow})

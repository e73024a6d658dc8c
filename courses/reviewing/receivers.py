"""Wagtail's news of the workflow, turned into our neutral mails.

Wagtail's own mails name the page, and a mail server that is down would break the press of a button.
Ours stand in their place: a signal keeps one receiver of a name, and the first one stays.
"""

from typing import Any

from django.utils import timezone
from wagtail.models import TaskState, WorkflowState
from wagtail.signals import task_submitted, workflow_approved, workflow_rejected, workflow_submitted

from courses.models import ReviewTask
from courses.reviewing.enums import ReviewMailKind, ReviewPart
from courses.reviewing.mails import note_mail, reviewers_of


def tell_reviewers(instance: TaskState, user: Any = None, **kwargs: Any) -> None:
    """Tell those who decide in a part that something waits; never the person who sent it."""
    task = instance.task.specific
    if isinstance(task, ReviewTask):
        others = [one for one in reviewers_of(ReviewPart(task.part)) if one != user]
        note_mail(users=others, kind=ReviewMailKind.WAITING, now=timezone.now())


def tell_author(instance: WorkflowState, user: Any = None, **kwargs: Any) -> None:
    """Tell whoever sent a page to be reviewed that something was decided."""
    if instance.requested_by != user:
        note_mail(users=[instance.requested_by], kind=ReviewMailKind.DECIDED, now=timezone.now())


def tell_nobody(**kwargs: Any) -> None:
    """Leave out the mail that Wagtail sends to superusers for each page that is sent."""


def connect_receivers() -> None:
    """Take the places of Wagtail's four mails; called when the app is ready, before Wagtail's is."""
    task_submitted.connect(
        tell_reviewers,
        sender=TaskState,
        dispatch_uid="group_approval_task_submitted_email_notification",
    )
    workflow_submitted.connect(
        tell_nobody,
        sender=WorkflowState,
        dispatch_uid="workflow_state_submitted_email_notification",
    )
    workflow_rejected.connect(
        tell_author,
        sender=WorkflowState,
        dispatch_uid="workflow_state_rejected_email_notification",
    )
    workflow_approved.connect(
        tell_author,
        sender=WorkflowState,
        dispatch_uid="workflow_state_approved_email_notification",
    )

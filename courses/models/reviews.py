"""Reviews of contents: the tasks of the workflow, every decision, checked translations, mails."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask, TaskState

from courses.reviewing.enums import ReviewedKind, ReviewMailKind, ReviewOutcome, ReviewPart
from courses.reviewing.states import page_state
from lms.core.models import OutboxRow


class ReviewTask(AbstractGroupApprovalTask):
    """One review in Wagtail's workflow; it is decided on the reviewers' own page and nowhere else.

    There one lock decides between two reviewers who press at once, and what the second one typed
    is kept. Wagtail's own doors would answer 403, so this task offers them no action.
    """

    part = models.CharField(_("part"), max_length=10, choices=ReviewPart.choices)

    admin_form_fields = [*AbstractGroupApprovalTask.admin_form_fields, "part"]

    class Meta:
        verbose_name = _("review of contents")
        verbose_name_plural = _("reviews of contents")

    def start(self, workflow_state: Any, user: Any = None) -> TaskState:
        """Begin the review, or pass over it if exactly this state was approved already."""
        page = workflow_state.content_object.specific
        state = page_state(page.get_latest_revision_as_object())
        last = (
            ContentReview.objects.filter(
                kind=ReviewedKind.PAGE, item_key=page_key(page), part=self.part, state_digest=state
            )
            .order_by("-number")
            .first()
        )
        if last is None or last.outcome != ReviewOutcome.APPROVED:
            return super().start(workflow_state, user=user)
        return TaskState.objects.create(
            workflow_state=workflow_state,
            status=TaskState.STATUS_SKIPPED,
            revision=page.get_latest_revision(),
            task=self,
            finished_at=timezone.now(),
        )

    def locked_for_user(self, obj: Any, user: Any) -> bool:
        """Lock nobody out: a slip of the pen may be mended while a text is being read."""
        return False

    def get_actions(self, obj: Any, user: Any) -> list[Any]:
        """Return no action: the menu of the editor leads to the page where reviewers decide."""
        return []


def page_key(page: Any) -> str:
    """Return the name of a page in one language, which stays when the page is made anew."""
    return f"{page.translation_key}-{page.locale.language_code}"


class ContentReview(models.Model):
    """One decision of one reviewer about exactly one state of a text; a row is never changed.

    `number` counts the decisions about one text: two that were made at once cannot both stand. A
    trigger of the database holds what a row says.
    """

    kind = models.CharField(_("kind"), max_length=10, choices=ReviewedKind.choices)
    item_key = models.CharField(_("text"), max_length=60)
    number = models.PositiveIntegerField(_("number"))
    part = models.CharField(_("part"), max_length=10, choices=ReviewPart.choices)
    outcome = models.CharField(_("outcome"), max_length=10, choices=ReviewOutcome.choices)
    state_digest = models.CharField(_("digest of the text"), max_length=64)
    version = models.PositiveBigIntegerField(_("revision or version"), null=True, blank=True)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided at"))
    note = models.TextField(_("comment"), max_length=4000, blank=True)

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "item_key", "number"], name="review_decided_once"
            ),
            models.CheckConstraint(
                condition=~Q(outcome=ReviewOutcome.CHANGES) | ~Q(note=""),
                name="review_changes_say_which",
                violation_error_message=_("Say what has to change."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.item_key} ({self.number})"


class TranslationCheck(models.Model):
    """Somebody compared the languages of one version of a question or a case: they say the same."""

    kind = models.CharField(_("kind"), max_length=10, choices=ReviewedKind.choices)
    item_key = models.CharField(_("text"), max_length=60)
    version = models.PositiveIntegerField(_("version"))
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    checked_at = models.DateTimeField(_("checked at"))

    class Meta:
        verbose_name = _("checked translation")
        verbose_name_plural = _("checked translations")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "item_key", "version"], name="translation_checked_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.item_key} v{self.version}"


class ReviewMail(OutboxRow):
    """A neutral mail to somebody who reviews or writes; of each kind at most one a day."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=ReviewMailKind.choices)
    on_date = models.DateField(_("day"))

    class Meta:
        verbose_name = _("mail about reviews")
        verbose_name_plural = _("mails about reviews")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "on_date"], name="review_mail_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}, {self.kind}, {self.on_date}"

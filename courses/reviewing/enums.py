"""The words of reviews: whose part it is, what came of it, what was read."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.accounts.enums import StaffRole


class ReviewPart(models.TextChoices):
    """Which of the two reviews a decision belongs to, in the order in which they are made."""

    LEGAL = "legal", _("legal review")
    PROTECTION = "protection", _("protection review")


ROLE_OF_PART = {
    ReviewPart.LEGAL: StaffRole.LEGAL_REVIEWER,
    ReviewPart.PROTECTION: StaffRole.PROTECTION_REVIEWER,
}
"""Whose group decides in which part."""


class ReviewOutcome(models.TextChoices):
    """What a reviewer decided about one state of a text."""

    APPROVED = "approved", _("approved")
    CHANGES = "changes", _("changes asked for")


class ReviewedKind(models.TextChoices):
    """What can be reviewed."""

    PAGE = "page", _("page")
    QUESTION = "question", _("question")
    CASE = "case", _("case")


class Standing(models.TextChoices):
    """How a text stands in one part, as it is today."""

    NONE = "none", _("never reviewed")
    APPROVED = "approved", _("approved")
    CHANGES = "changes", _("changes asked for")
    LAPSED = "lapsed", _("lapsed: the text changed after it was approved")
    MENDED = "mended", _("changed after changes were asked for")


class ReviewMailKind(models.TextChoices):
    """Why somebody gets a neutral mail; each reason at most once a day."""

    WAITING = "waiting", _("something waits for a review")
    DECIDED = "decided", _("a review was decided")
    WEEKLY = "weekly", _("what waits and what is due, once a week")

"""States of a learner's record."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EnrolmentState(models.TextChoices):
    """Where an enrolment stands."""

    ACTIVE = "active", _("under way")
    COMPLETED = "completed", _("completed")
    WITHDRAWN = "withdrawn", _("withdrawn")
    EXPIRED = "expired", _("expired")


READING_STATES = (EnrolmentState.ACTIVE, EnrolmentState.COMPLETED)
"""A learner in one of these may read the course."""


class AttemptState(models.TextChoices):
    """Where an attempt stands."""

    IN_PROGRESS = "in_progress", _("in progress")
    SUBMITTED = "submitted", _("submitted")


class LessonWay(models.TextChoices):
    """Which of a lesson's two ways the learner took; both count the same."""

    FULL = "full", _("complete")
    BRIEF = "brief", _("brief")

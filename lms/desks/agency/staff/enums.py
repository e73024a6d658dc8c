"""What a coordinator may know of a nomination."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class StaffState(models.TextChoices):
    """Where a nomination stands; never how far, how well, or who is stuck."""

    INVITED = "invited", _("invited, no answer yet")
    WAITING = "waiting", _("nominated, waits for a seat")
    NOT_STARTED = "not_started", _("not started")
    UNDER_WAY = "under_way", _("under way")
    COMPLETED = "completed", _("completed, without a valid certificate")
    CERTIFIED = "certified", _("certified")
    EXPIRED = "expired", _("certificate expired")
    WITHDRAWN = "withdrawn", _("withdrawn")
    LEFT = "left", _("not completed until the last day here")


LEARNING = (StaffState.WAITING, StaffState.NOT_STARTED, StaffState.UNDER_WAY)
"""In one of these a nomination can be withdrawn, and so it can while an answer is missing."""

DATED = (StaffState.CERTIFIED, StaffState.EXPIRED)
"""These say until when."""

"""To whom a message goes, and what became of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Audience(models.TextChoices):
    """Which people of a cohort a message goes to; nobody who has withdrawn is among them."""

    UNDER_WAY = "under_way", _("everybody who is under way")
    NOT_STARTED = "not_started", _("those who have not begun")
    EVERYBODY = "everybody", _("everybody, those who have completed the course too")
    CHOSEN = "chosen", _("the people whom I tick")


class MailState(models.TextChoices):
    """What became of the mail that tells somebody of a message."""

    WAITING = "waiting", _("mail on its way")
    SENT = "sent", _("mail sent")
    FAILED = "failed", _("mail failed")
    NONE = "none", _("no confirmed address: on her page only")

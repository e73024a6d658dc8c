"""What the lists of practices and approvals show."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Standing(models.TextChoices):
    """How far a learner is in one practice."""

    PASSED = "passed", _("it is passed")
    SEEN = "seen", _("seen, not passed yet")
    NOT_YET = "not_yet", _("not seen yet")
    EXEMPTED = "exempted", _("need not do it")


class Shown(models.TextChoices):
    """Whom a list shows."""

    ALL = "", _("everybody")
    OPEN = "open", _("those who still need it")

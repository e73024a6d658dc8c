"""What a trainer chooses in the list of attempts."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Shown(models.TextChoices):
    """Which learners the list shows."""

    ALL = "", _("everybody")
    UNDER_WAY = "under_way", _("an attempt is under way")
    WAITING = "waiting", _("handed in, without a result yet")
    PASSED = "passed", _("passed")
    NOT_PASSED = "not_passed", _("not passed")
    SAFETY = "safety", _("a rule of safety was broken")
    NONE = "none", _("no attempt yet")
    ANNULLED = "annulled", _("an attempt was annulled")

"""How an item stands for a learner, why somebody is stuck, and for what somebody waits."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ItemState(models.TextChoices):
    """How one item stands for one learner, as the matrix shows it."""

    DONE = "done", _("done")
    EXEMPT = "exempt", _("let off")
    WAITING = "waiting", _("waits for a result")
    FAILED = "failed", _("tried, not passed yet")
    OPENED = "opened", _("begun")
    TODO = "todo", _("not begun")
    LOCKED = "locked", _("opens later")


class StuckBy(models.TextChoices):
    """By which half of the rule somebody is stuck."""

    IDLE = "idle", _("nothing done")
    FAILURES = "failures", _("attempts not passed")


class WaitsFor(models.TextChoices):
    """For what a learner waits that others have to give."""

    RESULT = "result", _("the result of what was handed in")
    OPENING = "opening", _("a quiz that opens later")
    PRACTICE = "practice", _("a practice to be signed")
    SESSION = "session", _("a session of the group")
    APPROVAL = "approval", _("the approval of a trainer")


class Shown(models.TextChoices):
    """Which learners a list shows."""

    ALL = "", _("everybody")
    STUCK = "stuck", _("stuck")
    WAITS = "waits", _("waits for us")
    NOT_STARTED = "not_started", _("not started")
    UNDER_WAY = "under_way", _("under way")
    COMPLETED = "completed", _("completed")
    ENDED = "ended", _("withdrawn or expired")


class Order(models.TextChoices):
    """By what a list is sorted."""

    NAME = "", _("name")
    LEAST = "least", _("least done first")
    MOST = "most", _("most done first")
    QUIET = "quiet", _("longest without anything done")
    DEADLINE = "deadline", _("deadline")
    AGENCY = "agency", _("agency")

"""States shared by every outbox, and what keys of the installation are for."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OutboxState(models.TextChoices):
    """Where a row of slow work stands; a claimed row is PENDING with a lease in the future."""

    PENDING = "pending", _("waiting")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


class SiteKeyPurpose(models.TextChoices):
    """What a key of the installation is for."""

    SEALS = "seals", _("seals of the audit trail")
    REASONS = "reasons", _("reasons that concern no single person")

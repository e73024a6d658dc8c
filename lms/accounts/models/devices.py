"""Devices on which somebody has logged in, and how often logins went wrong."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.core.models import OutboxRow


class KnownDevice(OutboxRow):
    """A browser in which a person has logged in; the row is the outbox of the mail that says so.

    The browser keeps a secret in a signed cookie; here is its keyed digest, with the kind of
    browser; neither an address nor when it was used last. Several people may share one browser: a
    row each. After a year a device is forgotten.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="known_devices")
    digest = models.CharField(_("keyed digest of the secret"), max_length=64)
    browser = models.CharField(_("kind of browser"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("known device")
        verbose_name_plural = _("known devices")
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="known_device_once")]

    def __str__(self) -> str:
        return f"{self.user_id}, {self.pk}"


class SignInTally(models.Model):
    """How many logins went wrong for one account, one network or one known device, and when.

    Whom it counts stands in it as a keyed digest only; accounts that do not exist are counted in
    the same way. Rows are deleted a day after the last wrong try.
    """

    digest = models.CharField(_("keyed digest"), max_length=64, unique=True)
    failures = models.PositiveIntegerField(_("wrong tries"), default=0)
    last_at = models.DateTimeField(_("last wrong try"), db_index=True)

    class Meta:
        verbose_name = _("tally of wrong logins")
        verbose_name_plural = _("tallies of wrong logins")

    def __str__(self) -> str:
        return f"{self.failures}"

"""The register of erasures: what was removed, detached and kept, and of whom nobody can tell."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.accounts.enums import ErasureGround, Language
from lms.core.models import OutboxRow


class ErasureRecord(models.Model):
    """One erasure. It names nobody, and nothing leads from it to the account.

    `lines` holds, for each kind of record that there was, what became of it, how many there were
    and, where something stayed, the rule; in the words that the person read. Never changed.
    """

    erased_at = models.DateTimeField(_("erased at"), db_index=True)
    ground = models.CharField(_("asked by"), max_length=10, choices=ErasureGround.choices)
    language = models.CharField(
        _("language"), max_length=2, choices=Language.choices, default=Language.SPANISH
    )
    lines = models.JSONField(_("what became of it"))

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")

    def __str__(self) -> str:
        return f"{self.pk}"


class ErasureMail(OutboxRow):
    """The mail that tells a person what became of her data.

    It holds her address, encrypted, until it is sent or given up, two days at the longest; then the
    row is deleted.
    """

    record = models.OneToOneField(ErasureRecord, models.CASCADE, related_name="mail")
    address_ciphertext = models.TextField(_("address, encrypted"))

    class Meta:
        verbose_name = _("mail about an erasure")
        verbose_name_plural = _("mails about erasures")
        constraints = [
            models.CheckConstraint(
                condition=~Q(address_ciphertext=""), name="erasure_mail_has_address"
            )
        ]

    def __str__(self) -> str:
        return f"{self.record_id} ({self.state})"

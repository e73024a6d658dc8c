"""Keys that sign, what they signed, and the lists by which a signature is taken back.

The private half of a key is a file under SIGNING_KEYS_DIR and never in the database.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from certificates.enums import KeyPurpose
from certificates.models.certificates import Certificate


class SigningKey(models.Model):
    """The public half of a key; it stays published for ever, so that old signatures hold."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    purpose = models.CharField(_("what it signs"), max_length=12, choices=KeyPurpose.choices)
    did = models.CharField(_("issuer's DID"), max_length=255)
    key_address = models.URLField(_("address of the key"), max_length=255, blank=True)
    public_pem = models.TextField(_("public key"))
    certificate_pem = models.TextField(_("X.509 certificate"), blank=True)
    signs_from = models.DateTimeField(_("signs from"))
    signs_until = models.DateTimeField(_("signed until"), null=True, blank=True)
    compromised_at = models.DateTimeField(_("not to be trusted from"), null=True, blank=True)

    class Meta:
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")
        constraints = [
            models.UniqueConstraint(
                fields=["purpose"],
                condition=Q(signs_until__isnull=True),
                name="signing_key_one_active",
            ),
            models.CheckConstraint(
                condition=Q(signs_until__isnull=True) | Q(signs_until__gte=F("signs_from")),
                name="signing_key_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(compromised_at__isnull=True) | Q(signs_until__isnull=False),
                name="signing_key_compromised_is_retired",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class StatusList(models.Model):
    """A signed list of bits that says which credentials were taken back (Bitstring Status List)."""

    number = models.PositiveIntegerField(_("number"), unique=True)
    created_at = models.DateTimeField(_("created at"))
    bits_digest = models.CharField(_("SHA-256 of the bits"), max_length=64, blank=True)
    signed_text = models.TextField(_("signed list"), blank=True)
    signed_at = models.DateTimeField(_("signed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("status list")
        verbose_name_plural = _("status lists")

    def __str__(self) -> str:
        return f"{self.number}"


class StatusEntry(models.Model):
    """The place of one certificate in a list; it is drawn at random, so that it tells nothing."""

    status_list = models.ForeignKey(StatusList, models.PROTECT, related_name="entries")
    index = models.PositiveIntegerField(_("index"))
    certificate = models.OneToOneField(
        Certificate, models.PROTECT, related_name="status_entry", verbose_name=_("certificate")
    )

    class Meta:
        verbose_name = _("entry of a status list")
        verbose_name_plural = _("entries of status lists")
        constraints = [
            models.UniqueConstraint(fields=["status_list", "index"], name="status_index_once")
        ]

    def __str__(self) -> str:
        return f"{self.status_list_id}#{self.index}"


class SignedCredential(models.Model):
    """What was signed at issue, byte by byte; a new key changes none of it.

    The texts are emptied only when the holder is erased: `Certificate.holder_erased_at` says so.
    """

    certificate = models.OneToOneField(
        Certificate, models.PROTECT, related_name="signed", verbose_name=_("certificate")
    )
    json_text = models.TextField(_("credential with its proof"))
    jwt_text = models.TextField(_("credential as JWT"))
    fragment = models.TextField(_("what the QR for checks without a network carries"))
    credential_key = models.ForeignKey(SigningKey, models.PROTECT, related_name="+")
    jwt_key = models.ForeignKey(SigningKey, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(_("signed at"))

    class Meta:
        verbose_name = _("signed credential")
        verbose_name_plural = _("signed credentials")

    def __str__(self) -> str:
        return f"{self.certificate_id}"

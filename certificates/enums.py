"""States and reasons of certificates."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CertificateState(models.TextChoices):
    """What a check answers; computed from the dates, never stored."""

    VALID = "valid", _("valid")
    EXPIRED = "expired", _("expired")
    REVOKED = "revoked", _("revoked")
    REPLACED = "replaced", _("replaced")


class RevocationClass(models.TextChoices):
    """The only public words about a revocation; never an accusation."""

    ISSUED_IN_ERROR = "issued_in_error", _("issued in error")
    HOLDER_REQUEST = "holder_request", _("at the holder's request")
    ISSUER_DECISION = "issuer_decision", _("by decision of the issuer")

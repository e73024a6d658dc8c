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


class KeyPurpose(models.TextChoices):
    """What a key of the issuer signs."""

    CREDENTIAL = "credential", _("open credentials and the QR (Ed25519)")
    JWT = "jwt", _("credentials as JWT (RSA)")
    PDF = "pdf", _("PDF files (RSA)")


class TokenScope(models.TextChoices):
    """What an agency's key may read of a certificate whose code it knows."""

    STATE = "state", _("only the state")
    FACTS = "facts", _("the state and everything that is printed")


class ProposalKind(models.TextChoices):
    """A decision about a certificate that may need two people."""

    REVOKE = "revoke", _("revoke")
    REPLACE = "replace", _("replace")


class ProposalState(models.TextChoices):
    """Where such a decision stands."""

    OPEN = "open", _("waits for a second person")
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


class BurstKind(models.TextChoices):
    """From where unknown codes came in a burst; the address itself is not kept."""

    ONE_ADDRESS = "one_address", _("from one address")
    EVERYWHERE = "everywhere", _("from many addresses at once")
    ONE_AGENCY = "one_agency", _("from an agency's list or system")

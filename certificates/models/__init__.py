"""Certificates, what signs them, how they look, and what happens to them."""

from certificates.models.batches import IssueBatch, IssueItem
from certificates.models.certificates import Certificate, Issuance
from certificates.models.designs import (
    CertificateDesign,
    CertificateDesignVersion,
    CourseDesign,
    DesignPicture,
)
from certificates.models.issuer import IssuerSettings, Signatory
from certificates.models.life import (
    CertificateMail,
    CertificateProposal,
    CertificateShare,
    Reminder,
    UpdateInvitation,
)
from certificates.models.signing import SignedCredential, SigningKey, StatusEntry, StatusList
from certificates.models.tokens import ApiToken, CertificateCheck

__all__ = [
    "ApiToken",
    "Certificate",
    "CertificateCheck",
    "CertificateDesign",
    "CertificateDesignVersion",
    "CertificateMail",
    "CertificateProposal",
    "CertificateShare",
    "CourseDesign",
    "DesignPicture",
    "Issuance",
    "IssueBatch",
    "IssueItem",
    "IssuerSettings",
    "Reminder",
    "Signatory",
    "SignedCredential",
    "SigningKey",
    "StatusEntry",
    "StatusList",
    "UpdateInvitation",
]

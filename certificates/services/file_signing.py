"""Who signs the files today, on record so that a check can ask for it in twenty years."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from certificates.enums import KeyPurpose
from certificates.keyring import active_key, issuer_did, rsa_key
from certificates.models import Certificate, SigningKey
from certificates.pdf_signers import SignerUnavailableError, outside_signer
from certificates.pdf_signing import PdfSigner, signer_from_key
from certificates.queries import issuances
from lms.core.services import record_event


@dataclass(frozen=True)
class FileSigner:
    """A signer of files and its public half on record."""

    signer: PdfSigner
    key: SigningKey


def file_signer(*, now: datetime) -> FileSigner:
    """Return who signs files today: the outside signer of the settings, else our own key.

    Raises:
        SignerUnavailableError: an outside signer is set and cannot be used; our own key is no
            silent stand-in for it.
        KeyFileError: our own key is missing or damaged.
    """
    outside = outside_signer()
    if outside is not None:
        return FileSigner(outside, pin_outside_signer(signer=outside, now=now))
    own = active_key(KeyPurpose.PDF)
    return FileSigner(signer_from_key(rsa_key(own), own.row.certificate_pem), own.row)


@transaction.atomic
def pin_outside_signer(*, signer: PdfSigner, now: datetime) -> SigningKey:
    """Keep the certificate of an outside signer for ever; doing it twice changes nothing.

    It stands beside our own keys and signs until it ends, so that no rotation of ours touches it.

    Raises:
        SignerUnavailableError: the certificate has ended or has not begun.
    """
    certificate = x509.load_der_x509_certificate(signer.identity.chain[0])
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not begins <= now <= ends:
        raise SignerUnavailableError(
            f"The certificate of the outside signer holds from {begins:%Y-%m-%d} to "
            f"{ends:%Y-%m-%d}. Put a valid one in its place, or take it out of the settings."
        )
    digest = hashlib.sha256(signer.certificate_pem.encode()).hexdigest()
    name = f"pdf-outside-{digest[:16]}"
    public = signer.identity.public_key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    row, is_new = SigningKey.objects.get_or_create(
        name=name,
        defaults={
            "purpose": KeyPurpose.PDF,
            "did": issuer_did(),
            "key_address": f"{settings.BASE_URL}/ob/keys/{name}",
            "public_pem": public.decode(),
            "certificate_pem": signer.certificate_pem,
            "signs_from": now,
            "signs_until": ends,
        },
    )
    if is_new:
        record_event(action="signing_key_added", target=row, acting_user=None, now=now)
    return row


def signing_time(certificate: Certificate, *, key: SigningKey, now: datetime) -> datetime:
    """Return when the file was signed first, so that a lost one comes back with the same bytes.

    A key that came later signs today: its certificate did not hold on the first day.
    """
    unsigned = Q(signed_at=None)
    if key.signs_from <= now:
        unsigned |= Q(signed_at__lt=key.signs_from)
    rows = issuances().filter(certificate=certificate)
    rows.filter(unsigned).update(signed_at=now)
    return rows.values_list("signed_at", flat=True).get() or now

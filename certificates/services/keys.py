"""Making keys, at the first start and at every rotation; a public half is never taken away."""

import secrets
from datetime import datetime, timedelta
from itertools import pairwise
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from certificates import key_files
from certificates.enums import KeyPurpose
from certificates.key_files import KeyFile, KeyFileError, PrivateKey
from certificates.keyring import active_key, issuer_did, public_pem
from certificates.models import IssuerSettings, SigningKey, StatusList
from lms.accounts.models import User
from lms.core.health import NotReadyError
from lms.core.services import record_event

RSA_BITS = 2048
CERTIFICATE_LIFE = timedelta(days=365 * 20)
LONGEST_NAME = 64
"""Characters that a name in an X.509 certificate may have (RFC 5280, upper bounds)."""


@transaction.atomic
def ensure_keys(*, now: datetime) -> list[SigningKey]:
    """Make sure that one key signs for each purpose; return those that were added.

    Keys that lie in the folder but are not on record (a database that was made anew) are taken up
    again before a new one is made. Nothing is done to a key on record whose file is missing: that
    is for a person to decide (`rotate_keys`).

    Raises:
        KeyFileError: the folder or a file is open to others, or damaged.
    """
    active = set(SigningKey.objects.filter(signs_until=None).values_list("purpose", flat=True))
    missing = [purpose for purpose in KeyPurpose if purpose not in active]
    if not missing:
        return []
    with key_files.locked_folder():
        active = set(SigningKey.objects.filter(signs_until=None).values_list("purpose", flat=True))
        return [_add(purpose, now=now) for purpose in missing if purpose not in active]


def _add(purpose: KeyPurpose, *, now: datetime) -> SigningKey:
    """Put on record the keys that lie there for this purpose, the newest as the one that signs."""
    known = set(SigningKey.objects.values_list("name", flat=True))
    lying = [
        one for one in key_files.key_files() if one.purpose == purpose and one.name not in known
    ]
    for old, later in pairwise(lying):
        _record(old, now=now, signs_until=later.signs_from)
    return _record(lying[-1] if lying else _make(purpose, now=now), now=now)


@transaction.atomic
def rotate_keys(*, now: datetime, acting_user: User | None = None) -> list[SigningKey]:
    """Make a new key for each purpose; return the new ones.

    The old ones sign nothing any more and stay published, so that all that they signed holds. Works
    too where private halves are lost. Their files are left where they are: deleting them is for
    whoever keeps the backups.

    Raises:
        KeyFileError: the folder or a file is open to others.
    """
    with key_files.locked_folder():
        for row in SigningKey.objects.select_for_update().filter(signs_until=None):
            row.signs_until = max(now, row.signs_from)
            row.save(update_fields=["signs_until"])
            record_event(
                action="signing_key_retired",
                target=row,
                acting_user=acting_user,
                now=now,
                changed_fields=["signs_until"],
            )
        return [_record(_make(purpose, now=now), acting_user, now=now) for purpose in KeyPurpose]


def _record(
    particulars: KeyFile,
    acting_user: User | None = None,
    *,
    now: datetime,
    signs_until: datetime | None = None,
) -> SigningKey:
    row = SigningKey.objects.create(
        name=particulars.name,
        purpose=particulars.purpose,
        did=particulars.did,
        key_address=particulars.key_address,
        public_pem=particulars.public_pem,
        certificate_pem=particulars.certificate_pem,
        signs_from=particulars.signs_from,
        signs_until=signs_until,
    )
    record_event(action="signing_key_added", target=row, acting_user=acting_user, now=now)
    return row


@transaction.atomic
def distrust_key(
    *, name: str, reason: str, now: datetime, acting_user: User | None = None
) -> SigningKey:
    """Note that a retired key was stolen: what it signed is believed only where our record says so.

    It stays published, but no longer as a key that may assert anything, so that other people's
    software refuses its signatures too.

    Raises:
        KeyFileError: there is no such key, or it still signs (rotate first).
    """
    row = SigningKey.objects.select_for_update().filter(name=name).first()
    if row is None:
        raise KeyFileError(f"There is no signing key of the name {name}.")
    if row.signs_until is None:
        raise KeyFileError("This key still signs: rotate the keys first.")
    if row.compromised_at is None:
        row.compromised_at = now
        row.save(update_fields=["compromised_at"])
        StatusList.objects.update(signed_at=None)  # signed by another key when next asked for
        record_event(
            action="signing_key_distrusted",
            target=row,
            acting_user=acting_user,
            now=now,
            changed_fields=["compromised_at"],
            reason=reason,
        )
    return row


def check_keys() -> None:
    """Return quietly if there is a key for every purpose that can sign; make what was never made.

    Raises:
        NotReadyError: a key's file is missing, damaged, or open to others.
    """
    try:
        key_files.check_folder()
        ensure_keys(now=timezone.now())
        for purpose in KeyPurpose:
            active_key(purpose)
    except (KeyFileError, OSError) as error:
        raise NotReadyError(str(error)) from error


def _make(purpose: KeyPurpose, *, now: datetime) -> KeyFile:
    """Make a key and write its files."""
    name = f"{purpose}-{now:%Y-%m-%d}-{secrets.token_hex(3)}"
    private: PrivateKey = (
        Ed25519PrivateKey.generate()
        if purpose == KeyPurpose.CREDENTIAL
        else rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)
    )
    is_for_pdf = purpose == KeyPurpose.PDF and isinstance(private, rsa.RSAPrivateKey)
    particulars = KeyFile(
        name=name,
        purpose=str(purpose),
        did=issuer_did(),
        key_address=f"{settings.BASE_URL}/ob/keys/{name}",
        signs_from=now,
        public_pem=public_pem(private),
        certificate_pem=_self_signed(private, now=now) if is_for_pdf else "",
    )
    key_files.write_key(particulars, private)
    return particulars


def _self_signed(private: PrivateKey, *, now: datetime) -> str:
    """Return a certificate for our own key: it names the issuer and claims no authority."""
    if not isinstance(private, rsa.RSAPrivateKey):
        raise TypeError("PDF files are signed with RSA")
    issuer: IssuerSettings = IssuerSettings.load()
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "PE"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, issuer.name[:LONGEST_NAME]),
            x509.NameAttribute(
                NameOID.COMMON_NAME, str(urlsplit(settings.BASE_URL).hostname)[:LONGEST_NAME]
            ),
        ]
    )
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + CERTIFICATE_LIFE)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), False)
        .sign(private, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM).decode()

"""Who signs files today, what stays on record of it, and a lost file that comes back."""

from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from django.core.files.storage import default_storage
from django.test import Client

from certificates import services
from certificates.enums import KeyPurpose
from certificates.models import Certificate, Issuance, SigningKey
from certificates.pdf_checking import PdfFinding, check_pdf, look_at_signature
from certificates.pdf_signers import SignerUnavailableError, outside_signer
from certificates.pdf_signing import certificates_in
from certificates.services.file_signing import file_signer, pin_outside_signer
from lms.core.enums import OutboxState
from lms.core.models import AuditEvent
from tests.factories import make_course, release_course_for_tests
from tests.factories.certificates import make_certificate
from tests.factories.printing import rsa_key, signer

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture(autouse=True)
def _forget_the_signer() -> Iterator[None]:
    outside_signer.cache_clear()
    yield
    outside_signer.cache_clear()


@pytest.fixture
def outside(tmp_path: Path, settings: Any) -> str:
    """Set an outside signer; return its certificate."""
    own = x509.load_pem_x509_certificate(signer("another").certificate_pem.encode())
    path = tmp_path / "sello.p12"
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"x", rsa_key("another"), own, None, serialization.NoEncryption()
        )
    )
    settings.PDF_SIGNER_PKCS12 = str(path)
    return signer("another").certificate_pem


def rendered(certificate: Certificate, *, now: datetime) -> bytes:
    services.render_issuance(issuance_id=certificate.issuance.pk, now=now)
    content = services.stored_pdf(certificate=Certificate.objects.get(pk=certificate.pk), now=now)
    assert content is not None
    return content


def lost(certificate: Certificate, *, now: datetime) -> None:
    issuance = Issuance.objects.get(certificate=certificate)
    default_storage.delete(issuance.file.name)
    services.reopen_issuance(issuance=issuance, acting_user=None, now=now)


def test_own_key_signs_the_file_with_the_credential_inside(now: datetime) -> None:
    certificate = make_certificate(now=now)

    content = rendered(certificate, now=now)

    key = SigningKey.objects.get(purpose=KeyPurpose.PDF, signs_until=None)
    assert file_signer(now=now).key == key
    assert look_at_signature(content) == (PdfFinding.SIGNATURE_COVERS_ALL, True)
    assert Issuance.objects.get().signed_at == now


def test_lost_file_comes_back_with_the_same_bytes(now: datetime) -> None:
    certificate = make_certificate(now=now)
    services.ensure_keys(now=now)
    SigningKey.objects.update(signs_from=now)
    before = rendered(certificate, now=now)
    lost(certificate, now=now)

    again = rendered(certificate, now=now + timedelta(days=30))

    assert again == before
    assert Issuance.objects.get().signed_at == now


def test_lost_file_is_signed_anew_by_a_key_that_came_later(now: datetime) -> None:
    certificate = make_certificate(now=now)
    before = rendered(certificate, now=now)
    lost(certificate, now=now)
    later = now + timedelta(days=30)
    SigningKey.objects.filter(purpose=KeyPurpose.PDF).update(signs_from=later)

    again = rendered(certificate, now=later)

    issuance = Issuance.objects.get()
    assert again != before
    assert (issuance.state, issuance.signed_at) == (OutboxState.DONE, later)
    assert check_pdf(before, language="es").finding == PdfFinding.SIGNATURE_COVERS_ALL
    assert check_pdf(again, language="es").finding == PdfFinding.RECORDED_DIGEST


def test_certificate_from_before_signatures_has_none(now: datetime) -> None:
    certificate = make_certificate(now=now)
    certificate.status_entry.delete()

    content = rendered(certificate, now=now)

    assert b"/ByteRange" not in content
    assert b"credential.json" not in content
    assert Issuance.objects.get().signed_at is None


def test_offline_qr_is_printed_only_by_choice(now: datetime) -> None:
    certificate = make_certificate(now=now)
    plain = rendered(certificate, now=now)
    Certificate.objects.update(has_offline_qr=True)
    lost(certificate, now=now)

    chosen = rendered(certificate, now=now)

    has_two_qrs = Certificate.objects.get().design_version is not None
    assert (chosen != plain) is has_two_qrs


def test_outside_signer_signs_and_is_kept_on_record_once(outside: str, now: datetime) -> None:
    release = release_course_for_tests(make_course())
    first, second = (make_certificate(now=now, release=release) for _ in range(2))

    contents = [rendered(one, now=now) for one in (first, second)]

    row = SigningKey.objects.get(certificate_pem=outside)
    assert (row.purpose, row.signs_from) == (KeyPurpose.PDF, now)
    assert row.signs_until is not None
    assert row.signs_until > now
    assert row.public_pem.startswith("-----BEGIN PUBLIC KEY-----")
    assert [look_at_signature(one)[0] for one in contents] == [
        PdfFinding.SIGNATURE_COVERS_ALL,
        PdfFinding.SIGNATURE_COVERS_ALL,
    ]
    assert AuditEvent.objects.filter(action="signing_key_added", target_id=str(row.pk)).count() == 1
    assert SigningKey.objects.filter(purpose=KeyPurpose.PDF, signs_until=None).count() == 1


def test_files_of_an_outside_signer_hold_after_it_is_gone(
    outside: str, now: datetime, settings: Any
) -> None:
    content = rendered(make_certificate(now=now), now=now)
    settings.PDF_SIGNER_PKCS12 = ""
    outside_signer.cache_clear()

    assert file_signer(now=now).key.certificate_pem != outside
    assert look_at_signature(content) == (PdfFinding.SIGNATURE_COVERS_ALL, True)


@pytest.mark.parametrize("days", [-30, 365 * 11])
def test_outside_certificate_out_of_its_time_signs_nothing(now: datetime, days: int) -> None:
    with pytest.raises(SignerUnavailableError, match="holds from 2026-11-23 to"):
        pin_outside_signer(signer=signer("another"), now=now + timedelta(days=days))

    assert SigningKey.objects.count() == 0


def test_outside_signer_that_cannot_sign_is_no_silent_change_to_our_key(
    now: datetime, settings: Any, tmp_path: Path
) -> None:
    settings.PDF_SIGNER_PKCS12 = str(tmp_path / "missing.p12")
    certificate = make_certificate(now=now)

    with pytest.raises(SignerUnavailableError, match="cannot be read"):
        services.render_issuance(issuance_id=certificate.issuance.pk, now=now)

    issuance = Issuance.objects.get()
    assert issuance.state == OutboxState.PENDING
    assert "missing.p12 cannot be read" in issuance.failure


def test_certificates_of_file_keys_are_published(outside: str, now: datetime) -> None:
    rendered(make_certificate(now=now), now=now)

    keys = Client().get("/.well-known/jwks.json").json()["keys"]

    published = {key["name"]: key["x5c"] for key in keys if "x5c" in key}
    rows = SigningKey.objects.filter(purpose=KeyPurpose.PDF)
    assert published == {
        row.name: [b64encode(der).decode() for der in certificates_in(row.certificate_pem)]
        for row in rows
    }
    assert [len(chain) for chain in published.values()] == [1, 1]

"""`manage.py verify_pdf`: what it prints, and its status."""

from datetime import datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from certificates import services
from certificates.enums import CertificateState
from certificates.models import Certificate, Issuance
from tests.factories.certificates import make_certificate

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def saved(state: CertificateState, folder: Path) -> tuple[Certificate, Path]:
    now = timezone.now()
    certificate = make_certificate(state, now=now)
    services.render_issuance(issuance_id=certificate.issuance.pk, now=now)
    certificate = Certificate.objects.get(pk=certificate.pk)
    content = services.stored_pdf(certificate=certificate, now=now)
    assert content is not None
    (folder / "file.pdf").write_bytes(content)
    return certificate, folder / "file.pdf"


def verified(path: Path, *, language: str = "en") -> tuple[list[str], str]:
    """Return the printed lines, and why the command failed (with status 1) if it did."""
    out = StringIO()
    failure = ""
    try:
        call_command("verify_pdf", str(path), language=language, stdout=out)
    except CommandError as error:
        failure = str(error)
    return out.getvalue().splitlines(), failure


def test_valid_file_prints_its_facts_and_succeeds(tmp_path: Path) -> None:
    certificate, path = saved(CertificateState.VALID, tmp_path)

    lines, failure = verified(path)

    assert failure == ""
    assert lines[:2] == ["genuine: yes", "whole: yes"]
    assert lines[3] == "current: yes, valid"
    assert f"  Full name: {certificate.typed_facts.full_name}" in lines
    assert f"  Certificate code: {certificate.printed_code}" in lines


def test_facts_can_be_printed_in_spanish(tmp_path: Path) -> None:
    certificate, path = saved(CertificateState.VALID, tmp_path)

    lines, _failure = verified(path, language="es")

    assert f"  Nombre completo: {certificate.typed_facts.full_name}" in lines


@pytest.mark.parametrize(
    "state", [CertificateState.EXPIRED, CertificateState.REVOKED, CertificateState.REPLACED]
)
def test_genuine_file_that_does_not_hold_any_more_fails(
    state: CertificateState, tmp_path: Path
) -> None:
    _certificate, path = saved(state, tmp_path)

    lines, failure = verified(path)

    assert lines[:2] == ["genuine: yes", "whole: yes"]
    assert lines[3] == f"current: no, {state}"
    assert failure == "Not current."


def test_changed_file_fails_though_its_certificate_is_valid(tmp_path: Path) -> None:
    _certificate, path = saved(CertificateState.VALID, tmp_path)
    path.write_bytes(path.read_bytes() + b"\n")

    lines, failure = verified(path)

    assert lines[:2] == ["genuine: yes", "whole: no"]
    assert failure == "Not whole."
    assert not any("does not say this" in line for line in lines)


def test_file_that_only_names_a_certificate_of_ours_is_not_genuine(
    tmp_path: Path, now: datetime
) -> None:
    certificate, path = saved(CertificateState.VALID, tmp_path)
    path.write_bytes(b"%PDF-1.7\n/ID [(" + certificate.code.encode() + b")]\n%%EOF\n")

    lines, failure = verified(path)

    assert lines[:2] == ["genuine: no", "whole: no"]
    assert failure == "Not genuine, not whole."


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7\n%%EOF\n", "Not genuine, not whole, not current."),
        (b"GIF89a", "Not genuine, not whole, not current."),
        (b"%PDF-" + bytes(5_000_001), "larger than any certificate"),
        (None, "cannot be read: No such file"),
    ],
    ids=["foreign", "no PDF", "too large", "missing"],
)
def test_other_files_fail_with_a_clear_message(
    content: bytes | None, words: str, tmp_path: Path
) -> None:
    path = tmp_path / "file.pdf"
    if content is not None:
        path.write_bytes(content)

    _lines, failure = verified(path)

    assert words in failure


def test_checking_keeps_nothing(tmp_path: Path) -> None:
    _certificate, path = saved(CertificateState.VALID, tmp_path)
    before = list(Issuance.objects.values())

    verified(path)

    assert list(Issuance.objects.values()) == before

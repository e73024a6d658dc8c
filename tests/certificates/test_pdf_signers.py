"""Who signs files: the shape of the signature, a PKCS#12 file, a token, and clear refusals."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pkcs11
import pytest
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from django.core.exceptions import ImproperlyConfigured

from certificates import pdf, pdf_signers
from certificates.apps import CertificatesConfig
from certificates.pdf_signers import SignerUnavailableError, outside_signer, signer_from_pkcs11
from certificates.pdf_signing import (
    PdfSigner,
    SigningIdentity,
    UnusableCertificateError,
    signer_from_key,
)
from certificates.wording import signature_words
from tests.factories.printing import certificate_of, job_with, pem_of, rsa_key, signer
from tests.support.pyhanko_check import verdict_of

DIGEST = hashlib.sha256(b"what is signed").digest()
PASSWORD = "una clave de prueba"
PIN = "1234"
LABEL = "sello"
SOFTHSM = next(
    iter(sorted(Path("/usr/lib").glob("**/libsofthsm2.so"))), Path("/usr/lib/libsofthsm2.so")
)


@pytest.fixture(autouse=True)
def _forget_the_signer() -> Iterator[None]:
    """No test inherits another's outside signer."""
    outside_signer.cache_clear()
    yield
    outside_signer.cache_clear()


@pytest.fixture(scope="module")
def authority() -> tuple[x509.Certificate, x509.Certificate, x509.Certificate]:
    """A test authority: its root, a middle one, and the leaf that signs files."""
    root_key, middle_key, leaf_key = (rsa_key(name) for name in ("root", "middle", "leaf"))
    root = certificate_of(
        root_key.public_key(), name="Raíz", issuer="Raíz", signed_with=root_key, is_authority=True
    )
    middle = certificate_of(
        middle_key.public_key(),
        name="Intermedia",
        issuer="Raíz",
        signed_with=root_key,
        is_authority=True,
    )
    leaf = certificate_of(
        leaf_key.public_key(), name="Entidad", issuer="Intermedia", signed_with=middle_key
    )
    return root, middle, leaf


@pytest.fixture
def pkcs12_files(tmp_path: Path, authority: tuple[x509.Certificate, ...]) -> tuple[Path, Path]:
    """A PKCS#12 file of the leaf with both authorities, and the file of its password."""
    root, middle, leaf = authority
    held = pkcs12.serialize_key_and_certificates(
        b"sello",
        rsa_key("leaf"),
        leaf,
        [root, middle],
        serialization.BestAvailableEncryption(PASSWORD.encode()),
    )
    (tmp_path / "sello.p12").write_bytes(held)
    (tmp_path / "clave").write_text(f"{PASSWORD}\n")
    return tmp_path / "sello.p12", tmp_path / "clave"


def is_trusted(content: bytes, root: x509.Certificate) -> bool:
    """Whether pyHanko calls the only signature of a file valid, trusting this root alone."""
    trusted = asn1_x509.Certificate.load(root.public_bytes(serialization.Encoding.DER))
    return bool(verdict_of(content, trusted)[1].bottom_line)


# --- The shape ---------------------------------------------------------------------------------


def test_signature_is_the_same_each_time_and_verifies() -> None:
    ours = signer()

    made = ours.sign(DIGEST)

    assert made == ours.sign(DIGEST)
    assert len(made) == ours.size
    assert ours.identity.verifies(made, DIGEST)


def test_no_flipped_bit_of_a_signature_verifies() -> None:
    ours = signer()
    made = ours.sign(DIGEST)

    accepted = [
        place
        for place in range(len(made))
        if ours.identity.verifies(
            made[:place] + bytes([made[place] ^ 1]) + made[place + 1 :], DIGEST
        )
    ]

    assert accepted == []


@pytest.mark.parametrize(
    "changed",
    [
        lambda made: b"",
        lambda made: made[:-1],
        lambda made: made + b"\0",
        lambda made: b"\0" + made,
        lambda made: signer("another").sign(DIGEST),
    ],
    ids=["empty", "shorter", "padded", "shifted", "other key"],
)
def test_nothing_else_verifies(changed: Callable[[bytes], bytes]) -> None:
    ours = signer()

    assert not ours.identity.verifies(changed(ours.sign(DIGEST)), DIGEST)
    assert not ours.identity.verifies(ours.sign(DIGEST), hashlib.sha256(b"else").digest())


def test_certificate_of_another_key_is_refused() -> None:
    with pytest.raises(UnusableCertificateError, match="another key"):
        signer_from_key(rsa_key("another"), signer().certificate_pem)


@pytest.mark.parametrize("text", ["", "not PEM", "-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_text_that_is_no_certificate_is_refused(text: str) -> None:
    with pytest.raises(UnusableCertificateError):
        SigningIdentity.from_pem(text)


def test_weak_and_other_keys_are_refused() -> None:
    authority = rsa_key("root")
    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 (weak on purpose)
    other: Any = ec.generate_private_key(ec.SECP256R1())

    for private in (weak, other):
        made = certificate_of(private.public_key(), name="x", issuer="Raíz", signed_with=authority)
        with pytest.raises(UnusableCertificateError, match="RSA key of 2048"):
            SigningIdentity.from_pem(pem_of(made))


# --- PKCS#12 -----------------------------------------------------------------------------------


def test_pkcs12_file_signs_with_the_chain_below_its_root(
    pkcs12_files: tuple[Path, Path],
    authority: tuple[x509.Certificate, ...],
    settings: Any,
) -> None:
    root, middle, leaf = authority
    settings.PDF_SIGNER_PKCS12, settings.PDF_SIGNER_PKCS12_PASSWORD_FILE = map(str, pkcs12_files)

    found = outside_signer()

    assert found is not None
    assert found.identity.name == "Entidad"
    assert found.certificate_pem == pem_of(leaf) + pem_of(middle)
    content = pdf.render(job_with(signer=found))
    assert is_trusted(content, root)
    assert not is_trusted(pdf.render(job_with()), root)
    assert outside_signer() is found


def test_no_signer_is_set_by_default() -> None:
    assert outside_signer() is None
    pdf_signers.check_at_start()


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda key, password: key.unlink(), "PDF_SIGNER_PKCS12: .*cannot be read"),
        (lambda key, password: password.unlink(), "PASSWORD_FILE: .*cannot be read"),
        (lambda key, password: password.write_text("otra"), "the password in .* is wrong"),
        (lambda key, password: key.write_bytes(key.read_bytes()[:-40]), "not a whole PKCS#12"),
        (lambda key, password: key.write_bytes(b""), "not a whole PKCS#12"),
        (lambda key, password: (key.unlink(), key.mkdir()), "cannot be read"),
    ],
    ids=["missing", "no password file", "wrong password", "truncated", "empty", "a folder"],
)
def test_pkcs12_that_cannot_be_used_stops_the_start(
    pkcs12_files: tuple[Path, Path],
    damage: Callable[[Path, Path], Any],
    words: str,
    settings: Any,
) -> None:
    damage(*pkcs12_files)
    settings.PDF_SIGNER_PKCS12, settings.PDF_SIGNER_PKCS12_PASSWORD_FILE = map(str, pkcs12_files)

    with pytest.raises(SignerUnavailableError, match=words):
        pdf_signers.check_at_start()
    with pytest.raises(ImproperlyConfigured, match=words):
        CertificatesConfig.create("certificates").ready()


def test_pkcs12_without_a_key_is_refused(tmp_path: Path, settings: Any) -> None:
    path = tmp_path / "sello.p12"
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"x", None, None, [load_own()], serialization.NoEncryption()
        )
    )
    settings.PDF_SIGNER_PKCS12 = str(path)

    with pytest.raises(SignerUnavailableError, match="holds no key"):
        outside_signer()


def load_own() -> x509.Certificate:
    return x509.load_pem_x509_certificate(signer().certificate_pem.encode())


def test_both_kinds_at_once_are_refused(settings: Any) -> None:
    settings.PDF_SIGNER_PKCS12, settings.PDF_SIGNER_PKCS11_MODULE = "x", "y"

    with pytest.raises(SignerUnavailableError, match="only one can sign"):
        pdf_signers.check_at_start()


# --- A token -----------------------------------------------------------------------------------


@pytest.fixture
def token(filled_token: Path) -> Iterator[Path]:
    """The token, and nobody logged in to it before or after."""
    pkcs11.lib(str(SOFTHSM)).reinitialize()
    yield filled_token
    outside_signer.cache_clear()
    pkcs11.lib(str(SOFTHSM)).reinitialize()


@pytest.fixture(scope="module")
def filled_token(
    tmp_path_factory: pytest.TempPathFactory, authority: tuple[x509.Certificate, ...]
) -> Iterator[Path]:
    """A token of SoftHSM with the leaf's key, its certificate and its authority's; the PIN's file."""
    if not shutil.which("softhsm2-util") and not os.environ.get("CI"):
        pytest.skip("SoftHSM is not installed")
    place = tmp_path_factory.mktemp("softhsm")
    (place / "tokens").mkdir()
    (place / "softhsm2.conf").write_text(f"directories.tokendir = {place / 'tokens'}\n")
    (place / "pin").write_text(PIN)
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(place / "softhsm2.conf")
    _fill_token(place, authority)
    yield place / "pin"
    os.environ.pop("SOFTHSM2_CONF")
    if before is not None:
        os.environ["SOFTHSM2_CONF"] = before


def _fill_token(place: Path, authority: tuple[x509.Certificate, ...]) -> None:
    key = place / "key.pem"
    key.write_bytes(
        rsa_key("leaf").private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    util, pins = ["softhsm2-util"], ["--pin", PIN]
    for arguments in (
        ["--init-token", "--free", "--label", "prueba", "--so-pin", "5678", *pins],
        ["--import", str(key), "--token", "prueba", "--label", LABEL, "--id", "01", *pins],
    ):
        subprocess.run([*util, *arguments], check=True, capture_output=True, timeout=60)
    with (
        pkcs11.lib(str(SOFTHSM))
        .get_token(token_label="prueba")
        .open(rw=True, user_pin=PIN) as session
    ):
        for label, one in ((LABEL, authority[2]), ("intermedia", authority[1])):
            session.create_object(
                {
                    pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE,
                    pkcs11.Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
                    pkcs11.Attribute.TOKEN: True,
                    pkcs11.Attribute.LABEL: label,
                    pkcs11.Attribute.SUBJECT: one.subject.public_bytes(),
                    pkcs11.Attribute.VALUE: one.public_bytes(serialization.Encoding.DER),
                }
            )


def test_token_signs_what_a_file_with_the_same_key_signs(
    token: Path,
    pkcs12_files: tuple[Path, Path],
    authority: tuple[x509.Certificate, ...],
    settings: Any,
) -> None:
    settings.PDF_SIGNER_PKCS11_MODULE = str(SOFTHSM)
    settings.PDF_SIGNER_PKCS11_TOKEN = "prueba"
    settings.PDF_SIGNER_PKCS11_KEY_LABEL = LABEL
    settings.PDF_SIGNER_PKCS11_PIN_FILE = str(token)
    pdf_signers.check_at_start()

    found = outside_signer()

    assert found is not None
    with_token = pdf.render(job_with(signer=found))
    assert is_trusted(with_token, authority[0])
    from_file = pdf_signers.signer_from_pkcs12(*pkcs12_files)
    assert with_token == pdf.render(job_with(signer=from_file))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"module": "/nowhere/lib.so"}, "PDF_SIGNER_PKCS11_MODULE: the token cannot be used"),
        ({"token": "otra"}, "there is no token “otra”"),
        ({"label": "otro"}, "no private key “otro”"),
        ({"pin": "9999"}, "the PIN is wrong"),
        ({"pin": None}, "PDF_SIGNER_PKCS11_PIN_FILE: .*cannot be read"),
    ],
    ids=["library", "token", "key", "pin", "pin file"],
)
def test_token_that_cannot_be_used_says_why(
    token: Path, tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    named = {"module": str(SOFTHSM), "token": "prueba", "label": LABEL, "pin": PIN, **changes}
    pin_file = tmp_path / "pin"
    if named["pin"] is not None:
        pin_file.write_text(named["pin"])

    with pytest.raises(SignerUnavailableError, match=words):
        signer_from_pkcs11(
            named["module"], token=named["token"], pin_file=pin_file, label=named["label"]
        )


def test_token_without_its_python_package_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_signers, "pkcs11", None)

    with pytest.raises(SignerUnavailableError, match="python-pkcs11 is missing"):
        signer_from_pkcs11("x", token="x", pin_file=None, label="x")


def test_missing_library_stops_the_start(settings: Any) -> None:
    settings.PDF_SIGNER_PKCS11_MODULE = "/nowhere/lib.so"

    with pytest.raises(SignerUnavailableError, match=r"PDF_SIGNER_PKCS11_MODULE: .*cannot be read"):
        pdf_signers.check_at_start()


# --- What is said of it ------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["es", "en"])
def test_only_an_accredited_signer_is_called_a_digital_signature(
    language: str, settings: Any
) -> None:
    ours = signature_words(language).lower()
    settings.PDF_SIGNER_IS_IOFE = True
    accredited = signature_words(language).lower()

    assert "digital" not in ours
    assert "digital" in accredited
    assert "27269" in accredited


def test_signer_is_a_plain_value() -> None:
    assert replace(signer()) == signer()
    assert isinstance(signer(), PdfSigner)

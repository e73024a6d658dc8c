"""The slot for an outside signer: a key that somebody accredited holds, in a file or on a token.

Read from the settings, once per process: reading a key takes as long as printing a certificate.
A token's library must not be shared over a fork, so the first use opens it, never the start.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from django.conf import settings

from certificates.pdf_signing import (
    PdfSigner,
    SigningIdentity,
    UnusableCertificateError,
    signer_from_key,
    usable_key,
)

pkcs11: Any
try:
    pkcs11 = import_module("pkcs11")
except ImportError:  # the extra `pkcs11` is not installed
    pkcs11 = None

MOST_AUTHORITIES = 5


class SignerUnavailableError(Exception):
    """The outside signer cannot sign; the message says to whoever runs the site what to mend."""


@lru_cache(maxsize=1)
def outside_signer() -> PdfSigner | None:
    """Return the signer that the settings name; None if they name none.

    Raises:
        SignerUnavailableError: they name one that cannot be used.
    """
    if settings.PDF_SIGNER_PKCS12 and settings.PDF_SIGNER_PKCS11_MODULE:
        raise SignerUnavailableError(
            "Both PDF_SIGNER_PKCS12 and PDF_SIGNER_PKCS11_MODULE are set: only one can sign."
        )
    if settings.PDF_SIGNER_PKCS12:
        return signer_from_pkcs12(
            Path(settings.PDF_SIGNER_PKCS12), _optional(settings.PDF_SIGNER_PKCS12_PASSWORD_FILE)
        )
    if settings.PDF_SIGNER_PKCS11_MODULE:
        return signer_from_pkcs11(
            settings.PDF_SIGNER_PKCS11_MODULE,
            token=settings.PDF_SIGNER_PKCS11_TOKEN,
            pin_file=_optional(settings.PDF_SIGNER_PKCS11_PIN_FILE),
            label=settings.PDF_SIGNER_PKCS11_KEY_LABEL,
        )
    return None


def check_at_start() -> None:
    """Return quietly unless the settings name an outside signer whose files are not all right.

    A token is not opened here: its library must not be open when the server forks.

    Raises:
        SignerUnavailableError: a file is missing or cannot be read, or a password is wrong.
    """
    if not settings.PDF_SIGNER_PKCS11_MODULE or settings.PDF_SIGNER_PKCS12:
        outside_signer()
        return
    _read(Path(settings.PDF_SIGNER_PKCS11_MODULE), "PDF_SIGNER_PKCS11_MODULE")
    _secret(_optional(settings.PDF_SIGNER_PKCS11_PIN_FILE), "PDF_SIGNER_PKCS11_PIN_FILE")


def signer_from_pkcs12(path: Path, password_file: Path | None) -> PdfSigner:
    """Return the signer of a PKCS#12 file, with the certificates of its authorities.

    Raises:
        SignerUnavailableError: a file is missing, cannot be read, or the password is wrong.
    """
    content = _read(path, "PDF_SIGNER_PKCS12")
    password = _secret(password_file, "PDF_SIGNER_PKCS12_PASSWORD_FILE")
    try:
        held = pkcs12.load_pkcs12(content, password)
    except ValueError as error:
        raise SignerUnavailableError(
            f"PDF_SIGNER_PKCS12: {path} is not a whole PKCS#12 file, or the password in "
            "PDF_SIGNER_PKCS12_PASSWORD_FILE is wrong."
        ) from error
    if held.key is None or held.cert is None:
        raise SignerUnavailableError(f"PDF_SIGNER_PKCS12: {path} holds no key with a certificate.")
    if not isinstance(held.key, rsa.RSAPrivateKey):
        raise SignerUnavailableError(f"PDF_SIGNER_PKCS12: the key in {path} is not RSA.")
    der = serialization.Encoding.DER
    others = [one.certificate.public_bytes(der) for one in held.additional_certs]
    chain = _chain(held.cert.certificate.public_bytes(der), others)
    try:
        return signer_from_key(held.key, SigningIdentity(chain).certificate_pem)
    except UnusableCertificateError as error:
        raise SignerUnavailableError(f"PDF_SIGNER_PKCS12: {path}: {error}.") from error


def signer_from_pkcs11(module: str, *, token: str, pin_file: Path | None, label: str) -> PdfSigner:
    """Return the signer of a token; the session stays open as long as the process lives.

    Raises:
        SignerUnavailableError: the library, the token, the key or its certificate is missing, or
            the PIN is wrong.
    """
    if pkcs11 is None:
        raise SignerUnavailableError(
            "PDF_SIGNER_PKCS11_MODULE is set, but the Python package python-pkcs11 is missing."
        )
    pin = (_secret(pin_file, "PDF_SIGNER_PKCS11_PIN_FILE") or b"").decode()
    try:
        session = pkcs11.lib(module).get_token(token_label=token).open(user_pin=pin)
        with _closed_on_failure(session):
            key = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=label)
            identity = SigningIdentity(_chain_on_token(session, label))
            usable_key(identity.chain[0])
    except (pkcs11.PKCS11Error, RuntimeError, OSError) as error:
        raise SignerUnavailableError(_token_words(error, token=token, label=label)) from error
    except UnusableCertificateError as error:
        raise SignerUnavailableError(f"PDF_SIGNER_PKCS11_KEY_LABEL: {error}.") from error
    mechanism = pkcs11.Mechanism.SHA256_RSA_PKCS
    return PdfSigner(identity, lambda content: bytes(key.sign(content, mechanism=mechanism)))


@contextmanager
def _closed_on_failure(session: Any) -> Iterator[None]:
    """Log out of the token if it turns out to be no use; a second try could not log in again."""
    with ExitStack() as undo:
        undo.callback(session.close)
        yield
        undo.pop_all()


def _chain_on_token(session: Any, label: str) -> tuple[bytes, ...]:
    """Return the certificate with the label of the key, and those that lead to its authority."""
    kind, value = pkcs11.Attribute.CLASS, pkcs11.Attribute.VALUE
    found = list(session.get_objects({kind: pkcs11.ObjectClass.CERTIFICATE}))
    own = [bytes(one[value]) for one in found if one[pkcs11.Attribute.LABEL] == label]
    if len(own) != 1:
        raise UnusableCertificateError("the token has not exactly one certificate of this label")
    return _chain(own[0], [bytes(one[value]) for one in found])


def _token_words(error: Exception, *, token: str, label: str) -> str:
    named = {
        "NoSuchToken": f"PDF_SIGNER_PKCS11_TOKEN: there is no token “{token}”.",
        "NoSuchKey": f"PDF_SIGNER_PKCS11_KEY_LABEL: the token has no private key “{label}”.",
        "PinIncorrect": "PDF_SIGNER_PKCS11_PIN_FILE: the PIN is wrong.",
        "PinLenRange": "PDF_SIGNER_PKCS11_PIN_FILE: the PIN has a wrong length.",
    }
    kind = type(error).__name__
    return named.get(kind, f"PDF_SIGNER_PKCS11_MODULE: the token cannot be used ({kind}).")


def _chain(own: bytes, others: Iterable[bytes]) -> tuple[bytes, ...]:
    """Return the certificates from the signer's upwards, without the root, which readers hold."""
    known = [asn1_x509.Certificate.load(one) for one in others]
    chain = [asn1_x509.Certificate.load(own)]
    while len(chain) <= MOST_AUTHORITIES:
        above = next((one for one in known if one.subject == chain[-1].issuer), None)
        if above is None or above.self_issued:
            break
        chain.append(above)
    return tuple(one.dump() for one in chain)


def _optional(path: str) -> Path | None:
    return Path(path) if path else None


def _read(path: Path, setting: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SignerUnavailableError(
            f"{setting}: {path} cannot be read ({error.strerror})."
        ) from error


def _secret(path: Path | None, setting: str) -> bytes | None:
    """Return what stands in a file, without the line's end that editors add."""
    return None if path is None else _read(path, setting).rstrip(b"\r\n")

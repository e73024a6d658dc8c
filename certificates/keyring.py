"""Reading keys: the one that signs today, and every public half that ever signed."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from django.conf import settings
from joserfc.jwk import RSAKey

from certificates import key_files
from certificates.enums import KeyPurpose
from certificates.key_files import KeyFileError, PrivateKey
from certificates.models import SigningKey


@dataclass(frozen=True)
class LoadedKey:
    """A key with its private half."""

    row: SigningKey
    private: PrivateKey

    @property
    def verification_method(self) -> str:
        """Its name in the issuer's DID document."""
        return verification_method(self.row)


def verification_method(row: SigningKey) -> str:
    """Return a key's name in the issuer's DID document."""
    return f"{row.did}#{row.name}"


def did_of(host: str) -> str:
    """Return the DID of a host, with its port if it has one (W3C CCG did:web)."""
    return "did:web:" + quote(host, safe=".-")


def issuer_did() -> str:
    """Return the DID of a key that is made today: that of the public address."""
    return did_of(urlsplit(settings.BASE_URL).netloc)


def active_key(purpose: KeyPurpose) -> LoadedKey:
    """Return the key that signs today.

    Raises:
        KeyFileError: there is none, or its private half is missing, damaged, or not its own.
    """
    row = SigningKey.objects.filter(purpose=purpose, signs_until=None).first()
    if row is None:
        raise KeyFileError("There is no signing key yet: run `manage.py ensure_keys`.")
    private = key_files.load_private(row.name)
    if public_pem(private) != row.public_pem:
        raise KeyFileError(
            f"The file of the signing key {row.name} holds another key than the one that is "
            "published. Bring back the right file from its backup (docs/keys.md)."
        )
    return LoadedKey(row, private)


def public_pem(private: PrivateKey) -> str:
    """Return the public half of a key as PEM."""
    return (
        private.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


def ed25519_key(key: LoadedKey) -> Ed25519PrivateKey:
    """Return the private half of a key that signs credentials; KeyFileError if it is of another kind."""
    if not isinstance(key.private, Ed25519PrivateKey):
        raise _wrong_kind(key)
    return key.private


def rsa_key(key: LoadedKey) -> RSAPrivateKey:
    """Return the private half of a key that signs JWTs or PDFs; KeyFileError for another kind."""
    if not isinstance(key.private, RSAPrivateKey):
        raise _wrong_kind(key)
    return key.private


def _wrong_kind(key: LoadedKey) -> KeyFileError:
    return KeyFileError(f"The signing key {key.row.name} is of a kind that is not used here.")


@lru_cache(maxsize=16)
def rsa_jwk(pem: str) -> RSAKey:
    """Return an RSA key as joserfc wants it, made once per process."""
    return RSAKey.import_key(pem)


@lru_cache(maxsize=64)
def ed25519_public(pem: str) -> Ed25519PublicKey | None:
    """Return a public key that was stored as PEM; None if it is of another kind."""
    key = serialization.load_pem_public_key(pem.encode())
    return key if isinstance(key, Ed25519PublicKey) else None


def published_keys() -> list[SigningKey]:
    """Return every key that ever signed, oldest first."""
    return list(SigningKey.objects.order_by("signs_from", "pk"))


def credential_keys(*, with_stolen: bool = False) -> Mapping[str, Ed25519PublicKey]:
    """Return the public keys of credentials by their verification method.

    Stolen ones are for those alone who compare with our record afterwards.
    """
    return {
        verification_method(row): public
        for row in _of(KeyPurpose.CREDENTIAL, with_stolen=with_stolen)
        if (public := ed25519_public(row.public_pem)) is not None
    }


def jwt_keys(*, with_stolen: bool = False) -> Mapping[str, RSAKey]:
    """Return the public keys of JWTs by their address; stolen ones as in `credential_keys`."""
    rows = _of(KeyPurpose.JWT, with_stolen=with_stolen)
    return {row.key_address: rsa_jwk(row.public_pem) for row in rows}


def fragment_keys() -> Mapping[str, Ed25519PublicKey]:
    """Return the trusted public keys of the second QR by their name."""
    return {method.partition("#")[2]: public for method, public in credential_keys().items()}


def _of(purpose: KeyPurpose, *, with_stolen: bool) -> list[SigningKey]:
    rows = SigningKey.objects.filter(purpose=purpose)
    if not with_stolen:
        rows = rows.filter(compromised_at=None)
    return list(rows.order_by("signs_from", "pk"))

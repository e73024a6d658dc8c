"""The issuer's public keys as a DID document and as a JSON Web Key Set."""

from base64 import b64encode
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from certificates.credentials.documents import moment
from certificates.credentials.encodings import base64url, ed25519_multikey
from certificates.enums import KeyPurpose
from certificates.keyring import did_of, verification_method
from certificates.models import SigningKey
from certificates.pdf_signing import certificates_in

CONTEXTS = [
    "https://www.w3.org/ns/did/v1",
    "https://w3id.org/security/multikey/v1",
    "https://w3id.org/security/jwk/v1",
]


def jwk_of(row: SigningKey) -> dict[str, Any]:
    """Return a public key as a JWK, with the times in which it signed (members of our own).

    A key that signs files brings its X.509 certificate (`x5c`, RFC 7517 section 4.7), which readers
    of PDF are told to trust.
    """
    key = serialization.load_pem_public_key(row.public_pem.encode())
    if isinstance(key, Ed25519PublicKey):
        numbers = {"kty": "OKP", "crv": "Ed25519", "x": base64url(key.public_bytes_raw())}
        algorithm = "EdDSA"
    elif isinstance(key, RSAPublicKey):
        values = key.public_numbers()
        numbers = {"kty": "RSA", "n": _number(values.n), "e": _number(values.e)}
        algorithm = "RS256"
    else:
        raise TypeError("a key of a kind that is not used here")
    chain = [b64encode(der).decode() for der in certificates_in(row.certificate_pem)]
    return {
        **numbers,
        **({"x5c": chain} if chain else {}),
        "kid": row.key_address,
        "use": "sig",
        "alg": algorithm,
        "name": row.name,
        "purpose": row.purpose,
        "signs_from": moment(row.signs_from),
        "signs_until": moment(row.signs_until) if row.signs_until else None,
        "compromised_at": moment(row.compromised_at) if row.compromised_at else None,
    }


def _number(value: int) -> str:
    return base64url(value.to_bytes((value.bit_length() + 7) // 8))


def did_document(rows: list[SigningKey], *, host: str) -> dict[str, Any]:
    """Return the DID document for whoever asked at this host, with every key of that DID.

    The DID is stored with each key and does not follow the address of the site: an old host that
    still leads here answers for the keys that were made under it. A host that no key knows gets
    the document of the newest key. A stolen key stays in it but may assert nothing.
    """
    shown = [row for row in rows if row.purpose != KeyPurpose.PDF]
    asked = did_of(host)
    did = asked if any(row.did == asked for row in shown) else shown[-1].did
    own = [row for row in shown if row.did == did]
    return {
        "@context": CONTEXTS,
        "id": did,
        "verificationMethod": [_method(row) for row in own],
        "assertionMethod": [verification_method(row) for row in own if not row.compromised_at],
    }


def _method(row: SigningKey) -> dict[str, Any]:
    method = {"id": verification_method(row), "controller": row.did}
    key = serialization.load_pem_public_key(row.public_pem.encode())
    if isinstance(key, Ed25519PublicKey):
        multikey = ed25519_multikey(key.public_bytes_raw())
        return {**method, "type": "Multikey", "publicKeyMultibase": multikey}
    public = {name: value for name, value in jwk_of(row).items() if name in ("kty", "n", "e")}
    return {**method, "type": "JsonWebKey", "publicKeyJwk": public}

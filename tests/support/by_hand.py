"""An issuer made by hand from the standards alone: nothing here comes from `certificates`.

It checks the tests of outside software before the product is asked, and it is the forger of the
attack tests: genuine-looking credentials by somebody else's key.
"""

import base64
import gzip
import hashlib
import json
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from pyld import jsonld

from tests.support.outside import CONTEXTS

VC = "https://www.w3.org/ns/credentials/v2"
OB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
FILES = {VC: "credentials-v2.jsonld", OB: "open-badges-context-3.0.3.json"}
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
ENTRIES = 131_072


def base58(data: bytes) -> str:
    """Return bytes in Bitcoin's base 58."""
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = BASE58[digit] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def base64url(data: bytes) -> str:
    """Return bytes in base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def compact(value: Any) -> bytes:
    """Return a value as compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


@lru_cache
def context(url: str) -> Any:
    """Return a context from our files."""
    return json.loads((CONTEXTS / FILES[url]).read_text())


def _load(url: str, _options: Any) -> dict[str, Any]:
    return {"contextUrl": None, "documentUrl": url, "document": context(url)}


def canonical_digest(document: Any) -> bytes:
    """Return the SHA-256 of a document's canonical statements (RDFC-1.0)."""
    options = {
        "algorithm": "URDNA2015",
        "format": "application/n-quads",
        "documentLoader": _load,
    }
    return hashlib.sha256(jsonld.normalize(document, options).encode()).digest()


def with_proof(document: Any, *, key: Ed25519PrivateKey, method: str, created: str) -> Any:
    """Return the document with a proof of `eddsa-rdfc-2022`."""
    bare = {name: value for name, value in document.items() if name != "proof"}
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": created,
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
    }
    signed = canonical_digest({"@context": bare["@context"], **proof}) + canonical_digest(bare)
    return {**bare, "proof": [{**proof, "proofValue": "z" + base58(key.sign(signed))}]}


@lru_cache(maxsize=4)
def rsa_key(_number: int) -> RSAPrivateKey:
    """Return one of a few RSA keys that are made once."""
    return generate_private_key(public_exponent=65537, key_size=2048)


def rs256(header: Any, payload: Any, *, key: RSAPrivateKey) -> str:
    """Return a JWT of any header and payload, signed by RSASSA-PKCS1-v1_5 with SHA-256."""
    text = f"{base64url(compact(header))}.{base64url(compact(payload))}"
    return f"{text}.{base64url(key.sign(text.encode(), PKCS1v15(), hashes.SHA256()))}"


@dataclass
class HandIssuer:
    """Somebody with keys, a host and no software of ours."""

    host: str = "aula.example.pe"
    number: int = 0
    ed_key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    @property
    def did(self) -> str:
        """The issuer's name."""
        return f"did:web:{self.host}"

    @property
    def method(self) -> str:
        """The name of the key that signs credentials."""
        return f"{self.did}#key-1"

    @property
    def kid(self) -> str:
        """The name of the key that signs JWTs."""
        return f"https://{self.host}/keys#rs-1"

    def did_document(self) -> dict[str, Any]:
        """Return what `did.json` says."""
        multikey = "z" + base58(b"\xed\x01" + self.ed_key.public_key().public_bytes_raw())
        return {
            "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
            "id": self.did,
            "verificationMethod": [
                {
                    "id": self.method,
                    "type": "Multikey",
                    "controller": self.did,
                    "publicKeyMultibase": multikey,
                }
            ],
            "assertionMethod": [self.method],
        }

    def public_jwk(self) -> dict[str, str]:
        """Return the public half of the RSA key."""
        numbers = rsa_key(self.number).public_key().public_numbers()
        return {
            "kty": "RSA",
            "kid": self.kid,
            "alg": "RS256",
            "use": "sig",
            "n": base64url(numbers.n.to_bytes(256, "big")),
            "e": base64url(numbers.e.to_bytes(3, "big")),
        }

    def jwks(self) -> dict[str, Any]:
        """Return what `jwks.json` says."""
        return {"keys": [self.public_jwk()]}

    def proved(self, document: Any, *, method: str | None = None) -> Any:
        """Return the document with a proof by this issuer's key, whoever the document names."""
        return with_proof(
            document, key=self.ed_key, method=method or self.method, created="2026-11-01T15:00:05Z"
        )

    def token(self, document: Any, *, header: dict[str, Any] | None = None, **claims: Any) -> str:
        """Return the JWT form of a credential."""
        body = {name: value for name, value in document.items() if name != "proof"}
        body |= {
            "iss": self.did,
            "jti": document["id"],
            "sub": document["credentialSubject"]["id"],
            "nbf": 1793545200,
            "exp": 1856703600,
        } | claims
        head = {"alg": "RS256", "kid": self.kid, "typ": "JWT"} | (header or {})
        return self.signed_token(head, body)

    def signed_token(self, header: Any, payload: Any) -> str:
        """Return any header and payload with a signature of this issuer's RSA key."""
        return rs256(header, payload, key=rsa_key(self.number))

    def status_list(self, revoked: Iterable[int], *, number: int = 1) -> Any:
        """Return a signed status list with these bits set; index 0 is the leftmost bit."""
        bits = bytearray(ENTRIES // 8)
        for index in revoked:
            bits[index // 8] |= 0x80 >> (index % 8)
        address = f"https://{self.host}/ob/status/{number}"
        return self.proved(
            {
                "@context": [VC],
                "id": address,
                "type": ["VerifiableCredential", "BitstringStatusListCredential"],
                "issuer": self.did,
                "validFrom": "2026-11-01T15:00:00Z",
                "credentialSubject": {
                    "id": f"{address}#list",
                    "type": "BitstringStatusList",
                    "statusPurpose": "revocation",
                    "encodedList": "u" + base64url(gzip.compress(bytes(bits), mtime=0)),
                },
            }
        )

    def document(self, *, index: int = 94567, **changes: Any) -> Any:
        """Return an Open Badges 3.0 credential without a proof."""
        achievement = f"https://{self.host}/ob/achievements/x"
        status = f"https://{self.host}/ob/status/1"
        return deepcopy(
            {
                "@context": [VC, OB],
                "id": "urn:uuid:6f1c8a4e-6a54-4f0e-9a7b-2a1f0c9d5e11",
                "type": ["VerifiableCredential", "OpenBadgeCredential"],
                "name": "Identificar, cuidar, derivar",
                "issuer": {"id": self.did, "type": ["Profile"], "name": "Aula"},
                "validFrom": "2026-11-01T15:00:00Z",
                "validUntil": "2028-11-01T15:00:00Z",
                "credentialSubject": {
                    "id": "urn:uuid:7b0f5f0e-5a53-4a4a-8a86-0d7ecb4f4b1e",
                    "type": ["AchievementSubject"],
                    "identifier": [
                        {
                            "type": "IdentityObject",
                            "hashed": False,
                            "identityType": "name",
                            "identityHash": "María del Pilar Quispe Ñahui",
                        }
                    ],
                    "achievement": {
                        "id": achievement,
                        "type": ["Achievement"],
                        "achievementType": "CertificateOfCompletion",
                        "name": "Identificar, cuidar, derivar",
                        "description": "Curso de 40 horas.",
                        "criteria": {"narrative": "Seis módulos."},
                        "resultDescription": [
                            {
                                "id": f"{achievement}#score",
                                "type": ["ResultDescription"],
                                "name": "Nota final",
                                "resultType": "Percent",
                                "valueMin": "0",
                                "valueMax": "100",
                                "requiredValue": "70",
                            }
                        ],
                    },
                    "result": [
                        {
                            "type": ["Result"],
                            "resultDescription": f"{achievement}#score",
                            "value": "86",
                        }
                    ],
                },
                "credentialStatus": {
                    "id": f"{status}#{index}",
                    "type": "BitstringStatusListEntry",
                    "statusPurpose": "revocation",
                    "statusListIndex": str(index),
                    "statusListCredential": status,
                },
                **changes,
            }
        )

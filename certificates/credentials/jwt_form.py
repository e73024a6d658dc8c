"""The credential as a JWT: the credential is the payload, signed by RS256 (VC-JOSE, OB 3.0 §8)."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from certificates.credentials.encodings import from_base64url

ALGORITHM = "RS256"
HEADER_TERMS = {"alg", "kid", "typ"}
LONGEST = 100_000

FindKey = Callable[[str], RSAKey | None]


class JwtError(ValueError):
    """A text is not a JWT of ours; the message says why."""


def encode(payload: Mapping[str, Any], *, private: RSAKey, kid: str) -> str:
    """Return the signed JWT with a header of `alg`, `kid` and `typ`, and nothing else."""
    header = {"alg": ALGORITHM, "kid": kid, "typ": "JWT"}
    content = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    return jws.serialize_compact(header, content, private, algorithms=[ALGORITHM])


def decode(text: str, find_key: FindKey) -> dict[str, Any]:
    """Return the payload of a JWT that one of the issuer's keys signed.

    The algorithm is ours and not the header's, and so is the key: a header that brings a key of its
    own, or any other term, is refused.

    Raises:
        JwtError: it is malformed, or its signature does not hold.
    """
    if len(text) > LONGEST or text.count(".") != 2:
        raise JwtError("not a JWT")
    header_text, payload_text, signature_text = text.split(".")
    try:
        header = json.loads(from_base64url(header_text))
        from_base64url(payload_text), from_base64url(signature_text)
    except ValueError as error:
        raise JwtError("not a JWT") from error
    if not isinstance(header, dict) or set(header) != HEADER_TERMS:
        raise JwtError("the header has other terms than ours")
    if header["alg"] != ALGORITHM or header["typ"] != "JWT" or not isinstance(header["kid"], str):
        raise JwtError("the header is not ours")
    public = find_key(header["kid"])
    if public is None:
        raise JwtError("the key is not one of the issuer's")
    try:
        payload = json.loads(jws.deserialize_compact(text, public, algorithms=[ALGORITHM]).payload)
    except (JoseError, ValueError) as error:
        raise JwtError("the signature does not hold") from error
    if not isinstance(payload, dict):
        raise JwtError("the payload is no object")
    return payload

"""Our own verifier of open credentials, in both forms: genuine or not, and of which certificate.

A signature alone does not convince it: a credential is genuine only if our record holds the very
same one, so that even a stolen key makes nothing that passes here, and what it signed for us
before it was stolen still does.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from certificates.credentials import jwt_form
from certificates.credentials.data_integrity import ProofError, verify_proof
from certificates.keyring import credential_keys, jwt_keys
from certificates.models import Certificate, SignedCredential
from certificates.queries import signed_at_place

LONGEST = 200_000
DEEPEST = 20


class NotGenuineError(ValueError):
    """A text is no credential of ours, or was altered; the message says which check it failed."""


@dataclass(frozen=True)
class GenuineCredential:
    """A credential that we signed, and the certificate that it is of."""

    certificate: Certificate
    is_jwt: bool


def check_credential(text: str) -> GenuineCredential:
    """Return the certificate of a credential, as JSON with its proof or as JWT, if it is genuine.

    Whether it still holds is for `Certificate.state` to say.

    Raises:
        NotGenuineError: it is not, whatever the reason.
    """
    if len(text) > LONGEST:
        raise NotGenuineError("too long for a credential")
    is_jwt = not text.lstrip().startswith("{")
    try:
        if is_jwt:
            document = jwt_form.decode(text.strip(), jwt_keys(with_stolen=True).get)
            _check_claims(document)
        else:
            document = _read(text)
            verify_proof(document, credential_keys(with_stolen=True).get)
    except (jwt_form.JwtError, ProofError, RecursionError) as error:
        raise NotGenuineError(str(error)) from error
    signed = _on_record(document)
    kept = signed.jwt_text if is_jwt else signed.json_text
    if (kept != text.strip()) if is_jwt else (json.loads(kept or "{}") != document):
        raise NotGenuineError("our record holds another credential")
    return GenuineCredential(signed.certificate, is_jwt)


def _read(text: str) -> dict[str, Any]:
    """Return the JSON object; names that stand twice are refused: readers differ in which counts."""
    try:
        found = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise NotGenuineError("not the JSON of a credential") from error
    if not isinstance(found, dict) or _depth(found) > DEEPEST:
        raise NotGenuineError("not the JSON of a credential")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _depth(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(_depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(_depth, value), default=0)
    return 0


def _check_claims(payload: Mapping[str, Any]) -> None:
    """Refuse claims that say something else than the credential beside them."""
    subject, issuer = payload.get("credentialSubject"), payload.get("issuer")
    if (
        not isinstance(subject, dict)
        or not isinstance(issuer, dict)
        or payload.get("iss") != issuer.get("id")
        or payload.get("jti") != payload.get("id")
        or payload.get("sub") != subject.get("id")
    ):
        raise NotGenuineError("the claims contradict the credential")


def _on_record(document: Mapping[str, Any]) -> SignedCredential:
    """Return what we signed for the place in a status list that the document names."""
    status = document.get("credentialStatus")
    entry = status.get("id") if isinstance(status, dict) else None
    address, _hash, index = str(entry).rpartition("#")
    number = address.rpartition("/")[2]
    if not (number.isascii() and number.isdigit() and index.isascii() and index.isdigit()):
        raise NotGenuineError("it names no place in a status list")
    if len(number) > 9 or len(index) > 9:
        raise NotGenuineError("it names no place in a status list")
    found = signed_at_place(int(number), int(index))
    if found is None:
        raise NotGenuineError("there is no such credential on record")
    return found

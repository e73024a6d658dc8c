"""What the second QR carries, for checks without a network: a few facts, signed by Ed25519.

`a1.<key>.<payload>.<signature>` stands after `#` in the address of the check page and is not sent
to the server. The payload is a JSON array in base64url, in the order of `OfflineFacts`; the
signature, over the code, the key's name and the payload, binds all of it to this certificate.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from certificates.credentials.encodings import base64url, from_base64url

VERSION = "a1"
LONGEST = 4000


class FragmentError(ValueError):
    """A fragment is malformed or was not signed by a key of the issuer."""


@dataclass(frozen=True)
class OfflineFacts:
    """What can be known without a network; `score` is as printed, or empty."""

    name: str
    course: str
    hours: str
    score: str
    start_date: date
    end_date: date
    issue_date: date
    valid_until_date: date
    is_pilot: bool
    status_list: int
    status_index: int

    def to_payload(self) -> str:
        """Return the array as it is signed."""
        values = [
            *(self.name, self.course, self.hours, self.score),
            *(self.start_date.isoformat(), self.end_date.isoformat()),
            *(self.issue_date.isoformat(), self.valid_until_date.isoformat()),
            *(int(self.is_pilot), self.status_list, self.status_index),
        ]
        return base64url(json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode())

    @classmethod
    def from_payload(cls, payload: str) -> "OfflineFacts":
        """Read the array; raise FragmentError if it is not one."""
        try:
            values = json.loads(from_base64url(payload))
            name, course, hours, score, *dates, is_pilot, number, index = values
            start, end, issued, until = (date.fromisoformat(day) for day in dates)
        except (TypeError, ValueError) as error:
            raise FragmentError("not the facts of a certificate") from error
        texts = (name, course, hours, score)
        numbers = (is_pilot, number, index)
        if not all(type(one) is str for one in texts) or not all(
            type(one) is int for one in numbers
        ):
            raise FragmentError("not the facts of a certificate")
        return cls(*texts, start, end, issued, until, bool(is_pilot), number, index)


def make_fragment(
    facts: OfflineFacts, *, code: str, private: Ed25519PrivateKey, key_name: str
) -> str:
    """Return the signed fragment of a certificate."""
    payload = facts.to_payload()
    signature = private.sign(_signed_text(code, key_name, payload))
    return ".".join((VERSION, key_name, payload, base64url(signature)))


def read_fragment(
    fragment: str, *, code: str, keys: Mapping[str, Ed25519PublicKey]
) -> OfflineFacts:
    """Return the facts of a fragment that one of these keys signed for this code.

    Raises:
        FragmentError: it is malformed, of another version, of an unknown key, or altered.
    """
    parts = fragment.split(".") if len(fragment) <= LONGEST else []
    if len(parts) != 4 or parts[0] != VERSION:
        raise FragmentError("not a fragment of this version")
    _version, key_name, payload, signature = parts
    public = keys.get(key_name)
    if public is None:
        raise FragmentError("the key is not one of the issuer's")
    try:
        public.verify(from_base64url(signature), _signed_text(code, key_name, payload))
    except (InvalidSignature, ValueError) as error:
        raise FragmentError("the signature does not hold") from error
    return OfflineFacts.from_payload(payload)


def _signed_text(code: str, key_name: str, payload: str) -> bytes:
    return f"amparo-{VERSION}|{code}|{key_name}|{payload}".encode()

"""One row of the audit trail as the bytes that are signed: the same on every database."""

import json
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from lms.core.crypto import derived_key, digests_in_use, keyed_digest, secrets_in_use

ORIGIN = "amparo/core/audit-origin"
CONTENT_FIELDS = (
    "at",
    "actor_id",
    "action",
    "target_type",
    "target_id",
    "changed_fields",
    "subject_id",
    "reason",
    "sealed_reason",
)
"""What a row says, in the order in which it is signed; its number and its mark stand apart."""


def canonical(values: Sequence[Any]) -> bytes:
    """Return values as bytes: times in UTC to the microsecond, everything else as JSON."""
    plain = [_moment(value) if isinstance(value, datetime) else value for value in values]
    return json.dumps(plain, separators=(",", ":"), sort_keys=True).encode()


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def new_origin(content: Sequence[Any]) -> str:
    """Return the mark that a row gets when it is written; each has another, whatever it says.

    Whoever can write into the database, but has not the site's secret, cannot make one.
    """
    salt = secrets.token_hex(8)
    key = derived_key(secrets_in_use()[0], ORIGIN)
    return f"{salt}{keyed_digest(key, salt.encode() + canonical(content))}"


def is_of_origin(origin: str, content: Sequence[Any]) -> bool:
    """Return whether a mark was made here for exactly this content."""
    salt, digest = origin[:16], origin[16:]
    message = salt.encode() + canonical(content)
    return any(
        secrets.compare_digest(digest.encode(), known.encode())
        for known in digests_in_use(ORIGIN, message)
    )


def seal_digest(
    key: bytes, *, previous: str, number: int, sealed_at: datetime, event: Sequence[Any]
) -> str:
    """Return the digest of one seal, which holds the digest of the one before it.

    Args:
        key: the key of the seals.
        previous: the digest of the seal before; '' for the first.
        number: the place of the seal in the chain.
        sealed_at: when it is put on.
        event: the row's number, its mark and its content.
    """
    return keyed_digest(key, canonical([previous, number, sealed_at, *event]))

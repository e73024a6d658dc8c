"""What the API's description says besides the structures: its text, headers and refusals."""

from typing import Any

DESCRIPTION = """Checks certificates for the systems of agencies.

Send the key of your agency with each request: `Authorization: Bearer amp_…`. A coordinator of the
agency makes it on the agency's desk. A key reads either only the state of a certificate, or also
what is printed on it; never more than the public page of its code shows.

Codes are counted, not requests: an agency may check 3,000 in a minute, whichever of its keys it
uses, and 120 that do not exist. The headers `RateLimit-Limit`, `RateLimit-Remaining` and
`RateLimit-Reset` (seconds) say where you stand.

The holder of a certificate sees on which day your agency checked it."""

LIMIT_HEADERS: dict[str, Any] = {
    "RateLimit-Limit": {
        "description": "Codes that the agency may check in a window of one minute.",
        "schema": {"type": "integer"},
    },
    "RateLimit-Remaining": {
        "description": "Codes that are left in this window.",
        "schema": {"type": "integer"},
    },
    "RateLimit-Reset": {
        "description": "Seconds until the next window begins.",
        "schema": {"type": "integer"},
    },
}
ETAG = {
    "ETag": {
        "description": "Of the answer's bytes; send it back as `If-None-Match`.",
        "schema": {"type": "string"},
    }
}
RETRY = {
    "Retry-After": {
        "description": "Seconds to wait.",
        "schema": {"type": "integer"},
    }
}
WORDS = {
    200: "The answer.",
    304: "Nothing has changed since the answer whose ETag you sent. It counts as a check.",
    400: "The body is not JSON.",
    401: "The key is missing, wrong, expired or ended; the same answer for all of these.",
    404: "No certificate has this code.",
    413: "The body is longer than 256 kB.",
    422: "The body is JSON, but not a list of 1 to 500 texts under `codes`.",
    429: "Too many codes in this minute, or too many wrong keys from this address.",
}


def responses(*statuses: int, with_etag: tuple[int, ...] = ()) -> dict[str, Any]:
    """Return what the description adds to these answers: words, and the headers that come along."""
    found: dict[int, Any] = {}
    for status in statuses:
        headers = {**LIMIT_HEADERS}
        if status in with_etag:
            headers |= ETAG
        if status == 429:
            headers |= RETRY
        found[status] = {"description": WORDS[status], "headers": headers}
    return {"responses": found}

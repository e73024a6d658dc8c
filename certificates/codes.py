"""The code of a certificate: made from secrets, read forgivingly.

Twenty characters of Crockford's base 32 carry 100 bits, so that guessing is hopeless
(credentials: 33 bits fell in minutes elsewhere). The alphabet has no I, L, O and U.
"""

import hashlib
import secrets
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 20
GROUP = 4
LONGEST_READ = 200
"""Nothing longer than this is looked at: even a code with a space between all its characters fits."""

_LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})
_IGNORED = frozenset(
    " \t\r\n-._,/\u00b7\u00a0\u00ad\u200b\ufeff\u2010\u2011\u2012\u2013\u2014\u2212"
)
"""Spaces, dots and every kind of hyphen, the invisible ones too."""


def new_code() -> str:
    """Return a fresh code of 100 random bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def read_code(typed: str) -> str | None:
    """Return the code that somebody meant, or None if it cannot be one.

    Case, O for 0, I or L for 1, full-width characters, and spaces, hyphens and dots anywhere are
    forgiven; everything else is refused. Never raises, whatever comes in.
    """
    if len(typed) > LONGEST_READ:
        return None
    code = read_part(typed)
    if len(code) != LENGTH or not set(code) <= set(ALPHABET):
        return None
    return code


def read_part(typed: str) -> str:
    """Return what somebody typed of a code as the code would write it; it may be anything."""
    plain = unicodedata.normalize("NFKC", typed).upper()
    return "".join(sign for sign in plain if sign not in _IGNORED).translate(_LOOK_ALIKES)


def token_digest(secret: str) -> str:
    """Return what is kept of an agency's key: it is 256 random bits, so a plain SHA-256 is enough."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def grouped(code: str) -> str:
    """Return the code as it is printed: five groups of four."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))

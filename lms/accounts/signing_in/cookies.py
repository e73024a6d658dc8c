"""The cookie by which a device is known again: a signed random secret, and nothing else."""

import secrets

from django.core import signing

from lms.accounts.crypto import fingerprint

COOKIE = "dispositivo"
SALT = "lms.accounts.device"
KEPT_SECONDS = 365 * 24 * 60 * 60


def new_secret() -> str:
    """Return a new secret of a device."""
    return secrets.token_urlsafe(24)


def signed(secret: str) -> str:
    """Return a secret as the browser keeps it."""
    return signing.dumps(secret, salt=SALT)


def secret_of(cookie: str) -> str:
    """Return the secret that a browser sent; empty without one, or if we did not sign it."""
    try:
        found = signing.loads(cookie, salt=SALT, max_age=KEPT_SECONDS)
    except signing.BadSignature:
        return ""
    return found if isinstance(found, str) else ""


def digest_of(secret: str) -> str:
    """Return what is kept of a secret; empty for none."""
    return fingerprint(secret, purpose="known-device") if secret else ""

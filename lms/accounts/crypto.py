"""Keys for single purposes, derived from the site's secret.

A key made for one purpose opens nothing that was made for another. While SECRET_KEY is changed,
SECRET_KEY_FALLBACKS keep what was encrypted readable; a fingerprint is compared by equality and
holds only under the key that made it.
"""

import base64
import hashlib
import hmac
from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


@lru_cache(maxsize=32)
def _derived_key(secret: str, purpose: str) -> bytes:
    info = f"amparo/accounts/{purpose}".encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret.encode())


def cipher(purpose: str) -> MultiFernet:
    """Return what encrypts with today's key and decrypts with today's and the earlier ones."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(_derived_key(secret, purpose))) for secret in secrets]
    )


def fingerprint(value: str, *, purpose: str) -> str:
    """Return a keyed digest (HMAC-SHA256, hex): equal values can be found, none can be read."""
    key = _derived_key(settings.SECRET_KEY, purpose)
    return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()

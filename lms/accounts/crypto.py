"""Keys for single purposes, derived from the site's secret.

A key made for one purpose opens nothing that was made for another. While SECRET_KEY is changed,
SECRET_KEY_FALLBACKS keep what was encrypted readable; a fingerprint is compared by equality and
holds only under the key that made it.
"""

from cryptography.fernet import MultiFernet
from django.conf import settings

from lms.core.crypto import derived_cipher, derived_key, digests_in_use, keyed_digest


def cipher(purpose: str) -> MultiFernet:
    """Return what encrypts with today's key and decrypts with today's and the earlier ones."""
    return derived_cipher(f"amparo/accounts/{purpose}")


def fingerprint(value: str, *, purpose: str) -> str:
    """Return a keyed digest (HMAC-SHA256, hex): equal values can be found, none can be read."""
    key = derived_key(settings.SECRET_KEY, f"amparo/accounts/{purpose}")
    return keyed_digest(key, value.encode())


def fingerprints_in_use(value: str, *, purpose: str) -> list[str]:
    """Return the fingerprint of a value under today's secret and under each earlier one that holds."""
    return list(digests_in_use(f"amparo/accounts/{purpose}", value.encode()))

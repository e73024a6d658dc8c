"""Keys derived from the site's secret, and random keys that are wrapped under them.

A derived key made for one purpose opens nothing that was made for another. While SECRET_KEY is
changed, SECRET_KEY_FALLBACKS keep readable what was made under the earlier ones.

A random key can be destroyed, which a derived one cannot: whoever has the secret has it for ever.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

WRAPPING = "amparo/core/audit-keys"


@lru_cache(maxsize=64)
def derived_key(secret: str, info: str) -> bytes:
    """Return the 32 bytes that belong to a secret and a purpose."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info.encode()).derive(
        secret.encode()
    )


def secrets_in_use() -> list[str]:
    """Return today's secret and the earlier ones that still hold."""
    return [settings.SECRET_KEY, *map(str, settings.SECRET_KEY_FALLBACKS)]


@lru_cache(maxsize=64)
def _fernet(secret: str, info: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(derived_key(secret, info)))


def derived_cipher(info: str) -> MultiFernet:
    """Return what encrypts with today's secret and decrypts with today's and the earlier ones."""
    return MultiFernet([_fernet(secret, info) for secret in secrets_in_use()])


def keyed_digest(key: bytes, message: bytes) -> str:
    """Return the HMAC-SHA256 of a message, in hex."""
    return hmac.new(key, message, hashlib.sha256).hexdigest()


def digests_in_use(info: str, message: bytes) -> Iterator[str]:
    """Yield the message's digest under today's secret, then under each earlier one."""
    for secret in secrets_in_use():
        yield keyed_digest(derived_key(secret, info), message)


def new_wrapped_key() -> str:
    """Return a new random key as it is stored: wrapped, one word."""
    return derived_cipher(WRAPPING).encrypt(Fernet.generate_key()).decode()


def unwrapped(wrapped: str) -> list[bytes]:
    """Return the random keys in a stored text, the newest first; those of lost secrets are left out.

    A text has more than one word where a secret was lost: a new key was put before the old one,
    which opens again if the secret is found.
    """
    found = []
    for word in wrapped.split():
        try:
            found.append(derived_cipher(WRAPPING).decrypt(word.encode()))
        except InvalidToken:
            continue
    return found


def is_wrapped_today(wrapped: str) -> bool:
    """Return whether today's secret alone opens every key in a stored text."""
    today = _fernet(settings.SECRET_KEY, WRAPPING)
    for word in wrapped.split():
        try:
            today.decrypt(word.encode())
        except InvalidToken:
            return False
    return True


def rewrapped(wrapped: str) -> str:
    """Return a stored text with each of its keys under today's secret, as far as they open."""
    cipher = derived_cipher(WRAPPING)
    words = []
    for word in wrapped.split():
        try:
            words.append(cipher.rotate(word.encode()).decode())
        except InvalidToken:
            words.append(word)
    return " ".join(words)


def sealed(words: str, key: bytes) -> str:
    """Return words encrypted under a random key."""
    return Fernet(key).encrypt(words.encode()).decode()


def opened(token: str, keys: list[bytes]) -> str | None:
    """Return the words that were encrypted under one of these keys; None if none opens them."""
    for key in keys:
        try:
            return Fernet(key).decrypt(token.encode()).decode()
        except InvalidToken:
            continue
    return None

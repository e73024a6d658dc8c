"""Small encodings that the standards ask for: base64url without padding, base58btc, multibase."""

import base64
import binascii

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
ED25519_MULTICODEC = b"\xed\x01"


def base64url(data: bytes) -> str:
    """Return base64url without padding (RFC 4648, section 5)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Read base64url without padding; raise ValueError unless it is exactly that."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("not base64url") from error
    if base64url(data) != text:
        raise ValueError("not the canonical base64url")
    return data


def base58btc(data: bytes) -> str:
    """Return base58 with Bitcoin's alphabet."""
    number, text = int.from_bytes(data), ""
    while number:
        number, rest = divmod(number, 58)
        text = BASE58[rest] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def from_base58btc(text: str) -> bytes:
    """Read base58; raise ValueError for other characters or more than 200 of them."""
    if len(text) > 200 or not set(text) <= set(BASE58):
        raise ValueError("not base58")
    number = 0
    for sign in text:
        number = number * 58 + BASE58.index(sign)
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8)


def ed25519_multikey(public: bytes) -> str:
    """Return 32 bytes of a public key as a Multikey (W3C Controlled Identifiers 1.0)."""
    return "z" + base58btc(ED25519_MULTICODEC + public)

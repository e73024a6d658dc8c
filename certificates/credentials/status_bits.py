"""The bits of a Bitstring Status List (W3C v1.0): at least 131,072, index 0 is the leftmost bit."""

import gzip
import zlib
from collections.abc import Iterable

from certificates.credentials.encodings import base64url, from_base64url

ENTRIES = 131_072


def encode_bits(indexes: Iterable[int]) -> str:
    """Return the list with these bits set: GZIP in multibase base64url, the same for equal bits.

    Raises IndexError for an index outside of the list.
    """
    bits = bytearray(ENTRIES // 8)
    for index in indexes:
        if not 0 <= index < ENTRIES:
            raise IndexError("an index outside of the list")
        bits[index >> 3] |= 0x80 >> (index & 7)
    return "u" + base64url(gzip.compress(bytes(bits), compresslevel=9, mtime=0))


def is_set(encoded: str, index: int) -> bool:
    """Say whether the bit of an index is set; raise ValueError if it is no list or has no such bit."""
    if not encoded.startswith("u"):
        raise ValueError("not multibase base64url")
    try:
        # A list of ours is 16 kB; nothing that unpacks to more than a megabyte is looked at.
        bits = zlib.decompressobj(wbits=31).decompress(from_base64url(encoded[1:]), 1_048_576)
    except zlib.error as error:
        raise ValueError("not GZIP") from error
    if not 0 <= index < len(bits) * 8:
        raise ValueError("an index outside of the list")
    return bool(bits[index >> 3] & (0x80 >> (index & 7)))

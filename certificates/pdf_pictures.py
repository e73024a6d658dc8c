"""Pictures of a printed file in few colours: WeasyPrint writes all of them as red, green and blue.

A logo of 48 colours takes a third of that as an index into its own palette, and so may be twice as
sharp within the same file.
"""

import io
import struct
import zlib
from typing import Any

import pydyf
from PIL import Image

MOST_COLOURS = 256
PNG = b"\x89PNG\r\n\x1a\n"


def index_pictures(file: Any) -> None:
    """Write every picture of few colours anew as an index into its palette, with equal pixels."""
    for one in file.objects:
        extra = getattr(one, "extra", {})
        if extra.get("Subtype") == "/Image" and extra.get("ColorSpace") == "/DeviceRGB":
            _index(one)


def _index(stream: Any) -> None:
    extra = stream.extra
    if extra.get("Filter") != "/FlateDecode" or "SMask" in extra:
        return
    size = (int(extra["Width"]), int(extra["Height"]))
    raw = _decoded(b"".join(bytes(part.data) for part in stream.stream), size).tobytes()
    colours = list(zip(raw[::3], raw[1::3], raw[2::3], strict=True))
    palette = sorted(set(colours))
    if len(palette) > MOST_COLOURS:
        return
    places = {colour: place for place, colour in enumerate(palette)}
    pixels = zlib.compress(bytes(places[colour] for colour in colours), 9)
    values = "".join(f"{red:02x}{green:02x}{blue:02x}" for red, green, blue in palette)
    extra["ColorSpace"] = pydyf.Array(["/Indexed", "/DeviceRGB", len(palette) - 1, f"<{values}>"])
    del extra["DecodeParms"]
    stream.stream = [pixels]


def _decoded(data: bytes, size: tuple[int, int]) -> Image.Image:
    """Return the pixels of a stream, which is the inside of a PNG."""
    head = struct.pack(">IIBBBBB", *size, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", data), (b"IEND", b""))
    file = PNG + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )
    return Image.open(io.BytesIO(file)).convert("RGB")

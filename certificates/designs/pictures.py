"""Uploaded logos and scanned signatures: checked by what they are, cleaned and made small.

What is kept is drawn anew: pixels on white, in few colours, as a PNG of ours. Nothing of the
uploaded file stays, neither its hidden data nor whatever else it may be.
"""

import hashlib
import io
import warnings
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

FORMATS = ("PNG", "JPEG", "WEBP")
LARGEST_UPLOAD = 5 * 1024 * 1024
MOST_PIXELS = 24_000_000
MOST_SIDE = 1800
LEAST_SIDE = 24
PAPER_RANK, PAPER_SHARE = 0.8, 0.86
"""Four fifths of a scan are no lighter than its paper; what is nearly as light is paper, too."""
LARGE, SMALL = (1.0, 0.85, 0.7, 0.6, 0.5), (0.42, 0.34, 0.26)
TRIES = (
    *((step, colours) for step in LARGE for colours in (48, 24)),
    *((step, colours) for step in (*LARGE[2:], *SMALL) for colours in (12, 6)),
)
"""In which size and how many colours a picture is tried: sharp, in its colours, then smaller."""


class PictureKind(StrEnum):
    """What a picture is for."""

    LOGO = "logo"
    SIGNATURE = "signature"


@dataclass(frozen=True)
class Limits:
    """The box in pixels, and the most bytes that the picture may take in the printed file."""

    width: int
    height: int
    most_bytes: int


LIMITS = {
    PictureKind.LOGO: Limits(width=400, height=166, most_bytes=5_000),
    PictureKind.SIGNATURE: Limits(width=440, height=160, most_bytes=2_700),
}
"""Four logos and three signatures stay below 29 kB, so that the whole file stays below 90 kB."""


@dataclass(frozen=True)
class CleanPicture:
    """A picture as it is kept: a PNG, its digest and its size in pixels."""

    png: bytes
    width: int
    height: int

    @property
    def digest(self) -> str:
        """The SHA-256 of the file, by which a design names it."""
        return hashlib.sha256(self.png).hexdigest()


class PictureError(ValueError):
    """Why a picture is refused: `large`, `format`, `pixels`, `small`, `damaged` or `empty`."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def clean_picture(upload: BinaryIO, *, size: int, kind: PictureKind) -> CleanPicture:
    """Return an uploaded picture drawn anew.

    Args:
        upload: the file, read from its beginning.
        size: its size in bytes, as the server has counted it.
        kind: a logo or a signature, which have different limits.

    Raises:
        PictureError: it is no picture that we take, too large, or damaged.
    """
    if size > LARGEST_UPLOAD:
        raise PictureError("large")
    upload.seek(0)
    picture = _trimmed(_read(upload.read(LARGEST_UPLOAD + 1)), kind)
    limits = LIMITS[kind]
    for step, colours in TRIES:
        box = (round(limits.width * step), round(limits.height * step))
        smaller = ImageOps.contain(picture, box) if _is_larger(picture, box) else picture
        drawn = _few_colours(smaller, colours, kind)
        if len(_png(drawn)) <= limits.most_bytes:
            return CleanPicture(_png(drawn), drawn.width, drawn.height)
    raise PictureError("large")


def _read(content: bytes) -> Image.Image:
    """Decode a picture to its end, turned upright, on white."""
    if not content:
        raise PictureError("empty")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            opened = Image.open(io.BytesIO(content), formats=FORMATS)
            if opened.width * opened.height > MOST_PIXELS:
                raise PictureError("pixels")
            ImageFile.LOAD_TRUNCATED_IMAGES = False
            opened.load()
            upright = ImageOps.exif_transpose(opened)
            if upright.mode == "P":
                upright = upright.convert("RGBA")
            upright.thumbnail((MOST_SIDE, MOST_SIDE))
    except UnidentifiedImageError as error:
        raise PictureError("format") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureError("pixels") from error
    except (OSError, SyntaxError, EOFError, MemoryError) as error:
        raise PictureError("damaged") from error
    clear = upright.convert("RGBA")
    ground = Image.new("RGBA", clear.size, "white")
    ground.alpha_composite(clear)
    return ground.convert("RGB")


def _trimmed(picture: Image.Image, kind: PictureKind) -> Image.Image:
    """Return the picture without its white margins; a signature also in greys."""
    if kind == PictureKind.SIGNATURE:
        picture = _ink(picture.convert("L"))
    dark = picture.convert("L").point(lambda value: 255 if value < 244 else 0)
    box = dark.getbbox()
    if box is None:
        raise PictureError("empty")
    found = picture.crop(box)
    if max(found.size) < LEAST_SIDE:
        raise PictureError("small")
    return found


def _ink(picture: Image.Image) -> Image.Image:
    """Return the strokes on white: the lighter part of a scan is paper, whatever the light was."""
    seen, most, paper = 0, picture.width * picture.height * PAPER_RANK, 255
    for value, count in enumerate(picture.histogram()):
        seen += count
        if seen >= most:
            paper = value
            break
    ground = max(paper * PAPER_SHARE, 1)
    return picture.point(lambda value: 255 if value >= ground else round(value * 255 / ground))


def _is_larger(picture: Image.Image, box: tuple[int, int]) -> bool:
    return picture.width > box[0] or picture.height > box[1]


def _few_colours(picture: Image.Image, colours: int, kind: PictureKind) -> Image.Image:
    """Return the picture in few colours, without dithering, which packs badly."""
    if kind == PictureKind.SIGNATURE:
        levels = min(colours, 16)
        step = 255 / (levels - 1)
        return picture.point(lambda value: round(round(value / step) * step))
    return picture.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)


def _png(picture: Image.Image) -> bytes:
    """Return the file, which takes as much in a PDF: as grey, or as an index into its colours."""
    target = io.BytesIO()
    bare = picture.copy()
    bare.info = {}
    bare.save(target, "PNG", optimize=True)
    return target.getvalue()

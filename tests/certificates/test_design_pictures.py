"""Uploaded pictures of designs: what they are is checked, and they are drawn anew."""

import io
import struct
import zlib

import pytest
from PIL import Image, ImageDraw

from certificates.designs.pictures import (
    LARGEST_UPLOAD,
    LIMITS,
    CleanPicture,
    PictureError,
    PictureKind,
    clean_picture,
)

BOTH = list(PictureKind)


def drawn(size: tuple[int, int] = (600, 200), *, mode: str = "RGB") -> Image.Image:
    image = Image.new(mode, size, (255, 255, 255, 0)[: len(mode)] if len(mode) > 1 else 255)
    ink = (20, 30, 110, 255)[: len(mode)] if len(mode) > 1 else 30
    drawing = ImageDraw.Draw(image)
    drawing.ellipse((20, 20, size[1] - 20, size[1] - 20), fill=ink)
    drawing.line((size[1], size[1] // 2, size[0] - 20, size[1] // 3), fill=ink, width=6)
    return image


def as_file(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    stored = io.BytesIO()
    image.save(stored, kind, **options)
    return stored.getvalue()


def clean(content: bytes, kind: PictureKind = PictureKind.LOGO) -> CleanPicture:
    return clean_picture(io.BytesIO(content), size=len(content), kind=kind)


def refusal(content: bytes, kind: PictureKind = PictureKind.LOGO) -> str:
    with pytest.raises(PictureError) as caught:
        clean(content, kind)
    return caught.value.kind


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("file_kind", ["PNG", "JPEG", "WEBP"])
def test_picture_is_drawn_anew_within_its_limits(file_kind: str, kind: PictureKind) -> None:
    picture = clean(as_file(drawn(), file_kind), kind)

    read = Image.open(io.BytesIO(picture.png))
    assert (read.format, read.size) == ("PNG", (picture.width, picture.height))
    assert read.mode == ("L" if kind == PictureKind.SIGNATURE else "P")
    assert picture.width <= LIMITS[kind].width
    assert picture.height <= LIMITS[kind].height
    assert len(picture.png) <= LIMITS[kind].most_bytes


def test_same_picture_is_the_same_bytes() -> None:
    content = as_file(drawn())

    assert clean(content) == clean(content)


def test_transparent_ground_becomes_white() -> None:
    picture = Image.open(io.BytesIO(clean(as_file(drawn(mode="RGBA"))).png)).convert("RGB")

    assert picture.getpixel((picture.width - 1, picture.height - 1)) == (255, 255, 255)


def test_margins_are_cut() -> None:
    image = Image.new("RGB", (1000, 1000), "white")
    image.paste(drawn((300, 100)), (400, 500))

    picture = clean(as_file(image))

    assert picture.width > picture.height * 2


def test_paper_of_a_scan_becomes_white() -> None:
    image = Image.new("L", (600, 200), 205)
    ImageDraw.Draw(image).line((50, 150, 550, 50), fill=60, width=6)

    picture = Image.open(io.BytesIO(clean(as_file(image), PictureKind.SIGNATURE).png))

    assert picture.getpixel((2, 2)) == 255
    assert min(picture.tobytes()) < 110


def test_hidden_data_is_gone() -> None:
    exif = Image.Exif()
    exif[0x010E] = "SECRETO"  # the description
    exif[0x0112] = 6  # turned by a quarter
    picture = clean(as_file(drawn(), "JPEG", exif=exif.tobytes(), comment=b"SECRETO"))

    assert b"SECRETO" not in picture.png
    assert Image.open(io.BytesIO(picture.png)).info == {}
    assert picture.height > picture.width


def test_picture_that_is_something_else_as_well_is_only_a_picture() -> None:
    picture = clean(as_file(drawn()) + b"<script>alert(1)</script>%PDF-1.7")

    assert b"script" not in picture.png
    assert b"%PDF" not in picture.png


SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><rect width="9" height="9"/></svg>'
)


@pytest.mark.parametrize(
    "content",
    [
        SVG,
        b"<!doctype html><script>alert(1)</script>",
        b"%PDF-1.7\n",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"\x00" * 100,
        as_file(drawn(), "GIF"),
        as_file(drawn(), "BMP"),
        as_file(drawn(), "TIFF"),
    ],
)
def test_anything_else_is_refused_whatever_it_is_called(content: bytes) -> None:
    assert refusal(content) == "format"


@pytest.mark.parametrize("file_kind", ["PNG", "JPEG", "WEBP"])
def test_picture_that_is_cut_off_is_refused(file_kind: str) -> None:
    content = as_file(drawn(), file_kind)

    assert refusal(content[: len(content) * 2 // 3]) in {"damaged", "format"}


def test_bomb_is_refused_before_it_is_unpacked() -> None:
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)

    def chunk(name: bytes, data: bytes) -> bytes:
        sum_of = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + sum_of

    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")

    assert refusal(b"\x89PNG\r\n\x1a\n" + body) == "pixels"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "empty"),
        (as_file(Image.new("RGB", (200, 200), "white")), "empty"),
        (as_file(Image.new("RGB", (10, 10), "black")), "small"),
    ],
)
def test_picture_with_nothing_to_print_is_refused(content: bytes, kind: str) -> None:
    assert refusal(content) == kind


def test_file_that_is_too_large_is_not_even_read() -> None:
    with pytest.raises(PictureError) as caught:
        clean_picture(io.BytesIO(b""), size=LARGEST_UPLOAD + 1, kind=PictureKind.LOGO)

    assert caught.value.kind == "large"

"""Uploads: what is not what it says is refused; pictures lose their hidden data."""

import io
import struct
import zipfile
import zlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtailmedia.models import Media

from tests.courses.authoring import client_of, make_trainer

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    """A trainer's browser, in English."""
    return client_of(make_trainer())


def upload_image(client: Client, name: str, content: bytes) -> Any:
    file = SimpleUploadedFile(name, content, "image/png")
    return client.post(reverse("wagtailimages:add"), {"title": "x", "file": file, "tags": ""})


def picture(kind: str, **options: Any) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (40, 20), "teal").save(target, kind, **options)
    return target.getvalue()


def bomb() -> bytes:
    """A PNG of 30,000 by 30,000 pixels in a few hundred bytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0)
    data = zlib.compress(b"\x00" * 4000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("foto.png", b"esto es un texto"),
        ("dibujo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("dibujo.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("foto.jpg", picture("PNG")),
        ("grande.png", picture("PNG") + b"\x00" * (20 * 1024 * 1024)),
        ("bomba.png", bomb()),
        ("roto.png", picture("PNG")[:60]),
        ("vacio.png", b""),
    ],
    ids=["text", "svg", "svg as png", "png as jpg", "20 MB", "bomb", "cut off", "empty"],
)
def test_image_that_is_not_what_it_says_is_refused(
    client: Client, name: str, content: bytes
) -> None:
    response = upload_image(client, name, content)

    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["file"]
    assert response.context["form"].errors["file"][0]
    assert response.context["form"]["title"].value() == "x"
    assert get_image_model().objects.count() == 0


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_picture_loses_its_hidden_data_and_stays_upright(client: Client, kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x8825] = {1: "S", 2: (13.0, 31.0, 0.0)}
    extension = "jpg" if kind == "JPEG" else kind.lower()

    response = upload_image(client, f"foto.{extension}", picture(kind, exif=exif))

    assert response.status_code == 302
    image = get_image_model().objects.get()
    with image.file.open() as stored, Image.open(stored) as found:
        assert dict(found.getexif()) == {}
        assert found.size == (20, 40)
    assert (image.width, image.height) == (20, 40)


def test_moving_picture_keeps_moving(client: Client) -> None:
    frames = [Image.new("RGB", (10, 10), colour) for colour in ("red", "teal", "gold")]
    target = io.BytesIO()
    frames[0].save(target, "GIF", save_all=True, append_images=frames[1:], comment=b"secreto")

    upload_image(client, "pasos.gif", target.getvalue())

    with get_image_model().objects.get().file.open() as stored:
        content = stored.read()
    assert b"secreto" not in content
    assert Image.open(io.BytesIO(content)).n_frames == 3


def test_upload_of_many_answers_each_file(client: Client) -> None:
    file = SimpleUploadedFile("foto.png", b"texto", "image/png")

    response = client.post(
        reverse("wagtailimages:add_multiple"),
        {"files[]": file},
        headers={"x-requested-with": "XMLHttpRequest"},
    )

    assert response.json()["success"] is False
    assert get_image_model().objects.count() == 0


def office(mark: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(mark, "x")
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "is_taken"),
    [
        ("guia.pdf", b"%PDF-1.7\n...", True),
        ("guia.pdf", b"<html>", False),
        ("video.vtt", b"\xef\xbb\xbfWEBVTT\n\n00:00.000 --> 00:01.000\nHola", True),
        ("video.vtt", b"1\n00:00:00,000", False),
        ("nota.txt", "Señales".encode(), True),
        ("nota.txt", b"MZ\x00\x01", False),
        ("hoja.xlsx", office("xl/workbook.xml"), True),
        ("hoja.xlsx", office("word/document.xml"), False),
        ("carta.docx", b"PK no", False),
        ("programa.exe", b"MZ", False),
    ],
)
def test_document_is_what_its_extension_says(
    client: Client, name: str, content: bytes, is_taken: bool
) -> None:
    file = SimpleUploadedFile(name, content)

    response = client.post(reverse("wagtaildocs:add"), {"title": "x", "file": file, "tags": ""})

    assert response.status_code == (302 if is_taken else 200)
    assert get_document_model().objects.count() == int(is_taken)


@pytest.mark.parametrize(
    ("content", "is_taken"), [(b"\x00\x00\x00\x20ftypisom" + b"\x00" * 40, True), (b"texto", False)]
)
def test_video_begins_as_videos_do(client: Client, content: bytes, is_taken: bool) -> None:
    file = SimpleUploadedFile("video.mp4", content, "video/mp4")
    data = {"title": "x", "file": file, "duration": "1", "tags": "", "width": "", "height": ""}

    response = client.post(reverse("wagtailmedia:add", args=["video"]), data)

    assert response.status_code == (302 if is_taken else 200)
    assert Media.objects.count() == int(is_taken)

"""Pictures that come with questions: from the file, a folder or a ZIP, checked and written anew."""

import hashlib
import io
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.text import slugify
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError
from wagtail.images import get_image_model

from courses.pictures import FORMATS, without_hidden_data
from courses.question_types.exchange import Attachment

ENDINGS = {"JPEG": "jpg", **{kind: ending for ending, kind in FORMATS.items() if kind != "JPEG"}}
MOST_PIXELS = 50_000_000


class MediaRefused(Exception):
    """The ZIP or folder of pictures cannot be used; the message is for people."""


@dataclass(frozen=True)
class Picture:
    """A checked picture, written anew; `digest` finds the same one in the library."""

    name: str
    data: bytes
    digest: str


def checked_picture(attachment: Attachment) -> Picture:
    """Return the picture as we keep it, by what it is and not by what its name says.

    Raises:
        ValidationError: it is no picture, a damaged one, or too big.
    """
    if len(attachment.data) > settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE:
        raise ValidationError(_("The picture is too big."))
    as_it_is = Picture(attachment.name, attachment.data, _digest(attachment.data))
    if known_picture(as_it_is) is not None:
        return as_it_is  # it left this library by an export, and writing it anew would change it
    try:
        with Image.open(io.BytesIO(attachment.data)) as found:
            kind, pixels = str(found.format), found.width * found.height
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise ValidationError(_("The picture is damaged or is none.")) from error
    if kind not in ENDINGS or pixels > MOST_PIXELS:
        raise ValidationError(_("The picture is of a kind or size that we do not keep."))
    stem = slugify(PurePosixPath(attachment.name.replace("\\", "/")).stem)[:60] or "figura"
    upload = SimpleUploadedFile(f"{stem}.{ENDINGS[kind]}", attachment.data, f"image/{kind.lower()}")
    clean = without_hidden_data(upload)
    clean.seek(0)
    data = clean.read()
    return Picture(str(upload.name), data, _digest(data))


def _digest(data: bytes) -> str:
    """Return the digest by which Wagtail knows the file of an image."""
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()


def known_picture(picture: Picture) -> int | None:
    """Return the id of the same picture in the library, if it is there already."""
    found = get_image_model().objects.filter(file_hash=picture.digest).order_by("pk")
    pk: int | None = found.values_list("pk", flat=True).first()
    return pk


def store_picture(picture: Picture, *, title: str, acting_user: Any) -> int:
    """Put a picture into the library's first collection, once; return its id."""
    known = known_picture(picture)
    if known is not None:
        return known
    image = get_image_model()(
        title=title[:255],
        file=SimpleUploadedFile(picture.name, picture.data),
        file_hash=picture.digest,
        file_size=len(picture.data),
        uploaded_by_user=acting_user,
    )
    image.save()
    return int(image.pk)


class MediaFiles:
    """Where the pictures of a dump are looked for: nowhere, a folder, or a ZIP file."""

    def find(self, path: str) -> Attachment | None:
        """Return the file at a path below the media folder; None if it is not there."""
        return None


class FolderOfMedia(MediaFiles):
    """A folder on the server's disk; nothing outside of it is read."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise MediaRefused(_("The folder of pictures does not exist."))
        self.folder = folder.resolve()

    def find(self, path: str) -> Attachment | None:
        """Return the file, unless it lies outside the folder or is too big."""
        file = (self.folder / path).resolve()
        if self.folder not in file.parents or not file.is_file():
            return None
        if file.stat().st_size > settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE:
            return None
        return Attachment(file.name, file.read_bytes())


class ZipOfMedia(MediaFiles):
    """A ZIP file; its files are found by the end of their path, and opened only if small.

    A size in a ZIP is only what somebody says: no more than that is unpacked.
    """

    def __init__(self, file: Any) -> None:
        try:
            self.archive = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, OSError) as error:
            raise MediaRefused(_("The file with the pictures is no ZIP file.")) from error

    def find(self, path: str) -> Attachment | None:
        """Return the file whose path ends like this one."""
        wanted = f"/{path.lstrip('/')}"
        for info in self.archive.infolist():
            is_small = info.file_size <= settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE
            if not info.is_dir() and f"/{info.filename}".endswith(wanted) and is_small:
                return self._read(info)
        return None

    def _read(self, info: zipfile.ZipInfo) -> Attachment | None:
        try:
            with self.archive.open(info) as packed:
                data = packed.read(info.file_size + 1)
        except (
            zipfile.BadZipFile,
            RuntimeError,
            NotImplementedError,
            OSError,
            EOFError,
            zlib.error,
        ):
            return None
        return Attachment(PurePosixPath(info.filename).name, data)

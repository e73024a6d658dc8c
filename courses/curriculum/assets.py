"""Pictures and documents beside the texts, checked as an upload in the admin is."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.images.fields import WagtailImageField

from courses.curriculum.problems import Problems

_BEGINNINGS = {
    "pdf": b"%PDF-",
    "vtt": b"WEBVTT",
    "docx": b"PK\x03\x04",
    "xlsx": b"PK\x03\x04",
    "odt": b"PK\x03\x04",
    "ods": b"PK\x03\x04",
}
IMAGE = "image"
DOCUMENT = "document"


@dataclass(frozen=True)
class Asset:
    """A picture or a document beside a text."""

    path: str
    kind: str
    digest: str

    @property
    def name(self) -> str:
        """The name of the file."""
        return self.path.rpartition("/")[2]


def beside(path: str, name: str) -> str:
    """Return the path of a file in the same folder as a text."""
    folder = path.rpartition("/")[0]
    return f"{folder}/{name}" if folder and name else name


def read_asset(
    folder: Path, problems: Problems, *, kind: str, asset: str, path: str, line: int
) -> Asset | None:
    """Return a file that a text names, or None after noting at the text what is wrong with it."""
    place, _slash, name = asset.rpartition("/")
    if not name or place != path.rpartition("/")[0] or name.startswith("."):
        problems.add(path, line, f"“{asset}” must be the name of a file in the same folder")
        return None
    file = folder / asset
    if not file.is_file() or folder.resolve() not in file.resolve().parents:
        problems.add(path, line, f"there is no file “{name}” beside this one")
        return None
    if file.stat().st_size > settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE:
        size = settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE // 2**20
        problems.add(path, line, f"“{name}” is larger than {size} MB")
        return None
    data = file.read_bytes()
    trouble = _image_problem(name, data) if kind == IMAGE else _document_problem(name, data)
    if trouble:
        problems.add(path, line, f"“{name}”: {trouble}")
        return None
    return Asset(asset, kind, hashlib.sha256(data).hexdigest())


def _image_problem(name: str, data: bytes) -> str:
    checked: Any = WagtailImageField()
    try:
        checked.clean(SimpleUploadedFile(name, data))
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def _document_problem(name: str, data: bytes) -> str:
    ending = name.rpartition(".")[2].lower()
    if ending not in settings.WAGTAILDOCS_EXTENSIONS:
        return f"documents are {', '.join(settings.WAGTAILDOCS_EXTENSIONS)}"
    content = data.removeprefix(b"\xef\xbb\xbf") if ending == "vtt" else data
    if not content.startswith(_BEGINNINGS.get(ending, b"")):
        return f"is no {ending} file, whatever its name says"
    return ""

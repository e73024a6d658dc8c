"""Forms of the libraries: a file is what it says it is, and carries no hidden data."""

import zipfile
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm
from wagtailmedia.forms import BaseMediaForm

from courses.pictures import FORMATS, extension_of, without_hidden_data

__all__ = [
    "FORMATS",
    "SafeDocumentForm",
    "SafeImageForm",
    "SafeMediaForm",
    "check_document",
    "extension_of",
    "without_hidden_data",
]

MOST_BYTES = 50 * 1024 * 1024
ZIPPED_MARKS = {
    "docx": "word/",
    "xlsx": "xl/",
    "odt": "mimetype",
    "ods": "mimetype",
}
MEDIA_MARKS = ((b"ftyp", 4), (b"\x1aE\xdf\xa3", 0), (b"OggS", 0), (b"ID3", 0), (b"\xff\xfb", 0))


def check_document(upload: Any) -> None:
    """Compare the first bytes of a document with its extension; raise ValidationError."""
    if upload.size > MOST_BYTES:
        raise ValidationError(_("This file is too big: at most 50 MB."))
    extension = extension_of(upload.name)
    upload.seek(0)
    head = upload.read(4096)
    upload.seek(0)
    is_right = {
        "pdf": head.lstrip().startswith(b"%PDF-"),
        "vtt": _is_captions(head),
        "txt": _is_text(head),
    }.get(extension)
    if is_right is None:
        is_right = extension in ZIPPED_MARKS and _is_office(upload, ZIPPED_MARKS[extension])
        upload.seek(0)
    if not is_right:
        message = _("The content of the file is not that of a .%(extension)s file.")
        raise ValidationError(message % {"extension": extension}, code="invalid_content")


def _is_text(head: bytes) -> bool:
    if b"\x00" in head:
        return False
    try:
        head[: max(len(head) - 4, 0)].decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_captions(head: bytes) -> bool:
    return head.removeprefix(b"\xef\xbb\xbf").startswith(b"WEBVTT") and _is_text(head)


def _is_office(upload: Any, mark: str) -> bool:
    try:
        with zipfile.ZipFile(upload) as archive:
            return any(name.startswith(mark) for name in archive.namelist())
    except (zipfile.BadZipFile, ValueError):
        return False


class WholeImageField(WagtailImageField):
    """Answers a picture that is cut off where Wagtail's own field falls over it."""

    def to_python(self, data: Any) -> Any:
        """Read the picture; raise ValidationError if it cannot be read to its end."""
        try:
            return super().to_python(data)
        except (OSError, SyntaxError, ValueError) as error:
            message = _("The picture is damaged or is not what its name says.")
            raise ValidationError(message, code="invalid_image") from error


class SafeImageForm(BaseImageForm):
    """An image of the library."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain = self.fields.get("file")
        if plain is not None:
            self.fields["file"] = WholeImageField(
                label=plain.label, required=plain.required, widget=plain.widget
            )

    def clean_file(self) -> Any:
        """Write a new picture anew without its hidden data."""
        upload = self.cleaned_data["file"]
        if "file" not in self.changed_data or not hasattr(upload, "content_type"):
            return upload
        return without_hidden_data(upload)


class SafeDocumentForm(BaseDocumentForm):
    """A document of the library."""

    def clean_file(self) -> Any:
        """Check that a new document is what its extension says."""
        upload = self.cleaned_data["file"]
        if "file" in self.changed_data and hasattr(upload, "content_type"):
            check_document(upload)
        return upload


class SafeMediaForm(BaseMediaForm):
    """A video or sound of the library."""

    def clean_file(self) -> Any:
        """Check that a new file begins as videos and sounds do."""
        upload = self.cleaned_data["file"]
        if "file" in self.changed_data and hasattr(upload, "content_type"):
            upload.seek(0)
            head = upload.read(16)
            upload.seek(0)
            if not any(head[at : at + len(mark)] == mark for mark, at in MEDIA_MARKS):
                raise ValidationError(_("This is no video or sound that browsers can play."))
        return upload

"""Which files a page shows, and which pieces of a file a browser asked for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.db.models import Model
from wagtail.documents import get_document_model
from wagtail.fields import RichTextField, StreamField
from wagtail.images import get_image_model
from wagtail.images.models import Filter
from wagtailmedia.models import get_media_model

KINDS: dict[str, type[Model]] = {
    "image": get_image_model(),
    "document": get_document_model(),
    "media": get_media_model(),
}
"""The kinds of file by their name in an address."""

IMAGE_WIDTHS = (480, 960)
"""The widths in which a picture is served, and no others: a stranger cannot have thousands made."""

UPLOAD_FOLDERS = ("images/", "original_images/", "documents/", "media/", "media_thumbnails/")
"""What staff may see below /media/; certificates lie in the same storage and are not for them."""

RANGE = re.compile(r"bytes=(\d*)-(\d*)\Z")
CHUNK = 64 * 1024


def rendition_of(image: Any, width: int) -> Any:
    """Return the picture in this width, made at the first asking; what may move stays GIF.

    As Wagtail's own `get_rendition`, which leaves its temporary file open.
    """
    is_gif = image.filename.lower().endswith(".gif")
    wanted = Filter(f"width-{width}" if is_gif else f"width-{width}|format-webp")
    key = {"filter_spec": wanted.spec, "focal_point_key": wanted.get_cache_key(image)}
    found = image.renditions.filter(**key).first()
    if found is not None:
        return found
    with image.generate_rendition_file(wanted) as file:
        rendition, _is_new = image.renditions.get_or_create(**key, defaults={"file": file})
    return rendition


def shows(content: Any, kind: str, object_id: int) -> bool:
    """Say whether the content of a page refers to this image, document or video."""
    wanted = KINDS[kind]
    for field in content._meta.get_fields():
        if not isinstance(field, StreamField | RichTextField):
            continue
        for model, pk, _path, _place in field.extract_references(field.value_from_object(content)):
            if issubclass(model, wanted) and str(pk) == str(object_id):
                return True
    return False


@dataclass(frozen=True)
class ByteRange:
    """A piece of a file: its first and last byte, both included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        """How many bytes it has."""
        return self.last - self.first + 1


def asked_range(header: str, size: int) -> ByteRange | None:
    """Return the one piece that a Range header asks for; None for all of it.

    Several pieces at once are answered with the whole, which RFC 9110 allows.

    Raises:
        ValueError: the piece lies outside the file.
    """
    match = RANGE.match(header.strip())
    if match is None or match.group(1) == match.group(2) == "":
        return None
    first, last = match.groups()
    if first == "":
        length = min(int(last), size)
        piece = ByteRange(size - length, size - 1)
    else:
        piece = ByteRange(int(first), min(int(last), size - 1) if last else size - 1)
    if piece.first >= size or piece.length <= 0:
        raise ValueError
    return piece


def read_piece(file: BinaryIO, piece: ByteRange) -> Iterator[bytes]:
    """Yield a piece of an open file, and close it at the end."""
    try:
        file.seek(piece.first)
        left = piece.length
        while left > 0 and (data := file.read(min(CHUNK, left))):
            left -= len(data)
            yield data
    finally:
        file.close()

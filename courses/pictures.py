"""Pictures from outside: they are what they say they are, and carry no hidden data."""

import io
import warnings
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = {
    "jpg": "JPEG",
    "jpeg": "JPEG",
    "png": "PNG",
    "webp": "WEBP",
    "gif": "GIF",
    "avif": "AVIF",
}


def extension_of(name: str) -> str:
    """Return the extension of a file name in small letters, without its dot."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def without_hidden_data(upload: Any) -> SimpleUploadedFile:
    """Return the same picture written anew: turned upright, without EXIF, GPS or comments."""
    kind = FORMATS[extension_of(upload.name)]
    upload.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(upload)
            frames = getattr(picture, "n_frames", 1)
            clean = picture if frames > 1 else ImageOps.exif_transpose(picture)
            target = io.BytesIO()
            _write(clean, target, kind, is_moving=frames > 1)
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:
        message = _("The picture is damaged or is not what its name says.")
        raise ValidationError(message, code="invalid_image") from error
    return SimpleUploadedFile(upload.name, target.getvalue(), upload.content_type)


def _write(picture: Image.Image, target: io.BytesIO, kind: str, *, is_moving: bool) -> None:
    options: dict[str, Any] = {"quality": 90} if kind in ("JPEG", "WEBP", "AVIF") else {}
    if is_moving:
        options["save_all"] = True
    if kind == "JPEG" and picture.mode not in ("RGB", "L", "CMYK"):
        picture = picture.convert("RGB")
    profile = picture.info.get("icc_profile")
    for name in ("exif", "xmp", "comment", "photoshop", "parameters"):
        picture.info.pop(name, None)
    if kind == "PNG":
        bare = picture.copy()
        bare.info = {}
        if "transparency" in picture.info:
            bare.info["transparency"] = picture.info["transparency"]
        picture = picture if is_moving else bare
    if kind in ("WEBP", "AVIF"):
        options["exif"] = b""
    picture.save(target, kind, icc_profile=profile, **options)

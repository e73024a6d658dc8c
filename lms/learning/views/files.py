"""Files of pages, guarded like the pages; uploads, for staff only."""

import mimetypes
import posixpath
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from django.core.exceptions import SuspiciousOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe
from wagtail.images.models import SourceImageIOError
from wagtail.models import Page

from courses.models import CasePage, LessonPage, PracticePage, QuizPage
from lms.learning.lesson_files import (
    IMAGE_WIDTHS,
    KINDS,
    UPLOAD_FOLDERS,
    asked_range,
    read_piece,
    rendition_of,
    shows,
)
from lms.learning.permissions import access_item
from lms.learning.queries import published_content

SEALED = "default-src 'none'; sandbox"
"""A file shows itself and does nothing else."""


@require_safe
def lesson_file(
    request: HttpRequest, page_key: UUID, kind: str, object_id: int
) -> HttpResponseBase:
    """Serve a file of a page to whoever may see the page; to others it does not exist (404)."""
    if kind not in KINDS or not _is_shown(request, page_key, kind, object_id):
        raise Http404
    found: Any = KINDS[kind]._default_manager.filter(pk=object_id).first()
    if found is None:
        raise Http404
    try:
        if kind == "image":
            return _image(request, found)
        return _stored(request, found.file, is_download=kind == "document")
    except FileNotFoundError as missing:
        raise Http404 from missing


def _is_shown(request: HttpRequest, page_key: UUID, kind: str, object_id: int) -> bool:
    """Say whether one of the page's languages shows the file, and the user may see the page."""
    for page in Page.objects.filter(translation_key=page_key).specific():
        if isinstance(page, LessonPage | QuizPage | CasePage | PracticePage):
            is_open = access_item(request.user, page).is_open
        else:
            is_open = page.live
        if is_open and shows(published_content(page), kind, object_id):
            return True
    return False


def _image(request: HttpRequest, image: Any) -> HttpResponseBase:
    asked = request.GET.get("ancho", "")
    width = int(asked) if asked in {str(one) for one in IMAGE_WIDTHS} else IMAGE_WIDTHS[-1]
    try:
        rendition = rendition_of(image, width)
    except SourceImageIOError as wrong:
        raise Http404 from wrong
    return _stored(request, rendition.file, is_download=False)


def _stored(request: HttpRequest, file: Any, *, is_download: bool) -> HttpResponseBase:
    """Answer with a file of the storage, or with the piece that the browser asks for."""
    name = PurePosixPath(file.name).name
    content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if name.endswith(".vtt"):
        content_type = "text/vtt"
    size: int = file.size
    response: HttpResponseBase
    try:
        piece = asked_range(request.headers.get("Range", ""), size)
    except ValueError:
        response = HttpResponse(status=416)
        response.headers["Content-Range"] = f"bytes */{size}"
        return _guarded(response)
    stream = file.storage.open(file.name, "rb")
    if piece is None:
        response = FileResponse(
            stream, as_attachment=is_download, filename=name, content_type=content_type
        )
    else:
        response = StreamingHttpResponse(
            read_piece(stream, piece), status=206, content_type=content_type
        )
        response.headers["Content-Range"] = f"bytes {piece.first}-{piece.last}/{size}"
        response.headers["Content-Length"] = str(piece.length)
    response.headers["Accept-Ranges"] = "bytes"
    return _guarded(response)


def _guarded(response: HttpResponseBase) -> HttpResponseBase:
    """Let no shared cache keep a file, and no browser take it for something else.

    Saying that it is not compressed keeps the middleware from compressing it: pieces of a file
    that is compressed on the way fit nowhere.
    """
    response.headers["Content-Encoding"] = "identity"
    patch_cache_control(response, private=True, max_age=3600)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = SEALED
    return response


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Serve an upload to staff who work in the admin; to anybody else there is nothing (404)."""
    is_staff = request.user.has_perm("wagtailadmin.access_admin")
    if not is_staff or not path.startswith(UPLOAD_FOLDERS) or posixpath.normpath(path) != path:
        raise Http404
    try:
        if not default_storage.exists(path):
            raise Http404
        file = default_storage.open(path, "rb")
    except (SuspiciousOperation, OSError, ValueError) as wrong:
        raise Http404 from wrong
    return _guarded(FileResponse(file, filename=PurePosixPath(path).name))

from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtailmedia.models import get_media_model

from lms.learning.lesson_files import ByteRange, asked_range
from tests.learning.cast import Cast, body_of, client_of, make_cast

pytestmark = pytest.mark.django_db

ALL_404 = dict.fromkeys(
    ("learner", "trainer", "coordinator", "administrator", "stranger", "nobody"), 404
)
READERS = {**ALL_404, "learner": 200, "trainer": 200, "administrator": 200}
STAFF = {**ALL_404, "trainer": 200, "administrator": 200}


@pytest.fixture(autouse=True)
def _disk(settings: Any, tmp_path: Path) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        },
    }


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def make_image() -> Any:
    return get_image_model().objects.create(
        title="Plano", file=get_test_image_file(size=(1200, 600))
    )


def make_document(name: str = "ficha.pdf", content: bytes = b"%PDF ficha") -> Any:
    return get_document_model().objects.create(title="Ficha", file=ContentFile(content, name))


def make_video(content: bytes = bytes(range(100))) -> Any:
    return get_media_model().objects.create(
        title="Charla", type="video", file=ContentFile(content, "charla.mp4")
    )


def put(cast: Cast, *blocks: dict[str, Any], number: int = 0) -> None:
    lesson = cast.made.lessons[number]
    lesson.body = list(blocks)
    lesson.save()


def url(cast: Cast, kind: str, file: Any, number: int = 0) -> str:
    return reverse("lesson_file", args=[cast.made.lessons[number].translation_key, kind, file.pk])


def test_document_of_a_lesson_follows_the_lesson(cast: Cast) -> None:
    document = make_document()
    put(cast, {"type": "download", "value": {"document": document.pk, "title": "Ficha"}})

    assert cast.statuses(url(cast, "document", document)) == READERS


def test_document_is_a_download_that_no_shared_cache_keeps(cast: Cast) -> None:
    document = make_document()
    put(cast, {"type": "download", "value": {"document": document.pk, "title": "Ficha"}})

    answer = client_of(cast.learner).get(url(cast, "document", document))

    assert body_of(answer) == b"%PDF ficha"
    assert answer["Content-Disposition"] == f'attachment; filename="{document.filename}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "private" in answer["Cache-Control"]


def test_document_that_only_a_text_links_is_served_too(cast: Cast) -> None:
    document = make_document()
    link = f'<p><a linktype="document" id="{document.pk}">Ficha</a></p>'
    put(cast, {"type": "text", "value": link})

    page = client_of(cast.learner).get("/cursos/curso-prueba/modulo-1/leccion-1/")

    assert f'href="{url(cast, "document", document)}"' in page.content.decode()
    assert cast.statuses(url(cast, "document", document)) == READERS


def test_file_that_the_page_does_not_show_is_404(cast: Cast) -> None:
    image, document = make_image(), make_document()
    put(cast, {"type": "download", "value": {"document": document.pk, "title": "Ficha"}})

    assert cast.statuses(url(cast, "image", image)) == ALL_404
    assert cast.statuses(url(cast, "document", document, number=1)) == ALL_404


@pytest.mark.parametrize(("asked", "width"), [("480", 480), ("960", 960), ("", 960), ("5000", 960)])
def test_image_comes_in_few_widths_only(cast: Cast, asked: str, width: int) -> None:
    image = make_image()
    put(cast, {"type": "image", "value": {"image": image.pk, "alt": "Plano"}})

    answer = client_of(cast.learner).get(url(cast, "image", image), {"ancho": asked})

    body_of(answer)
    assert answer["Content-Type"] == "image/webp"
    assert image.renditions.get().width == width


def test_image_follows_the_lesson(cast: Cast) -> None:
    image = make_image()
    put(cast, {"type": "image", "value": {"image": image.pk, "alt": "Plano"}})

    assert cast.statuses(url(cast, "image", image)) == READERS


def test_image_in_a_lesson_knows_its_size(cast: Cast) -> None:
    image = make_image()
    put(cast, {"type": "image", "value": {"image": image.pk, "alt": "Plano"}})

    page = client_of(cast.learner).get("/cursos/curso-prueba/modulo-1/leccion-1/").content.decode()

    assert 'width="960" height="480" loading="lazy"' in page
    assert f'src="{url(cast, "image", image)}?ancho=960"' in page
    assert image.renditions.count() == 0


def video_block(video: Any, captions: Any) -> dict[str, Any]:
    value = {
        "video": video.pk,
        "captions": captions.pk,
        "title": "Charla",
        "transcript": "<p>Texto.</p>",
    }
    return {"type": "video", "value": value}


def test_video_is_served_in_pieces(cast: Cast) -> None:
    video, captions = make_video(), make_document("charla.vtt", b"WEBVTT")
    put(cast, video_block(video, captions))
    client = client_of(cast.learner)

    piece = client.get(url(cast, "media", video), headers={"Range": "bytes=10-19"})

    assert (piece.status_code, piece["Content-Range"]) == (206, "bytes 10-19/100")
    assert body_of(piece) == bytes(range(10, 20))
    text = client.get(url(cast, "document", captions))
    assert (text["Content-Type"], body_of(text)) == ("text/vtt", b"WEBVTT")


def test_video_piece_stays_whole_for_a_browser_that_takes_gzip(cast: Cast) -> None:
    video = make_video(b"a" * 5000)
    put(cast, video_block(video, make_document("charla.vtt", b"WEBVTT")))

    piece = client_of(cast.learner).get(
        url(cast, "media", video), headers={"Range": "bytes=0-4095", "Accept-Encoding": "gzip"}
    )

    assert (piece["Content-Length"], len(body_of(piece))) == ("4096", 4096)


def test_video_piece_outside_the_file_is_416(cast: Cast) -> None:
    video = make_video()
    put(cast, video_block(video, make_document("charla.vtt", b"WEBVTT")))

    answer = client_of(cast.learner).get(url(cast, "media", video), headers={"Range": "bytes=500-"})

    assert (answer.status_code, answer["Content-Range"]) == (416, "bytes */100")


@pytest.mark.parametrize(
    ("header", "piece"),
    [
        ("", None),
        ("bytes=0-", ByteRange(0, 99)),
        ("bytes=90-200", ByteRange(90, 99)),
        ("bytes=-10", ByteRange(90, 99)),
        ("bytes=-500", ByteRange(0, 99)),
        ("bytes=-", None),
        ("bytes=1-2,5-6", None),
        ("items=1-2", None),
    ],
)
def test_asked_range_reads_the_header(header: str, piece: ByteRange | None) -> None:
    assert asked_range(header, 100) == piece


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=9-3", "bytes=-0"])
def test_asked_range_refuses_what_is_not_there(header: str) -> None:
    with pytest.raises(ValueError, match=r"^$"):
        asked_range(header, 100)


def test_file_of_a_draft_lesson_is_404_for_everybody(cast: Cast) -> None:
    document = make_document()
    put(cast, {"type": "download", "value": {"document": document.pk, "title": "Ficha"}})
    lesson = cast.made.lessons[0]
    lesson.live = False
    lesson.save()

    assert cast.statuses(url(cast, "document", document)) == ALL_404


def test_file_whose_content_is_gone_is_404(cast: Cast) -> None:
    document = make_document()
    put(cast, {"type": "download", "value": {"document": document.pk, "title": "Ficha"}})
    default_storage.delete(document.file.name)

    assert client_of(cast.learner).get(url(cast, "document", document)).status_code == 404


@pytest.mark.parametrize("kind", ["user", "page", "😀"])
def test_unknown_kind_of_file_is_404(cast: Cast, kind: str) -> None:
    key = cast.made.lessons[0].translation_key

    assert (
        client_of(cast.learner).get(reverse("lesson_file", args=[key, kind, 1])).status_code == 404
    )


def test_file_takes_no_post(cast: Cast) -> None:
    assert set(cast.statuses(url(cast, "image", make_image()), method="post").values()) == {405}


def test_documents_of_the_admin_answer_all_but_staff_with_404(cast: Cast) -> None:
    assert cast.statuses(make_document().url) == STAFF


def test_media_answers_all_but_staff_with_404(cast: Cast) -> None:
    assert cast.statuses(f"/media/{make_image().file.name}") == STAFF


@pytest.mark.parametrize(
    "path", ["certificates/uno.pdf", "images/../certificates/uno.pdf", "images/nada.png", "images/"]
)
def test_media_gives_staff_uploads_only(cast: Cast, path: str) -> None:
    default_storage.save("certificates/uno.pdf", ContentFile(b"%PDF"))

    assert cast.statuses(f"/media/{path}") == ALL_404

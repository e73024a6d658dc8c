"""Attack row 12: no text, no picture and no page makes the renderer fetch or read anything.

Everything goes through `pdf.render`, with the fetcher recorded and with Python's own audit events
for sockets and files; whoever reached out would be seen, and stopped.
"""

import hashlib
import io
import itertools
import sys
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from certificates import pdf
from certificates.design_content import DesignLogo
from certificates.facts import PrintedModule, PrintedSignatory
from certificates.print_jobs import Print
from certificates.print_pages import page_of
from tests.certificates.test_pdf import HOSTILE
from tests.factories.printing import ALL_LAYOUTS, job_with

HTTP, PORT = "http://127.0.0.1:9", 9
SECRET = "SECRETO-QUE-NADIE-DEBE-LEER"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9">'
PICTURES = {
    "image": SVG + '<image href="{http}/a.png" width="9" height="9"/></svg>',
    "image xlink": SVG + '<image xlink:href="{file}" width="9" height="9"/></svg>',
    "use": SVG + '<use href="{http}/a.svg#x"/></svg>',
    "use file": SVG + '<use href="{file}#x"/></svg>',
    "import": SVG + "<style>@import url({http}/a.css);</style><rect width='9' height='9'/></svg>",
    "import file": SVG + "<style>@import '{file}';</style><rect width='9' height='9'/></svg>",
    "font": SVG + "<style>@font-face{{font-family:X;src:url({http}/x.ttf)}}</style>"
    "<text font-family='X'>x</text></svg>",
    "fill": SVG + '<rect width="9" height="9" fill="url({http}/a.svg#g)"/></svg>',
    "mask": SVG + '<rect width="9" height="9" mask="url({file}#m)"/></svg>',
    "entity": '<!DOCTYPE svg [<!ENTITY x SYSTEM "{file}">]>' + SVG + "<text>&x;</text></svg>",
    "style sheet": '<?xml-stylesheet href="{http}/a.css"?>' + SVG + "</svg>",
    "base": SVG.replace("<svg", '<svg xml:base="{http}/"') + '<image href="a.png"/></svg>',
}


class Watch:
    """What was asked of the fetcher, what it gave, and who reached for sockets or files."""

    def __init__(self) -> None:
        self.is_on = False
        self.given: list[str] = []
        self.reached: list[str] = []

    def heard(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.is_on:
            return
        is_socket = event.startswith(("socket.", "urllib."))
        if is_socket or (event == "open" and str(arguments[0]).endswith(("secret.txt", "passwd"))):
            self.reached.append(f"{event} {arguments}")
            raise PermissionError(event)


WATCH = Watch()
sys.addaudithook(WATCH.heard)


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    """Load before what a process loads once."""
    pdf.render(job_with("horizonte-2"))


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch, secret: Path) -> Iterator[Watch]:
    """Record and stop whoever reaches out, for one test."""
    shared = pdf.engine()
    fetch = shared.fetcher.fetch

    def recorded(url: str, headers: Any = None) -> Any:
        answer = fetch(url, headers)
        WATCH.given.append(url)
        return answer

    monkeypatch.setattr(shared.fetcher, "fetch", recorded)
    WATCH.given, WATCH.reached, WATCH.is_on = [], [], True
    yield WATCH
    WATCH.is_on = False


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret.txt"
    path.write_text(SECRET)
    return path


def filled(payload: str, secret: Path) -> str:
    return payload.format(http=HTTP, file=secret.as_uri(), port=PORT)


def assert_nothing_came_in(job: Print, watch: Watch) -> None:
    content = pdf.render(job)

    own = {*pdf.ASSETS, *pdf.assets_of(job)}
    assert watch.reached == []
    assert [url for url in watch.given if url not in own] == []
    assert SECRET.encode() not in content
    watch.is_on = False
    assert list(PdfReader(io.BytesIO(content)).attachments) == ["credential.json"]


@pytest.mark.parametrize("layout", ALL_LAYOUTS)
@pytest.mark.parametrize("first", [0, 14])
def test_hostile_texts_fetch_nothing(layout: str, first: int, watch: Watch, secret: Path) -> None:
    """Every text of the facts is a payload, each another one; two rounds use all of them."""
    payloads = itertools.cycle([*HOSTILE.values()][first:] + [*HOSTILE.values()][:first])
    job = job_with(layout)
    texts = {
        one.name: filled(next(payloads), secret)
        for one in fields(job.facts)
        if isinstance(getattr(job.facts, one.name), str)
    }
    assert len(texts) >= 14
    more = [filled(next(payloads), secret) for _ in range(3)]
    facts = replace(
        job.facts,
        **texts,
        modules=(PrintedModule(more[0], 90, more[1], (more[2],)),),
        signatories=(PrintedSignatory(more[1], more[0]),),
    )

    assert_nothing_came_in(replace(job, facts=facts), watch)


@pytest.mark.parametrize("payload", HOSTILE.values(), ids=HOSTILE)
def test_hostile_page_fetches_nothing(
    payload: str, watch: Watch, secret: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A layout that somebody broke: the markup stands in the page itself."""
    markup = filled(payload, secret)
    monkeypatch.setattr(
        pdf, "page_of", lambda job: page_of(job).replace("</body>", f"{markup}</body>")
    )

    assert_nothing_came_in(job_with(), watch)


@pytest.mark.parametrize("payload", PICTURES.values(), ids=PICTURES)
def test_hostile_picture_fetches_nothing(payload: str, watch: Watch, secret: Path) -> None:
    """A picture that is SVG in truth, if it ever came past the cleaning of uploads."""
    picture = filled(payload, secret).encode()
    digest = hashlib.sha256(picture).hexdigest()
    job = job_with("horizonte-2")
    assert job.content is not None
    content = replace(job.content, logos=(DesignLogo("Institución", digest),))

    assert_nothing_came_in(
        replace(job, content=content, pictures={**job.pictures, digest: picture}), watch
    )


def test_watch_sees_who_reaches_out(watch: Watch, secret: Path) -> None:
    with pytest.raises(PermissionError):
        secret.read_text()

    assert len(watch.reached) == 1


def test_there_are_enough_payloads() -> None:
    assert 22 <= len(HOSTILE) <= 28

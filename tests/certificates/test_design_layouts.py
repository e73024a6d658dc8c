"""The layouts of designs: whole, small, valid, checkable, and the same for ever."""

import hashlib
import io
import re
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import page
import pytest
from PIL import Image, ImageDraw
from pypdf import PdfReader

from certificates import pdf
from certificates.design_content import LAYOUTS, DesignContent, DesignLogo, DesignSignatory
from certificates.design_facts import with_design
from certificates.designs.pictures import PictureKind, clean_picture
from certificates.facts import PrintedModule, PrintedSignatory
from certificates.print_drawings import PRINT
from certificates.print_jobs import Print
from certificates.print_pages import drawings_of, page_of
from tests.factories.certificates import CODE, facts_with
from tests.factories.printing import job_with

MOST_BYTES = 90_000
FRAGMENT = "a1.key-2026-11." + "Ab3_" * 72 + "." + "x9Zq" * 21 + "xw"
LONG_NAME = ("María de los Ángeles Guadalupe Ñahuinccopa " * 8)[:300]
PROMISE = "a layout that is in use never changes: make the next number"


def read(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


def text_of(content: bytes, number: int = 0) -> str:
    text = read(content).pages[number].extract_text().replace("\x00", "").replace("\u00a0", " ")
    return " ".join(text.split())


def plain(layout: str, **facts: Any) -> Print:
    """Return a job with a bare design, unsigned."""
    content = DesignContent(layout=layout, main_colour="#1c2d4f", accent_colour="#d09a35")
    return Print(
        facts=facts_with(**{"is_pilot": False, **facts}),
        code=CODE,
        language="es",
        layout=layout,
        content=content,
    )


def test_layouts_in_use_are_as_they_were() -> None:
    listed = dict(
        reversed(line.split("  ", 1))
        for line in (PRINT / "LAYOUTS.sha256").read_text().splitlines()
    )
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in PRINT.iterdir()
        if path.name != "LAYOUTS.sha256"
    }

    assert found == listed, PROMISE


@pytest.mark.parametrize("layout", LAYOUTS)
def test_first_page_says_all_that_a_certificate_in_peru_shows(layout: str) -> None:
    job = job_with(layout, signer=None, credential="")
    facts = replace(
        job.facts, issuer_resolution="N.° 12-2026", heading="Constancia", attests="Con honores."
    )
    text = text_of(pdf.render(replace(job, facts=replace(facts, closing="Para sus fines."))))

    missing = [
        printed
        for printed in (
            "Constancia",
            "María del Pilar Quispe Ñahui",
            "417",
            "Identificar, cuidar, derivar",
            "Atestigua que la persona terminó el curso.",
            "Con honores.",
            "Para sus fines.",
            "1 de noviembre de 2026",
            "24 de noviembre de 2026",
            "2,8",
            "17,5 / 20",
            "14 / 20",
            "RUC 20000000001",
            "N.° 12-2026",
            "Lima, 24 de noviembre de 2026",
            "24 de noviembre de 2028",
            "Firmante 0",
            "Firmante 2",
            "8K2M-Z4QW-7TRX-N5V0-CDEH",
            "testserver/v/",
        )
        if printed not in text
    ]
    assert missing == []


@pytest.mark.parametrize("layout", LAYOUTS)
def test_second_page_sums_to_the_hours(layout: str) -> None:
    text = text_of(pdf.render(plain(layout)), 1)

    for printed in ("Orientación", "¿Qué es la trata?", "Tres elementos · Mitos", "2,8"):
        assert printed in text
    assert "8K2M-Z4QW-7TRX-N5V0-CDEH" in text


@pytest.mark.parametrize("layout", LAYOUTS)
def test_signed_file_with_a_full_design_is_valid(layout: str) -> None:
    content = pdf.render(job_with(layout, fragment=FRAGMENT))

    reports = [page.validate_pdf_bytes(content, profile=profile) for profile in ("3a", "ua1")]
    assert [failure.message for one in reports for failure in one.failures] == []
    assert all(one.is_compliant for one in reports)


# --- Pictures and the budget ---------------------------------------------------------------------


def noisy(number: int, *, is_signature: bool) -> bytes:
    """Return a picture that packs badly: a photographed coat of arms, a scan with grey paper."""
    size = (700, 300)
    image = Image.effect_noise(size, 60).convert("RGB")
    if is_signature:
        image = Image.eval(image, lambda value: 215 + value // 16)
    drawing = ImageDraw.Draw(image)
    for step in range(60):
        left = 20 + step * 11
        box = (left, 40 + (step * 18 + number * 30) % 150, left + 45, 280)
        colour = (10, 20, 90) if is_signature else (step * 4, 90 + number * 30, 255 - step * 4)
        drawing.arc(box, step * 9, step * 9 + 240, fill=colour, width=5)
    stored = io.BytesIO()
    image.save(stored, "JPEG", quality=90)
    return stored.getvalue()


def cleaned(number: int, *, is_signature: bool) -> tuple[str, bytes]:
    upload = noisy(number, is_signature=is_signature)
    kind = PictureKind.SIGNATURE if is_signature else PictureKind.LOGO
    picture = clean_picture(io.BytesIO(upload), size=len(upload), kind=kind)
    return picture.digest, picture.png


@pytest.fixture(scope="module")
def heavy() -> tuple[DesignContent, dict[str, bytes]]:
    """A design with four logos and three signatures that were uploaded as photographs."""
    logos = [cleaned(number, is_signature=False) for number in range(4)]
    scans = [cleaned(number, is_signature=True) for number in range(3)]
    content = DesignContent(
        layout=LAYOUTS[0],
        main_colour="#1c2d4f",
        accent_colour="#d09a35",
        logos=tuple(DesignLogo(f"Institución {at}", one[0]) for at, one in enumerate(logos)),
        signatories=tuple(
            DesignSignatory(f"Firmante {at}", "Cargo", one[0]) for at, one in enumerate(scans)
        ),
    )
    return content, dict([*logos, *scans])


@pytest.mark.parametrize("layout", LAYOUTS)
def test_heaviest_design_stays_within_the_budget(
    layout: str, heavy: tuple[DesignContent, dict[str, bytes]]
) -> None:
    content, pictures = replace(heavy[0], layout=layout), heavy[1]
    modules = tuple(
        PrintedModule(f"Módulo {number} de un programa largo", 90, "15 / 20", ("Tema", "Otro"))
        for number in range(8)
    )
    facts = with_design(
        facts_with(is_pilot=True, full_name=LONG_NAME, modules=modules), content, language="es"
    )
    job = job_with(
        layout, facts=facts, content=content, pictures=pictures, fragment=FRAGMENT, language="es"
    )
    document = pdf.render(replace(job, credential="{" + " " * 6000 + "}"))

    shown = {one.data for one in read(document).pages[0].images}
    assert len(read(document).pages) == 2
    assert len(document) <= MOST_BYTES
    assert len(shown) == 7


def test_pictures_are_an_index_into_their_colours(
    heavy: tuple[DesignContent, dict[str, bytes]],
) -> None:
    content, pictures = heavy
    facts = with_design(facts_with(), content, language="es")
    job = job_with(content.layout, content=content, pictures=pictures, facts=facts)
    document = pdf.render(job)
    resources: Any = read(document).pages[0]["/Resources"]
    spaces = []
    for reference in resources["/XObject"].values():
        one = reference.get_object()
        if one["/Subtype"] == "/Image":
            space = one["/ColorSpace"]
            spaces.append(space if isinstance(space, str) else space[0])

    assert sorted(spaces) == ["/DeviceGray"] * 3 + ["/Indexed"] * 4


# --- The QRs are read from the page --------------------------------------------------------------


def qrs_of(document: bytes, number: int, folder: Path) -> list[str]:
    """Return what zbar reads on a page at 150 dpi."""
    file = folder / "page.pdf"
    file.write_bytes(document)
    place = ["-f", str(number), "-l", str(number), "-singlefile"]
    subprocess.run(
        ["/usr/bin/pdftoppm", "-png", "-r", "150", *place, str(file), str(folder / "page")],
        check=True,
    )
    done = subprocess.run(
        ["/usr/bin/zbarimg", "--quiet", "--raw", "--nodbus", str(folder / "page.png")],
        check=False,
        capture_output=True,
        text=True,
    )
    return done.stdout.splitlines()


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("fragment", [FRAGMENT, FRAGMENT + "Zz" * 400], ids=["usual", "longest"])
def test_both_qrs_are_read_from_the_page(layout: str, fragment: str, tmp_path: Path) -> None:
    document = pdf.render(replace(plain(layout, is_pilot=True), fragment=fragment))
    address = f"https://testserver/v/{CODE}/"

    assert qrs_of(document, 1, tmp_path) == [address]
    assert qrs_of(document, 2, tmp_path) == [f"{address}#{fragment}"]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_second_qr_is_there_only_if_it_was_chosen(layout: str) -> None:
    without, with_it = plain(layout), replace(plain(layout), fragment=FRAGMENT)

    assert "amparo:qr/offline" not in page_of(without)
    assert page_of(with_it).count("amparo:qr/offline") == 1
    assert "amparo:qr/offline" not in drawings_of(without)


# --- Names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    "changes",
    [
        {"full_name": LONG_NAME, "attests": "texto " * 120, "closing": "cierre " * 80},
        {
            "full_name": "W" * 300,
            "course_title": "M" * 250,
            "issuer_name": "Ministerio " * 14,
            "signatories": (PrintedSignatory("N" * 120, "Pp " * 53),) * 3,
        },
        {"full_name": "\U0001f600 \u202e عمر 名前", "modules": (), "score": "", "signatories": ()},
        {
            "modules": tuple(
                PrintedModule(f"Módulo {number} " + "largo " * 15, 90, "15", ("L" * 60,) * 8)
                for number in range(12)
            )
        },
    ],
    ids=["long", "widest", "mixed", "programme"],
)
def test_extremes_stay_two_pages_with_their_code(layout: str, changes: dict[str, Any]) -> None:
    document = pdf.render(plain(layout, **changes))

    assert len(read(document).pages) == 2
    assert "8K2M-Z4QW-7TRX-N5V0-CDEH" in text_of(document)
    assert "24 de noviembre de 2028" in text_of(document)


# --- A design cannot leave anything out, nor reach outside ------------------------------------------

PAYLOADS = [
    "</div><style>.check,.facts{display:none}</style>",
    "</p></div></div><div class='sheet'>",
    "<style>@import url(http://127.0.0.1:{port}/a.css);</style>",
    "<link rel=attachment href=file:///etc/passwd>",
    "<link rel=stylesheet href=http://127.0.0.1:{port}/b.css>",
    "<img src=http://127.0.0.1:{port}/c.png>",
    "<img src=file:///etc/passwd>",
    "<img src=amparo:picture/../../etc/passwd>",
    "<svg><image href='http://127.0.0.1:{port}/d.png'/></svg>",
    "<svg onload=alert(1)>",
    "<object data=http://127.0.0.1:{port}/e></object>",
    "<embed src=file:///etc/passwd>",
    "<iframe src=http://127.0.0.1:{port}/f></iframe>",
    "<base href=http://127.0.0.1:{port}/>",
    "<a rel=attachment href=file:///etc/passwd>x</a>",
    "url(http://127.0.0.1:{port}/g.png)",
    "@import 'file:///etc/passwd';",
    '" style="display:none" x="',
    "' onerror='alert(1)",
    "<!-- ",
    "]]><!DOCTYPE html [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>&x;",
    "&lt;script&gt;alert(1)&lt;/script&gt;<script>alert(1)</script>",
]


class Skeleton(HTMLParser):
    """The tags of a page with their attributes, without the texts that people write."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[Any] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, [(name, "" if name == "alt" else value) for name, value in attrs]))

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(tag)

    def handle_comment(self, data: str) -> None:
        self.tags.append("comment")


def skeleton(job: Print) -> list[Any]:
    """Return the tags of a page; classes of size follow the length of texts and are left out."""
    parser = Skeleton()
    text = re.sub(r"\b(name|title|text|heading|signing|issuer|institution)-\d", r"\1", page_of(job))
    parser.feed(text.replace(" roomy", ""))
    return parser.tags


def hostile(layout: str, text: str) -> Print:
    """Return a job whose design says this wherever it may say something, unchecked by any form."""
    content = DesignContent(
        layout=layout,
        main_colour="#1c2d4f",
        accent_colour="#d09a35",
        logos=(DesignLogo(text[:120]),),
        signatories=(DesignSignatory(text[:120], text[:160]),),
    )
    facts = with_design(plain(layout).facts, content, language="es")
    facts = replace(facts, heading=text[:32], attests=text, closing=text)
    return Print(facts, CODE, "es", layout=layout, content=content)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_text_of_a_design_becomes_markup(layout: str) -> None:
    harmless = skeleton(hostile(layout, "un texto"))

    for payload in PAYLOADS:
        assert skeleton(hostile(layout, payload.replace("{port}", "1"))) == harmless, payload
    assert len(PAYLOADS) == 22


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A socket that would notice anybody who knocks."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("start", [0, 8, 16])
def test_hostile_design_fetches_nothing_and_leaves_nothing_out(
    layout: str, start: int, listener: socket.socket
) -> None:
    port = listener.getsockname()[1]
    text = " ".join(PAYLOADS[start : start + 8]).replace("{port}", str(port))
    document = pdf.render(hostile(layout, text))

    with pytest.raises(BlockingIOError):
        listener.accept()
    words = text_of(document)
    assert list(read(document).attachments) == []
    assert b"root:" not in document
    assert "root:x:0" not in words
    for printed in (
        "8K2M-Z4QW-7TRX-N5V0-CDEH",
        "2,8 horas académicas",
        "1 de noviembre de 2026",
        "24 de noviembre de 2026",
        "24 de noviembre de 2028",
    ):
        assert printed in words


def test_layouts_leave_the_same_facts_to_common_parts() -> None:
    """No layout has words of its own: none can leave out what the common page prints."""
    for layout in LAYOUTS:
        text = (PRINT / f"{layout}.html").read_text().strip()
        assert text == '{% extends "certificates/print/common-1.html" %}'
        rules = (PRINT / f"{layout}.css").read_text()
        assert "display: none" not in rules
        assert "visibility" not in rules


@pytest.mark.parametrize("url", ["amparo:picture/" + "0" * 64, "amparo:qr/check", "amparo:qr/x"])
def test_what_one_document_brought_is_gone_with_it(url: str) -> None:
    pdf.render(plain(LAYOUTS[0]))

    with pytest.raises(ValueError, match="its own assets"):
        pdf.engine().fetcher.fetch(url)

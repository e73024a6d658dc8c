"""The printed certificate: whole, small, reproducible, and deaf to the outside."""

import io
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from certificates import pdf, print_pages
from certificates.facts import CertificateFacts, PrintedModule, PrintedSignatory
from certificates.print_jobs import Print
from tests.factories.certificates import CODE, FACTS, facts_with

MOST_BYTES = 90_000
DESIGN = "horizonte-1"
SPANISH = "ÁÉÍÓÚÜÑáéíóúüñ"
GLOTTAL, CURLY = "\N{MODIFIER LETTER APOSTROPHE}", "\N{RIGHT SINGLE QUOTATION MARK}"
QUECHUA = f"Ch'aska K{GLOTTAL}uychi Q{CURLY}ellu Ñust'a Wayta Sumaq"
AYMARA = f"Wiñaya Qhant'a P'isqi Ṉina Äjayu Ïñi Üma Ch{CURLY}amani Jaqi{GLOTTAL}a"
ASHANINKA = "Kíñapa Shíma Õatsi Ẽmi Ãri Ĩnato Ũka T̃s̈ Wëmi Këniri"
LONG_NAME = ("María de los Ángeles Guadalupe Ñahuinccopa " * 5)[:200]


def render(facts: CertificateFacts, *, language: str = "es") -> bytes:
    return pdf.render(Print(facts, code=CODE, language=language, layout=DESIGN))


def read(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


def text_of(content: bytes, page: int = 0) -> str:
    return " ".join(read(content).pages[page].extract_text().split())


def resolved(value: Any) -> Any:
    return value.get_object() if hasattr(value, "get_object") else value


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("is_pilot", [True, False])
def test_certificate_is_two_tagged_pages_within_the_budget(language: str, is_pilot: bool) -> None:
    content = render(facts_with(is_pilot=is_pilot), language=language)
    reader = read(content)
    root = resolved(reader.trailer["/Root"])

    assert len(reader.pages) == 2
    assert len(content) <= MOST_BYTES
    assert root["/Lang"] == language
    assert resolved(root["/MarkInfo"])["/Marked"]
    assert "/StructTreeRoot" in root
    assert reader.metadata is not None
    assert FACTS.course_title in str(reader.metadata.title)
    box = reader.pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == (842, 595)


def test_first_page_says_all_that_a_certificate_in_peru_shows() -> None:
    text = text_of(render(facts_with(issuer_resolution="N.° 12-2026")))

    for printed in (
        "María del Pilar Quispe Ñahui",
        "417",
        "Identificar, cuidar, derivar",
        "virtual, autoinstructivo",
        "1 de noviembre de 2026",
        "24 de noviembre de 2026",
        "2,8",
        "17,5 / 20",
        "14 / 20",
        "RUC 20000000001",
        "N.° 12-2026",
        "Lima, 24 de noviembre de 2026",
        "24 de noviembre de 2028",
        "Rosa Elena Ccori",
        "Directora",
        "8K2M-Z4QW-7TRX-N5V0-CDEH",
        "testserver/v/",
    ):
        assert printed in text.replace("\u00a0", " ")


def test_second_page_sums_to_the_hours() -> None:
    text = text_of(render(FACTS), page=1).replace("\u00a0", " ")

    for printed in ("Orientación", "20 ", "¿Qué es la trata?", "106 ", "126 ", "2,8", "Mitos"):
        assert printed in text
    assert sum(module.minutes for module in FACTS.modules) == FACTS.minutes


@pytest.mark.parametrize("page", [0, 1])
def test_only_a_pilot_says_that_it_has_no_validity(page: int) -> None:
    with_mark = text_of(render(FACTS, language="en"), page)
    without = text_of(render(facts_with(is_pilot=False), language="en"), page)

    assert with_mark.count("DEMONSTRATION, NOT VALID") == 2
    assert "DEMONSTRATION" not in without


def test_equal_facts_give_equal_bytes_in_another_process(tmp_path: Path) -> None:
    script = (
        "import os, sys\n"
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'lms.settings.test'\n"
        "import django; django.setup()\n"
        "from certificates import pdf\n"
        "from certificates.print_jobs import Print\n"
        "from tests.factories.certificates import CODE, FACTS\n"
        "sys.stdout.buffer.write(pdf.render(Print(FACTS, code=CODE, language='es')))\n"
    )
    there = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        check=True,
        cwd=Path(__file__).resolve().parents[2],
        timeout=120,
    )

    assert render(FACTS) == render(FACTS) == there.stdout


@pytest.mark.parametrize("face", ["regular", "bold", "italic"])
def test_every_character_of_our_languages_is_in_the_font(face: str) -> None:
    with TTFont(pdf.FONTS / f"amparo-serif-{face}.ttf") as font:
        known = set(font.getBestCmap())

    assert {sign for sign in SPANISH + QUECHUA + AYMARA + ASHANINKA if ord(sign) not in known} == (
        set()
    )


@pytest.mark.parametrize("name", [SPANISH, QUECHUA, AYMARA, ASHANINKA])
def test_names_print_in_our_own_fonts_only(name: str) -> None:
    content = render(facts_with(full_name=name))
    fonts = {
        str(resolved(font)["/BaseFont"])
        for page in read(content).pages
        for font in resolved(resolved(page["/Resources"])["/Font"]).values()
    }

    assert {name.split("+")[-1].split("-")[0] for name in fonts} <= {
        "Amparo",
        "AmparoSerif",
        "Andada",
        "AndadaPro",
    }
    assert all("+" in name for name in fonts)  # each is a subset that is embedded
    assert name.replace(" ", "")[:5] in text_of(content).replace(" ", "")


@pytest.mark.parametrize(
    ("name", "size"),
    [("Ana Ríos", 0), ("María del Pilar Quispe Ñahui", 0), (LONG_NAME, 3), ("W" * 200, 5)],
)
def test_long_names_are_set_smaller(name: str, size: int) -> None:
    sizes, measure = print_pages.FIRST_NAME_SIZES, print_pages.MEASURE_MM

    assert print_pages.fitting_size(name, sizes, face="regular", measure=measure) == size


@pytest.mark.parametrize(
    "changes",
    [
        {"full_name": LONG_NAME},
        {"full_name": "W" * 200, "course_title": "M" * 250, "certificate_text": "x y " * 150},
        {"signatories": (PrintedSignatory("N" * 120, "P " * 80),) * 3},
        {
            "modules": tuple(
                PrintedModule(f"Módulo {number} " + "largo " * 15, 90, "15 / 20", ("L" * 60,) * 8)
                for number in range(12)
            )
        },
        {"signatories": (), "modules": (), "certificate_text": "", "issuer_ruc": "", "score": ""},
        {"full_name": "\U0001f600 \u202e عمر 名前"},
    ],
)
def test_extremes_stay_two_pages_within_the_budget(changes: dict[str, Any]) -> None:
    content = render(facts_with(**changes))

    assert len(read(content).pages) == 2
    assert len(content) <= MOST_BYTES


def test_markup_in_facts_is_text() -> None:
    name = "<b>Ana</b><img src=file:///etc/passwd>&amp;"

    assert name.replace(" ", "") in text_of(render(facts_with(full_name=name))).replace(" ", "")


# --- Nothing is fetched ------------------------------------------------------------------------

HOSTILE = {
    "image": '<img src="{http}/a.png">',
    "image https": '<img src="https://localhost/a.png">',
    "image file": '<img src="{file}">',
    "image relative": '<img src="secret.txt">',
    "image protocol-relative": '<img src="//127.0.0.1:{port}/a.png">',
    "image ftp": '<img src="ftp://127.0.0.1:{port}/a.png">',
    "srcset": '<picture><source srcset="{http}/b.png"><img src="{http}/c.png"></picture>',
    "style sheet": '<link rel="stylesheet" href="{http}/a.css">',
    "style sheet file": '<link rel="stylesheet" href="{file}">',
    "import": "<style>@import url({http}/b.css);</style>",
    "import file": "<style>@import '{file}';</style>",
    "font": "<style>@font-face{{font-family:X;src:url({http}/x.ttf)}}p{{font-family:X}}</style>",
    "font file": "<style>@font-face{{font-family:Y;src:url({file})}}p{{font-family:Y}}</style>",
    "font local": "<style>@font-face{{font-family:Z;src:local('DejaVu Sans')}}"
    "p{{font-family:Z}}</style>",
    "background": '<p style="background:url({http}/d.png)">x</p>',
    "list": '<ul style="list-style-image:url({http}/e.png)"><li>x</ul>',
    "content": "<style>p::before{{content:url({http}/f.png)}}</style>",
    "object": '<object data="{http}/g.svg"></object>',
    "embed": '<embed src="{file}">',
    "attachment": '<link rel="attachment" href="{file}">',
    "attachment link": '<a rel="attachment" href="{file}">x</a>',
    "svg image": '<svg width="9" height="9"><image href="{http}/h.png" width="9" height="9"/></svg>',
    "svg use": '<svg width="9" height="9"><use href="{file}#a"/></svg>',
    "svg style": "<svg><style>@import url({http}/c.css);</style><rect/></svg>",
    "data svg": "<img src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'>"
    "<image href='{http}/i.png'/></svg>\">",
    "base": '<base href="{http}/"><img src="j.png">',
    "own name, other path": '<img src="amparo:../../../etc/passwd">',
}
SECRET = "SECRETO-QUE-NADIE-DEBE-LEER"


@pytest.fixture
def listener() -> Any:
    """A socket that would notice anybody who knocks."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


@pytest.mark.parametrize("payload", HOSTILE.values(), ids=HOSTILE)
def test_hostile_document_fetches_nothing(
    payload: str, listener: socket.socket, tmp_path: Path
) -> None:
    port = listener.getsockname()[1]
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    html = payload.format(http=f"http://127.0.0.1:{port}", file=secret.as_uri(), port=port)

    content = pdf.to_pdf(f"<!doctype html><p>texto</p>{html}", design=DESIGN, identifier="x")

    with pytest.raises(BlockingIOError):
        listener.accept()
    reader = read(content)
    assert SECRET.encode() not in content
    assert SECRET not in "".join(page.extract_text() for page in reader.pages)
    assert list(reader.attachments) == []


@pytest.mark.parametrize("address", ["file:///etc/passwd", "http://127.0.0.1/", "data:,x", "x"])
def test_fetcher_refuses_every_other_address(address: str) -> None:
    with pytest.raises(ValueError, match="its own assets"):
        pdf.engine().fetcher.fetch(address)


def test_fetcher_gives_our_own_assets() -> None:
    for address, (path, _media_type) in pdf.ASSETS.items():
        assert pdf.engine().fetcher.fetch(address).read() == path.read_bytes()
    assert {Path(address).suffix for address in pdf.ASSETS} == {".ttf", ".svg"}


def test_engine_is_made_once_per_process() -> None:
    assert pdf.engine() is pdf.engine()


def test_importing_the_module_does_not_load_weasyprint() -> None:
    script = "import sys\nimport certificates.pdf\nprint('weasyprint' in sys.modules)\n"
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import os\n"
            "os.environ['DJANGO_SETTINGS_MODULE'] = 'lms.settings.test'\n"
            "import django; django.setup()\n" + script,
        ],
        capture_output=True,
        check=True,
        text=True,
        cwd=Path(__file__).resolve().parents[2],
        timeout=120,
    )

    assert done.stdout.strip() == "False"

"""The printed page of a certificate as HTML: its words, its sizes, its QR. Knows no renderer."""

from collections.abc import Mapping
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from fontTools.ttLib import TTFont

from certificates.codes import grouped
from certificates.facts import CertificateFacts, PrintedModule
from certificates.wording import minutes_words, printed_words

FONTS = Path(__file__).resolve().parent / "fonts"

MEASURE_MM = 241
"""Width of the column of text on the first page."""
NAME_SIZES = ((36, 1), (30, 1), (24, 2), (17, 3), (13, 3), (11, 5))
"""Type size in points and most lines, by class name-0 to name-5 of the design's style sheet."""
TITLE_SIZES = ((24, 1), (20, 2), (16, 2), (12, 4))
LONG_TEXT = 260
ROOMY_PROGRAMME = 900
"""Characters of modules and topics that fit the second page at its larger size."""
FULL_PROGRAMME = 3200
"""Characters beyond which the topics are left out, so that two pages stay two pages."""
MM_PER_POINT = 25.4 / 72
QUIET_ZONE = 4
"""Cells of white around a QR, as its standard asks."""


def page_of(facts: CertificateFacts, *, code: str, language: str, design: str) -> str:
    """Return the page of a certificate as HTML, in its own language.

    Raises:
        django.template.TemplateDoesNotExist: no design has this name.
    """
    with translation.override(language):
        return render_to_string(
            f"certificates/print/{design}.html", print_context(facts, code=code, language=language)
        )


def print_context(facts: CertificateFacts, *, code: str, language: str) -> dict[str, Any]:
    """Return what the design's template asks for."""
    with translation.override("es"):
        check_path = reverse("verify")
    address = f"{settings.BASE_URL}{check_path}"
    return {
        "facts": facts,
        "language": language,
        "words": printed_words(facts, language),
        "modules": _module_lines(facts, language),
        "sizes": _size_classes(facts),
        "code": grouped(code),
        "check_address": address,
        "shown_address": address.partition("://")[2],
        "qr": qr_drawing(f"{address}{code}/"),
    }


def _size_classes(facts: CertificateFacts) -> dict[str, str]:
    """Return the classes that make long texts fit; without JavaScript, before the page is laid out."""
    name = fitting_size(facts.full_name, NAME_SIZES, face="regular")
    title = fitting_size(facts.course_title, TITLE_SIZES, face="bold")
    is_long = len(facts.certificate_text) > LONG_TEXT
    return {
        "name": f"name-{name}",
        "title": f"title-{title}",
        "text": "attests-long" if is_long else "",
        "award": "roomy" if name < 3 and title == 0 and not is_long else "",
        "programme": "dense" if _programme_length(facts) > ROOMY_PROGRAMME else "",
    }


def qr_drawing(address: str) -> dict[str, Any]:
    """Return the QR of an address: its width in cells, quiet zone included, and a path to stroke.

    One stroke per run of dark cells: a fifth of the points that a square for each would take.
    """
    code = segno.make(address, error="m", micro=False)
    strokes = []
    for y, row in enumerate(code.matrix):
        x = 0
        for is_dark, cells in groupby(row):
            width = len(list(cells))
            if is_dark:
                strokes.append(f"M{x + QUIET_ZONE} {y + QUIET_ZONE}.5h{width}")
            x += width
    return {"size": len(code.matrix) + 2 * QUIET_ZONE, "path": "".join(strokes)}


def fitting_size(text: str, sizes: tuple[tuple[int, int], ...], *, face: str) -> int:
    """Return the index of the largest size at which the text keeps to its number of lines."""
    for index, (points, most_lines) in enumerate(sizes):
        if _lines(text, points, face) <= most_lines:
            return index
    return len(sizes) - 1


def _lines(text: str, points: int, face: str) -> int:
    """Count the lines of a text set at a size, words broken only where they are too long."""
    advances, units = _advances(face)
    scale = points * MM_PER_POINT / units
    lines, used = 1, 0.0
    for word in text.split():
        width = sum(advances.get(ord(sign), units) for sign in word) * scale
        space = advances[0x20] * scale if used else 0.0
        if used + space + width <= MEASURE_MM:
            used += space + width
            continue
        lines += (1 if used else 0) + int(width // MEASURE_MM)
        used = width % MEASURE_MM
    return lines


@lru_cache(maxsize=4)
def _advances(face: str) -> tuple[Mapping[int, int], int]:
    """Return the width of each character of a bundled face, and the units of its em."""
    with TTFont(FONTS / f"amparo-serif-{face}.ttf", lazy=True) as font:
        widths = {code: font["hmtx"][name][0] for code, name in font.getBestCmap().items()}
        return widths, font["head"].unitsPerEm


def _programme_length(facts: CertificateFacts) -> int:
    return sum(_line_length(module) for module in facts.modules)


def _line_length(module: PrintedModule) -> int:
    return 60 + len(module.title) + sum(len(topic) + 3 for topic in module.topics)


def _module_lines(facts: CertificateFacts, language: str) -> list[dict[str, str]]:
    is_full = _programme_length(facts) <= FULL_PROGRAMME
    return [
        {
            "title": module.title,
            "topics": " · ".join(module.topics) if is_full else "",
            "minutes": minutes_words(module.minutes, language),
            "score": module.score,
        }
        for module in facts.modules
    ]

"""The drawings of a printed certificate: its QRs, and the ornaments in the design's colours."""

from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

import segno

from certificates.colours import mixed_with_white
from certificates.design_content import DesignContent

PRINT = Path(__file__).resolve().parents[1] / "templates" / "certificates" / "print"
QUIET_ZONE = 4
"""Cells of white around a QR, as its standard asks."""
SHADES = {"#1c2d4f": 0.0, "#3d5a92": 0.22, "#c8d0e0": 0.76, "#eef1f6": 0.92}
"""The colours of a drawing's file that stand for the main colour, with their share of white."""
ACCENT = "#d09a35"


def qr_drawing(address: str) -> dict[str, Any]:
    """Return the QR of an address: its width in cells, quiet zone included, and a path to stroke.

    One stroke per run of dark cells: a fifth of the points that a square for each would take.
    """
    code = segno.make(address, error="m", micro=False)
    return {"size": len(code.matrix) + 2 * QUIET_ZONE, "path": _strokes(code.matrix)}


def qr_svg(text: str, *, error: str) -> tuple[str, int]:
    """Return the QR of a text as an SVG picture on white, and its width in cells."""
    code = segno.make(text, error=error, micro=False)
    size = len(code.matrix) + 2 * QUIET_ZONE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/>'
        f'<path stroke="#000" stroke-width="1" d="{_strokes(code.matrix)}"/></svg>'
    ), size


def _strokes(matrix: Any) -> str:
    strokes = []
    for y, row in enumerate(matrix):
        x = 0
        for is_dark, cells in groupby(row):
            width = len(list(cells))
            if is_dark:
                strokes.append(f"M{x + QUIET_ZONE} {y + QUIET_ZONE}.5h{width}")
            x += width
    return "".join(strokes)


def tinted(file_name: str, content: DesignContent) -> str:
    """Return one of our drawings in the colours of a design."""
    drawing = _drawing(file_name)
    for ours, share in SHADES.items():
        drawing = drawing.replace(f'"{ours}"', f'"{mixed_with_white(content.main_colour, share)}"')
    return drawing.replace(f'"{ACCENT}"', f'"{content.accent_colour}"')


@lru_cache(maxsize=8)
def _drawing(file_name: str) -> str:
    return (PRINT / file_name).read_text()


def colour_sheet(content: DesignContent) -> str:
    """Return the design's colours as a style sheet of properties: names of ours, checked values."""
    colours = {
        "main": content.main_colour,
        "main-soft": mixed_with_white(content.main_colour, 0.76),
        "wash": mixed_with_white(content.main_colour, 0.93),
        "accent": content.accent_colour,
    }
    return ":root { " + " ".join(f"--{name}: {value};" for name, value in colours.items()) + " }"

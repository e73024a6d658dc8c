"""How large a text may be set on paper, reckoned from the widths of our own fonts.

The renderer cannot be asked before it has laid the page out; a certificate of two pages must fit
at the first try, whatever the name.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont

FONTS = Path(__file__).resolve().parent / "fonts"
MM_PER_POINT = 25.4 / 72
Sizes = Sequence[tuple[float, int]]
"""Type size in points, and the most lines that a text may take at that size."""


def fitting_size(text: str, sizes: Sizes, *, face: str, measure: float) -> int:
    """Return the index of the largest size at which the text keeps to its number of lines."""
    for index, (points, most_lines) in enumerate(sizes):
        if line_count(text, points, face=face, measure=measure) <= most_lines:
            return index
    return len(sizes) - 1


def line_count(text: str, points: float, *, face: str, measure: float) -> int:
    """Count the lines of a text set at a size, words broken only where they are too long."""
    advances, units = _advances(face)
    scale = points * MM_PER_POINT / units
    lines, used = 1, 0.0
    for word in text.split():
        width = sum(advances.get(ord(sign), units) for sign in word) * scale
        space = advances[0x20] * scale if used else 0.0
        if used + space + width <= measure:
            used += space + width
            continue
        lines += (1 if used else 0) + int(width // measure)
        used = width % measure
    return lines


def height(text: str, points: float, *, face: str, measure: float, leading: float) -> float:
    """Return the height in mm of a text, 0 if there is none."""
    if not text:
        return 0.0
    count = line_count(text, points, face=face, measure=measure)
    return count * points * leading * MM_PER_POINT


@lru_cache(maxsize=8)
def _advances(face: str) -> tuple[Mapping[int, int], int]:
    """Return the width of each character of a bundled face, and the units of its em."""
    name = "andada-pro-600" if face == "display" else f"amparo-serif-{face}"
    with TTFont(FONTS / f"{name}.ttf", lazy=True) as font:
        widths = {code: font["hmtx"][name][0] for code, name in font.getBestCmap().items()}
        return widths, font["head"].unitsPerEm

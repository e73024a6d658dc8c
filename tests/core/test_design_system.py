"""The design's promises that a machine can hold: contrast, icons that exist, small files."""

from __future__ import annotations

import gzip
import re
from itertools import product
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CSS = ROOT / "static" / "css"
WASHES = ["indigo", "ochre", "green", "cochineal"]
GROUNDS = ["paper", "surface", "sunken", *[f"{dye}-wash" for dye in WASHES]]
TEXT_PAIRS = [
    *product(["ink", "ink-soft", "link"], GROUNDS),
    *[(dye, ground) for dye in WASHES for ground in ("paper", "surface", "sunken", f"{dye}-wash")],
    ("on-action", "action"),
    ("on-action", "action-hover"),
    ("on-exit", "exit"),
    *product(["on-deep", "on-deep-soft", "deep-accent"], ["deep"]),
]
PART_PAIRS = [
    *product(["edge-strong"], GROUNDS),
    *product(["focus", "action"], ["paper", "surface"]),
    ("focus", "sunken"),
    ("focus-deep", "deep"),
]


def _colours(theme: str) -> dict[str, str]:
    light, dark = (CSS / "tokens.css").read_text().split("(prefers-color-scheme: dark)")
    found = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", light))
    if theme == "dark":
        found.update(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", dark))
    return found


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXT_PAIRS, 4.5), (PART_PAIRS, 3.0)])
def test_colours_reach_aa(theme: str, pairs: list[tuple[str, str]], least: float) -> None:
    colours = _colours(theme)
    weak = [pair for pair in pairs if _contrast(colours[pair[0]], colours[pair[1]]) < least]
    assert weak == []


def test_every_icon_of_a_template_is_in_the_sprite() -> None:
    sprite = (ROOT / "static" / "icons" / "sprite.svg").read_text()
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', sprite))
    used = {
        name
        for template in (ROOT / "templates").rglob("*.html")
        for name in re.findall(r'(?:{% icon |icon_name=)"([\w-]+)"', template.read_text())
    }
    assert used - drawn == set()


def test_every_colour_of_a_stylesheet_is_a_token() -> None:
    named = set(re.findall(r"--([\w-]+):", "".join(f.read_text() for f in CSS.glob("*.css"))))
    used = {
        name
        for sheet in CSS.glob("*.css")
        for name in re.findall(r"var\(--([\w-]+)", sheet.read_text())
    }
    of_wagtail = {name for name in used if name.startswith("w-")}  # the admin's own colours
    assert used - named - of_wagtail == set()


def test_shared_styles_stay_small() -> None:
    shared = sum(
        len(gzip.compress((CSS / name).read_bytes())) for name in ("tokens.css", "base.css")
    )
    assert shared <= 8_000
    assert (ROOT / "static" / "fonts" / "andada-pro-600.woff2").stat().st_size <= 25_000


def test_error_page_500_asks_nothing_of_the_database() -> None:
    source = (ROOT / "templates" / "500.html").read_text()
    assert "{{" not in source
    assert set(re.findall(r"{% (\w+)", source)) == {"load", "static"}

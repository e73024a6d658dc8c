"""Colours of a design: how well a text of theirs is read on white, and their lighter shades."""

LEAST_CONTRAST = 4.5
"""Text against its ground, WCAG 2.2 success criterion 1.4.3."""


def contrast_with_white(colour: str) -> float:
    """Return the contrast of `#rrggbb` with white, 1 to 21, as WCAG 2.2 defines it."""
    shares = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    red, green, blue = shares
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def mixed_with_white(colour: str, share: float) -> str:
    """Return `#rrggbb` with this share of white mixed in."""
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(part + (255 - part) * share):02x}" for part in parts)

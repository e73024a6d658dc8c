"""Texts as they are compared: accents and capitals make no difference."""

import unicodedata


def without_accents(text: str) -> str:
    """Return a text in small letters without accents: Núñez is nunez."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def fold(text: str) -> str:
    """Return a text as names are compared: without accents, capitals and doubled blanks."""
    return " ".join(without_accents(text).split())

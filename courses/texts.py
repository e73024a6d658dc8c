"""Texts that carry all their languages in one value."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

Texts = Mapping[str, str]
"""A text by language code: {"es": "…", "en": "…"}."""


def languages() -> list[str]:
    """Return the codes of the product's languages, the source language first."""
    return [code for code, _name in settings.LANGUAGES]


def in_language(texts: Texts, language: str | None = None) -> str:
    """Return the text in a language (the active one by default), else in the source language."""
    wanted = (language or get_language() or settings.LANGUAGE_CODE)[:2]
    return texts.get(wanted) or texts.get(settings.LANGUAGE_CODE) or ""


def read_texts(data: Any) -> dict[str, str]:
    """Return a checked copy of a stored text; unknown languages and non-texts are left out."""
    if not isinstance(data, Mapping):
        return {}
    return {code: str(data[code]) for code in languages() if isinstance(data.get(code), str)}

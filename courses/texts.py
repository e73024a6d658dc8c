"""Texts that carry all their languages in one value."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from lms.core.terms import worded

Texts = Mapping[str, str]
"""A text by language code: {"es": "…", "en": "…"}."""


def languages() -> list[str]:
    """Return the codes of the product's languages, the source language first."""
    return [code for code, _name in settings.LANGUAGES]


def in_language(texts: Texts, language: str | None = None) -> str:
    """Return the text in a language (the active one by default), else in the source language.

    The terms that the owner of the site decides are worded in the language of the text.
    """
    wanted = (language or get_language() or settings.LANGUAGE_CODE)[:2]
    text = texts.get(wanted)
    if text:
        return worded(text, wanted)
    return worded(texts.get(settings.LANGUAGE_CODE) or "", settings.LANGUAGE_CODE)


def read_texts(data: Any) -> dict[str, str]:
    """Return a checked copy of a stored text; unknown languages and non-texts are left out."""
    if not isinstance(data, Mapping):
        return {}
    return {code: str(data[code]) for code in languages() if isinstance(data.get(code), str)}

"""Words that the owner of the site decides: texts write `{{enfoque}}`, and every page words it.

A State partner may have to word a term otherwise (Ley 32535 for “enfoque de género”), and the
substance of a course stays. What is stored, translated, frozen in a promise or exported to be
edited keeps the placeholder; what a person reads is worded.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.core.cache import cache
from django.utils.html import escape
from django.utils.translation import get_language

from lms.core.models import SiteTerm

PLACEHOLDER = re.compile(r"\{\{\s?([A-Za-z][A-Za-z0-9-]{0,39})\s?\}\}", re.ASCII)
LOOKS_LIKE_ONE = re.compile(r"\{\{(.{0,80}?)\}\}", re.DOTALL)
SHIPPED: Mapping[str, Mapping[str, str]] = {
    "enfoque": {"es": "enfoque de género", "en": "gender approach"},
}
"""How a term is worded where the database has no row for it."""
_ASKS_DATABASE: ContextVar[bool] = ContextVar("asks_database", default=True)
SECONDS_CACHED = 60
"""A new wording reaches every page within this time."""
CACHE_KEY = "site-terms"
_TAG = (
    r"<!--.*?-->|</?(?P<tag>[a-zA-Z][\w-]*)(?:[^>\"']|\"[^\"]*\"|'[^']*')*>"
    r"|\{\{[^{}]{1,42}\}\}"
)
_PARTS = re.compile(_TAG, re.DOTALL)
_LANG = re.compile(r"\slang=[\"']?([a-zA-Z]{2})")
_EMPTY_TAGS = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "use",
        "wbr",
        "path",
        "circle",
        "rect",
    ]
)


def known_terms() -> Mapping[str, Mapping[str, str]]:
    """Return the wording of every term by its key and language; at most one query, then cached."""
    if not _ASKS_DATABASE.get():
        return SHIPPED
    found: dict[str, Mapping[str, str]] | None = cache.get(CACHE_KEY)
    if found is None:
        rows = SiteTerm.objects.values_list("key", "text_es", "text_en")
        found = {**SHIPPED, **{key: {"es": es, "en": en} for key, es, en in rows}}
        cache.set(CACHE_KEY, found, SECONDS_CACHED)
    return found


@contextmanager
def shipped_terms() -> Iterator[None]:
    """Know only the terms that Amparo comes with, and ask no database: for tools that read files."""
    token = _ASKS_DATABASE.set(False)
    try:
        yield
    finally:
        _ASKS_DATABASE.reset(token)


def forget_terms() -> None:
    """Let this process read the wording anew; others do within SECONDS_CACHED."""
    cache.delete(CACHE_KEY)


def worded(text: str, language: str | None = None) -> str:
    """Return a plain text with every placeholder worded, in a language (the active one by default).

    A text without any costs no query. What no term is named like stays as it is written.
    """
    return _worded(text, language) if "{{" in text else text


def _worded(text: str, language: str | None, *, is_html: bool = False) -> str:
    terms = known_terms()
    code = (language or get_language() or settings.LANGUAGE_CODE)[:2]

    def word(found: re.Match[str]) -> str:
        name = found[1]
        texts = terms.get(name.lower())
        if texts is None:
            return found[0]
        chosen = texts.get(code) or texts[settings.LANGUAGE_CODE[:2]]
        chosen = chosen[:1].upper() + chosen[1:] if name[0].isupper() else chosen
        return escape(chosen) if is_html else chosen

    return PLACEHOLDER.sub(word, text)


def worded_page(html: str) -> str:
    """Return a page or a piece of one with its placeholders worded, and the words escaped.

    Each place is worded in its own language, which its nearest `lang` says. What a person is
    typing (a `textarea`, an `input`) is left as it was typed.
    """
    return "".join(_pieces(html)) if "{{" in html else html


def _pieces(html: str) -> Iterator[str]:
    open_tags: list[tuple[str, str | None]] = []
    position = 0
    for part in _PARTS.finditer(html):
        language = open_tags[-1][1] if open_tags else None
        yield html[position : part.start()]
        position = part.end()
        text, tag = part[0], (part["tag"] or "").lower()
        if tag and text.startswith("</"):
            _close(open_tags, tag)
            yield text
            continue
        if tag:
            said = _LANG.search(text)
            language = said[1].lower() if said else language
            if tag not in _EMPTY_TAGS and not text.endswith("/>"):
                open_tags.append((tag, language))
        is_typed = tag == "input" or (bool(open_tags) and open_tags[-1][0] == "textarea")
        yield text if is_typed or "{{" not in text else _worded(text, language, is_html=True)
    yield html[position:]


def _close(open_tags: list[tuple[str, str | None]], tag: str) -> None:
    """Forget the innermost open element of this name, and all that was left open inside it."""
    for place in range(len(open_tags) - 1, -1, -1):
        if open_tags[place][0] == tag:
            del open_tags[place:]
            return


def unknown_terms(text: str) -> list[str]:
    """Return the placeholders of a text that no term is named like, as they are written."""
    if "{{" not in text:
        return []
    known = known_terms()
    found = []
    for match in LOOKS_LIKE_ONE.finditer(text):
        name = PLACEHOLDER.fullmatch(match[0])
        if name is None or name[1].lower() not in known:
            found.append(match[0])
    return found

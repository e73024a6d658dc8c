"""Comparing what a file says with what our record says; only a hint, never the verdict.

Whoever changes a file can also fool a reader of its text. So the facts of our record are the
answer, and this only points at what to look at.
"""

import re
import unicodedata

from certificates.models import Certificate
from certificates.presenting import Line, answer_for

_SPACES = re.compile(r"\s+")
_BETWEEN = re.compile(r"(?<!\d)[,·]|[,·](?!\d)")
"""Commas and dots that join what the page prints apart; the ones inside numbers stay."""


def compared(
    text: str, certificate: Certificate, *, language: str
) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Return the facts of our record that stand in a file's text, and those that do not.

    Both are worded in `language`; they are looked for in the certificate's own.
    """
    plain = _plain(text)
    printed = answer_for(certificate, language=certificate.language, now=certificate.issued_at)
    shown = answer_for(certificate, language=language, now=certificate.issued_at)
    standing: list[Line] = []
    missing: list[Line] = []
    for own, line in zip(printed.lines, shown.lines, strict=True):
        (standing if _stands(own.text, plain) else missing).append(line)
    return tuple(standing), tuple(missing)


def _plain(text: str) -> str:
    return _SPACES.sub(" ", _BETWEEN.sub(" ", unicodedata.normalize("NFKC", text)))


def _stands(wanted: str, text: str) -> bool:
    """Look for a fact as a whole; a reader of PDF may put a space anywhere, or leave one out.

    So two lines may stand together without a space, and yet `2,8` does not stand in `12,8`, nor
    `Ana` in `Anabel`.
    """
    signs = [re.escape(sign) for sign in _plain(wanted) if sign != " "]
    found = re.finditer(" ?".join(signs), text) if signs else ()
    return any(
        not _grows(text[max(one.start() - 2, 0) : one.start()], one[0])
        and not _goes_on(one[0], text[one.end() : one.end() + 2])
        for one in found
    )


def _grows(before: str, fact: str) -> bool:
    """Whether the fact is the rest of a longer word or number."""
    last = before[-1:]
    if fact[0].isdigit():
        return last.isdigit() or (before[:1].isdigit() and last in ".,")
    return last.isupper() if fact[0].isupper() else last.isalpha()


def _goes_on(fact: str, after: str) -> bool:
    """Whether the fact is the beginning of a longer word or number."""
    first = after[:1]
    if fact[-1].isdigit():
        return first.isdigit() or (first in (".", ",") and after[1:].isdigit())
    return first.islower() if fact[-1].islower() else first.isalpha()

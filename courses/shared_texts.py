"""Helplines and glossary in the reader's language, as plain values that may be cached."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache

from courses.models import GlossaryTerm, Helpline
from courses.models.serving import active_language

SECONDS_CACHED = 60
"""A corrected number reaches every page within this time."""
CHECK_EVERY = timedelta(days=180)
"""How long a check of a telephone or a service is taken for recent."""


def is_long_ago(checked_on: date | None, *, today: date) -> bool:
    """Whether a check was made, but so long ago that pages must say so."""
    return checked_on is not None and today - checked_on >= CHECK_EVERY


@dataclass(frozen=True)
class HelplineCard:
    """One telephone line; `language` is set where it is not the reader's."""

    number: str
    name: str
    purpose: str
    hours: str
    languages: str
    is_emergency: bool
    verified_on: date | None
    source_read_on: date
    language: str


@dataclass(frozen=True)
class GlossaryEntry:
    """One term with its meaning, and the same term in the other language."""

    key: str
    term: str
    definition: str
    other_term: str
    other_language: str


def helplines() -> list[HelplineCard]:
    """Return the lines in the active language, in their order; at most one query, then cached."""
    active = active_language()
    name = f"helplines:{active}"
    found: list[HelplineCard] | None = cache.get(name)
    if found is None:
        found = _read_helplines(active)
        cache.set(name, found, SECONDS_CACHED)
    return found


def _read_helplines(active: str) -> list[HelplineCard]:
    rows = (
        Helpline.objects.filter(locale__language_code__in={active, settings.LANGUAGE_CODE})
        .select_related("locale")
        .order_by("sort_order", "key")
    )
    return [
        HelplineCard(
            number=line.number,
            name=line.name,
            purpose=line.purpose,
            hours=line.hours,
            languages=line.spoken_languages,
            is_emergency=line.is_emergency,
            verified_on=line.verified_on,
            source_read_on=line.source_read_on,
            language="" if line.locale.language_code == active else line.locale.language_code,
        )
        for line in _one_for_each_key(rows, active)
    ]


def glossary() -> list[GlossaryEntry]:
    """Return the terms in the order of the alphabet of the active language; one query."""
    active = active_language()
    rows = list(GlossaryTerm.objects.select_related("locale"))
    others = {row.key: row for row in rows if row.locale.language_code != active}
    entries = []
    for row in _one_for_each_key(rows, active):
        other = others.get(row.key)
        is_translated = other is not None and other.pk != row.pk
        entries.append(
            GlossaryEntry(
                key=row.key,
                term=row.term,
                definition=row.definition,
                other_term=other.term if other is not None and is_translated else "",
                other_language=other.locale.language_code
                if other is not None and is_translated
                else "",
            )
        )
    return sorted(entries, key=lambda entry: sort_key(entry.term))


def sort_key(text: str) -> str:
    """Return a text without accents and capitals, for sorting and for its first letter."""
    plain = str.maketrans("áéíóúüñ", "aeiouun")
    return text.casefold().translate(plain)


def _one_for_each_key(rows: Iterable[Any], active: str) -> list[Any]:
    """Return one row for each key, the active language's where it exists."""
    chosen: dict[str, Any] = {}
    for row in rows:
        if row.key not in chosen or row.locale.language_code == active:
            chosen[row.key] = row
    return list(chosen.values())

"""How a source is said to a reader: what the author wrote, and what its record says today."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from courses.enums import SourceKind, SourceState
from courses.models import SourceRecord

RULES = (SourceKind.TREATY, SourceKind.NORM, SourceKind.CASE_LAW, SourceKind.PROTOCOL)
"""Kinds of source that can be in force, or no longer."""


@dataclass(frozen=True)
class SourceCard:
    """What readers are told of a record, as plain values that may be cached."""

    key: str
    number: str
    title_es: str
    title_en: str
    issued: str
    url: str
    mark: str
    state: str
    state_checked_date: date | None
    replaced_by: str
    is_rule: bool


def card_of(record: SourceRecord) -> SourceCard:
    """Return the card of a record; what replaced it is read too."""
    return SourceCard(
        key=record.key,
        number=record.number,
        title_es=record.title_es,
        title_en=record.title_en,
        issued=record.issued,
        url=record.url,
        mark=record.mark,
        state=record.state,
        state_checked_date=record.state_checked_date,
        replaced_by=str(record.replaced_by) if record.replaced_by else "",
        is_rule=record.kind in RULES and record.state != SourceState.NOT_A_RULE,
    )


@dataclass(frozen=True)
class Cited:
    """One source as it is shown; `state` says in words that it is not simply in force."""

    words: str
    place: str
    date: str
    url: str
    mark: str
    state: str
    is_rule: bool


@dataclass(frozen=True)
class CitedSources:
    """The sources of an item; `as_of` is the day on which the oldest check of a norm was made."""

    lines: tuple[Cited, ...]
    has_rules: bool
    as_of: date | None


def cite_all(
    sources: Iterable[Mapping[str, Any]], cards: Mapping[str, SourceCard], *, language: str
) -> CitedSources:
    """Return how sources are shown, those left out that say nothing.

    Args:
        sources: what was stored of each: label, date, url, mark, and a record's key with a place.
        cards: the records by their keys; one that is gone is shown by its key.
        language: the reader's.
    """
    lines, days = [], []
    for source in sources:
        said = {name: str(source.get(name) or "") for name in _NAMES}
        card = cards.get(said["record"])
        line = _cited(said, card, language)
        if not line.words:
            continue
        lines.append(line)
        if card is not None and card.is_rule and card.state_checked_date:
            days.append(card.state_checked_date)
    return CitedSources(
        lines=tuple(lines),
        has_rules=any(line.is_rule for line in lines),
        as_of=min(days, default=None),
    )


_NAMES = ("label", "date", "url", "mark", "record", "place")


def _cited(said: Mapping[str, str], card: SourceCard | None, language: str) -> Cited:
    if card is None:
        key = said["record"].replace("-", " ").replace("_", " ")
        day = date_words(said["date"])
        words = said["label"] or key
        return Cited(words, said["place"], day, said["url"], said["mark"], "", is_rule=False)
    return Cited(
        words=said["label"] or card_words(card, language),
        place=said["place"],
        date=date_words(said["date"] or card.issued),
        url=said["url"] or card.url,
        mark=said["mark"] or card.mark,
        state=state_words(card) if card.is_rule else "",
        is_rule=card.is_rule,
    )


def card_words(card: SourceCard, language: str) -> str:
    """Return number and title of a source, the number once."""
    title = card.title_en if language == "en" else card.title_es
    if not card.number or title.startswith(card.number):
        return title
    return f"{card.number}, {title}"


def state_words(card: SourceCard) -> str:
    """Return in words that a norm is not simply in force; empty if it is."""
    if card.state == SourceState.REPEALED:
        if card.replaced_by:
            words = _("no longer in force; replaced by %(source)s")
            return words % {"source": card.replaced_by}
        return _("no longer in force")
    if card.state == SourceState.AMENDED:
        return _("amended: read the current text")
    if card.state == SourceState.UNKNOWN:
        return _("not confirmed that it is in force")
    return ""


def date_words(text: str) -> str:
    """Return a day, a month or a year in the reader's language; other texts as they are."""
    parts = text.split("-")
    if len(parts) == 1 or not all(part.isdecimal() for part in parts):
        return text
    try:
        day = date(int(parts[0]), int(parts[1]), int(parts[2]) if len(parts) > 2 else 1)
    except ValueError:
        return text
    return date_format(day, "DATE_FORMAT" if len(parts) > 2 else "YEAR_MONTH_FORMAT")

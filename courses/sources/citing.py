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
    sources: Iterable[Any], records: Mapping[str, SourceRecord], *, language: str
) -> CitedSources:
    """Return how sources are shown, those left out that say nothing.

    Args:
        sources: values of a `SourceBlock`, or the `Source` of questions and cases.
        records: the records by their keys; one that is gone is shown by its key.
        language: the reader's.
    """
    lines, days = [], []
    for source in sources:
        read = source.get if hasattr(source, "get") else lambda name, one=source: getattr(one, name)
        named = read("record")
        key = str(getattr(named, "key", named) or "")
        record = named if isinstance(named, SourceRecord) else records.get(key)
        line = _cited({name: str(read(name) or "") for name in _WORDS}, record, key, language)
        if not line.words:
            continue
        lines.append(line)
        if record is not None and line.is_rule and record.state_checked_date:
            days.append(record.state_checked_date)
    return CitedSources(
        lines=tuple(lines),
        has_rules=any(line.is_rule for line in lines),
        as_of=min(days, default=None),
    )


_WORDS = ("label", "date", "url", "mark", "place")


def _cited(said: Mapping[str, str], record: SourceRecord | None, key: str, language: str) -> Cited:
    if record is None:
        words = said["label"] or key.replace("-", " ").replace("_", " ")
        return Cited(
            words, said["place"], date_words(said["date"]), said["url"], said["mark"], "", False
        )
    is_rule = is_a_rule(record)
    return Cited(
        words=said["label"] or record_words(record, language),
        place=said["place"],
        date=date_words(said["date"] or record.issued),
        url=said["url"] or record.url,
        mark=said["mark"] or record.mark,
        state=state_words(record) if is_rule else "",
        is_rule=is_rule,
    )


def is_a_rule(record: SourceRecord) -> bool:
    """Say whether a source can be in force, or no longer."""
    return record.kind in RULES and record.state != SourceState.NOT_A_RULE


def record_words(record: SourceRecord, language: str) -> str:
    """Return number and title of a source, the number once."""
    title = record.title_in(language)
    if not record.number or title.startswith(record.number):
        return title
    return f"{record.number}, {title}"


def state_words(record: SourceRecord) -> str:
    """Return in words that a norm is not simply in force; empty if it is."""
    if record.state == SourceState.REPEALED:
        if record.replaced_by is not None:
            words = _("no longer in force; replaced by %(source)s")
            return words % {"source": record.replaced_by}
        return _("no longer in force")
    if record.state == SourceState.AMENDED:
        return _("amended: read the current text")
    if record.state == SourceState.UNKNOWN:
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

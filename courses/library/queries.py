"""All that the public library shows, as plain values in the reader's language that may be cached."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from django.core.cache import cache
from django.urls import reverse
from django.utils.html import strip_tags

from courses.enums import Region, ServiceKind, SourceKind, SourceState
from courses.models import Card, Figure, Service, SourceRecord
from courses.models.serving import active_language
from courses.shared_texts import SECONDS_CACHED, GlossaryEntry, HelplineCard, glossary, helplines
from courses.texts import in_language
from lms.core.accents import fold
from lms.core.terms import worded

RULES = (SourceKind.TREATY, SourceKind.NORM, SourceKind.CASE_LAW, SourceKind.PROTOCOL)
"""The kinds of source that stand among the norms; figures and press stand behind what cites them."""
Shelf = Literal["norms", "services", "figures", "cards", "terms", "lines"]
SHELVES: tuple[Shelf, ...] = ("norms", "services", "figures", "cards", "terms", "lines")


@dataclass(frozen=True)
class SourceLink:
    """A source as a figure or a card names it."""

    title: str
    number: str
    url: str
    date: str


@dataclass(frozen=True)
class Norm:
    """A treaty, a law, a decision or a protocol, with its state and who checked it when.

    `checked_on` is None where nobody did yet; `replaced_by` is the number of what came after it.
    """

    key: str
    number: str
    title: str
    kind: str
    state: str
    state_words: str
    issued: str
    checked_on: date | None
    replaced_by: str
    replaced_by_key: str
    summary: str
    url: str
    needs_legal_review: bool
    folded: str = field(repr=False, default="")


@dataclass(frozen=True)
class ServiceEntry:
    """A public service; `region` is empty for the whole country."""

    key: str
    name: str
    kind: str
    kind_words: str
    purpose: str
    region: str
    region_name: str
    phone: str
    hours: str
    languages: str
    url: str
    source: str
    source_read_on: date
    verified_on: date | None
    folded: str = field(repr=False, default="")


@dataclass(frozen=True)
class FigureEntry:
    """A number with its unit, period, who counted it, and how to read it."""

    key: str
    value: str
    unit: str
    what: str
    year: int
    period: str
    body: str
    region: str
    region_name: str
    note: str
    source: SourceLink
    folded: str = field(repr=False, default="")


@dataclass(frozen=True)
class CardEntry:
    """A card in the list; `language` is set where it is not the reader's."""

    key: str
    title: str
    purpose: str
    url: str
    last_reviewed_date: date
    review_due_date: date
    language: str
    folded: str = field(repr=False, default="")


@dataclass(frozen=True)
class Library:
    """Every shelf, whole or as far as a search found something on it."""

    norms: Sequence[Norm] = ()
    services: Sequence[ServiceEntry] = ()
    figures: Sequence[FigureEntry] = ()
    cards: Sequence[CardEntry] = ()
    terms: Sequence[GlossaryEntry] = ()
    lines: Sequence[HelplineCard] = ()

    def shelf(self, name: Shelf) -> Sequence[Any]:
        """Return what stands on one shelf."""
        found: Sequence[Any] = getattr(self, name)
        return found

    @property
    def total(self) -> int:
        """How many things stand here."""
        return sum(len(self.shelf(name)) for name in SHELVES)


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for; an empty value asks for nothing."""

    words: str = ""
    shelf: str = ""
    region: str = ""
    state: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for."""
        return not (self.words or self.shelf or self.region or self.state)


def whole_library() -> Library:
    """Return all that is on the shelves in the active language; six queries, then cached."""
    active = active_language()
    name = f"library:{active}"
    found: Library | None = cache.get(name)
    if found is None:
        found = Library(
            norms=_norms(active),
            services=_services(active),
            figures=_figures(active),
            cards=_cards(active),
            terms=glossary(),
            lines=helplines(),
        )
        cache.set(name, found, SECONDS_CACHED)
    return found


def forget_library() -> None:
    """Let this process read the shelves anew; others do within SECONDS_CACHED."""
    cache.delete_many(
        [f"{kind}:{code}" for kind in ("library", "helplines") for code in ("es", "en")]
    )


def _said(record: Any, name: str, language: str) -> str:
    return in_language(
        {"es": getattr(record, f"{name}_es"), "en": getattr(record, f"{name}_en")}, language
    )


def _norms(language: str) -> list[Norm]:
    rows = (
        SourceRecord.objects.filter(is_in_library=True, kind__in=RULES)
        .select_related("replaced_by")
        .order_by("kind", "-issued", "key")
    )
    order = {kind.value: place for place, kind in enumerate(RULES)}
    return [_norm(row, language) for row in sorted(rows, key=lambda row: order[row.kind])]


def _norm(row: SourceRecord, language: str) -> Norm:
    new = row.replaced_by
    title, summary = _said(row, "title", language), _said(row, "summary", language)
    replaced_by = (new.number or _said(new, "title", language)) if new else ""
    return Norm(
        key=row.key,
        number=row.number,
        title=title,
        kind=str(SourceKind(row.kind).label),
        state=row.state,
        state_words=str(SourceState(row.state).label),
        issued=row.issued,
        checked_on=row.state_checked_date,
        replaced_by=replaced_by,
        replaced_by_key=new.key if new and new.is_in_library and new.kind in RULES else "",
        summary=summary,
        url=row.url,
        needs_legal_review=row.needs_legal_review,
        folded=fold(f"{row.number} {title} {summary} {replaced_by} {row.issued}"),
    )


def _services(language: str) -> list[ServiceEntry]:
    found = []
    for row in Service.objects.order_by("sort_order", "key"):
        name, purpose = _said(row, "name", language), _said(row, "purpose", language)
        kind = str(ServiceKind(row.kind).label)
        region = Region(row.region).label if row.region else ""
        found.append(
            ServiceEntry(
                key=row.key,
                name=name,
                kind=row.kind,
                kind_words=kind,
                purpose=purpose,
                region=row.region,
                region_name=region,
                phone=row.phone,
                hours=_said(row, "hours", language),
                languages=_said(row, "spoken_languages", language),
                url=row.url,
                source=row.source,
                source_read_on=row.source_read_on,
                verified_on=row.verified_on,
                folded=fold(f"{name} {kind} {purpose} {region} {row.phone}"),
            )
        )
    return found


def _figures(language: str) -> list[FigureEntry]:
    rows = Figure.objects.select_related("source").order_by("-year", "sort_order", "key")
    return [_figure(row, language) for row in rows]


def _figure(row: Figure, language: str) -> FigureEntry:
    words = {
        name: _said(row, name, language) for name in ("unit", "what", "period", "body", "note")
    }
    region = Region(row.region).label if row.region else ""
    source = source_link(row.source, language)
    return FigureEntry(
        key=row.key,
        value=row.value,
        year=row.year,
        region=row.region,
        region_name=region,
        source=source,
        folded=fold(f"{row.value} {' '.join(words.values())} {region} {row.year} {source.title}"),
        **words,
    )


def source_link(row: SourceRecord, language: str) -> SourceLink:
    """Return a source as figures and cards name it."""
    return SourceLink(_said(row, "title", language), row.number, row.url, row.issued)


def _cards(active: str) -> list[CardEntry]:
    chosen: dict[str, Card] = {}
    for row in Card.objects.select_related("locale").order_by("sort_order", "key"):
        if row.key not in chosen or row.locale.language_code == active:
            chosen[row.key] = row
    return [_card(row, active) for row in chosen.values()]


def _card(row: Card, active: str) -> CardEntry:
    code = row.locale.language_code
    title, purpose = worded(row.title, code), worded(row.purpose, code)
    texts = " ".join(str(block.value) for block in row.body)
    return CardEntry(
        key=row.key,
        title=title,
        purpose=purpose,
        url=reverse("library_card", args=[row.key]),
        last_reviewed_date=row.last_reviewed_date,
        review_due_date=row.review_due_date,
        language="" if code == active else code,
        folded=fold(f"{title} {purpose} {worded(strip_tags(texts), code)}"),
    )


def card_of(key: str) -> Card | None:
    """Return a card in the active language, else in another; two queries, one for its sources."""
    active = active_language()
    rows = list(Card.objects.filter(key=key).select_related("locale").prefetch_related("sources"))
    rows.sort(key=lambda row: row.locale.language_code != active)
    return rows[0] if rows else None


def search(library: Library, wanted: Wanted) -> Library:
    """Return what every word is found in, accents and capitals aside, within the filters.

    A region keeps what is there for it: its own services before those of the whole country, and
    its own figures. A state keeps norms.
    """
    words = fold(wanted.words).split()

    def found(name: Shelf) -> list[Any]:
        if wanted.shelf and wanted.shelf != name:
            return []
        return [one for one in _within(library, name, wanted) if _has(one, words)]

    return Library(**{name: found(name) for name in SHELVES})


def _within(library: Library, name: Shelf, wanted: Wanted) -> Sequence[Any]:
    if wanted.state:
        is_norm = name == "norms" and not wanted.region
        return [norm for norm in library.norms if norm.state == wanted.state] if is_norm else []
    if not wanted.region:
        return library.shelf(name)
    if name == "figures":
        return [one for one in library.figures if one.region == wanted.region]
    if name == "services":
        there = [one for one in library.services if one.region in (wanted.region, "")]
        return sorted(there, key=lambda one: one.region == "")
    return []


def _has(one: Any, words: Sequence[str]) -> bool:
    return all(word in _folded(one) for word in words)


def _folded(one: Any) -> str:
    if isinstance(one, GlossaryEntry):
        return fold(f"{one.term} {one.definition} {one.other_term}")
    if isinstance(one, HelplineCard):
        return fold(f"{one.number} {one.name} {one.purpose} {one.languages}")
    return str(one.folded)

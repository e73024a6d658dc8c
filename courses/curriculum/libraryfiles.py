"""Services, figures and cards of the public library, each checked as its form checks it."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from courses.blocks import CardBody
from courses.curriculum.body import Block, read_body
from courses.curriculum.documents import Document, Source, read_document, read_records
from courses.curriculum.fields import KEY, Fields
from courses.curriculum.structures import CardSpec, CardText, Curriculum, RecordSpec
from courses.enums import Region, ServiceKind
from courses.models import Card, Figure, Service
from courses.models.library import FIGURE_MARKS, HAS_A_DIGIT, PHONE
from courses.sheltered import sheltering_words
from courses.texts import languages

SERVICES = "services.yaml"
FIGURES = "figures.yaml"
CARDS = "cards"
_CARD_SHARED = ("order", "sources", "last_reviewed", "review_due", "shows_helplines")
_CARD_BLOCKS = tuple(CardBody().child_blocks)


def read_library(source: Source, curriculum: Curriculum) -> None:
    """Read all three, where the folder has them."""
    curriculum.services = _read_list(source, SERVICES, _service)
    curriculum.figures = _read_list(source, FIGURES, _figure)
    curriculum.cards = _read_cards(source)


def _read_list(
    source: Source, path: str, read: Callable[[Fields], dict[str, Any]]
) -> list[RecordSpec]:
    found: dict[str, RecordSpec] = {}
    for order, record in enumerate(read_records(source, path) if source.has(path) else ()):
        key = record.key("key")
        values = {**read(record), "sort_order": order}
        named = values.pop("source_key", "")
        record.finish()
        if key in found:
            record.note(f"the key `{key}` is taken by line {found[key].line}", "key")
        else:
            found[key] = RecordSpec(path, key, record.line, values, named)
    return list(found.values())


def _both(record: Fields, name: str, model: Any, *, is_required: bool = True) -> dict[str, str]:
    """Return a text of both languages as the two columns of the record."""
    if not is_required and not record.has(name):
        return {f"{name}_{code}": "" for code in languages()}
    texts = record.record(name)
    found = {
        f"{name}_{code}": texts.text(code, longest=_longest(model, f"{name}_{code}"))
        for code in languages()
    }
    texts.finish()
    return found


def _longest(model: Any, field: str) -> int:
    length: int = model._meta.get_field(field).max_length
    return length


def _service(record: Fields) -> dict[str, Any]:
    values: dict[str, Any] = {"kind": record.choice("kind", ServiceKind.values)}
    for name in ("name", "purpose"):
        values |= _both(record, name, Service)
    values |= _both(record, "hours", Service, is_required=False)
    spoken = _both_named(record, "languages", "spoken_languages")
    values |= spoken | {
        "region": _region(record),
        "phone": record.text("phone", longest=30, is_required=False),
        "url": record.text("url", longest=_longest(Service, "url"), is_required=False),
        "source": record.text("source", longest=_longest(Service, "source")),
        "source_read_on": record.day("source_read_on"),
        "verified_on": record.day("verified_on", is_nullable=True),
    }
    if values["phone"] and not re.search(PHONE, values["phone"]):
        record.note("`phone` takes digits, blanks and hyphens only", "phone")
    if values["url"] and not values["url"].startswith("https://"):
        record.note("`url` begins with https://", "url")
    _check_shelter(record, values)
    return values


def _both_named(record: Fields, name: str, field: str) -> dict[str, str]:
    if not record.has(name):
        return {f"{field}_{code}": "" for code in languages()}
    texts = record.record(name)
    found = {
        f"{field}_{code}": texts.text(code, longest=_longest(Service, f"{field}_{code}"))
        for code in languages()
    }
    texts.finish()
    return found


def _check_shelter(record: Fields, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        words = sheltering_words(value) if isinstance(value, str) else ""
        if words:
            field = name.rpartition("_")[0] or name
            record.note(
                f"`{name}` says “{words}”: the library says no place where people are protected, "
                "and no street",
                field,
            )


def _region(record: Fields) -> str:
    return record.choice("region", Region.values) if record.has("region") else ""


def _figure(record: Fields) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name in ("what", "unit", "period", "body", "note"):
        values |= _both(record, name, Figure)
    values |= {
        "value": record.text("value", longest=_longest(Figure, "value")),
        "year": record.whole("year", 2000, 2100),
        "region": _region(record),
        "mark": record.choice("mark", FIGURE_MARKS),
        "source_key": record.key("source"),
    }
    if values["value"] and not re.search(HAS_A_DIGIT, values["value"]):
        record.note("`value` has no digit", "value")
    return values


def _read_cards(source: Source) -> list[CardSpec]:
    folder = source.folder / CARDS
    first = languages()[0]
    found = []
    for file in sorted(folder.glob(f"*.{first}.md")):
        key = file.name.removesuffix(f".{first}.md")
        path = f"{CARDS}/{file.name}"
        if not KEY.fullmatch(key):
            message = "the name of a card takes small letters, digits and hyphens only"
            source.problems.add(path, 1, message)
            continue
        spec = _read_card(source, key)
        if spec is not None:
            found.append(spec)
    return found


def _read_card(source: Source, key: str) -> CardSpec | None:
    shared: dict[str, Any] = {}
    sources: tuple[tuple[str, int], ...] = ()
    texts: dict[str, CardText] = {}
    for language in languages():
        path = f"{CARDS}/{key}.{language}.md"
        if not source.has(path):
            source.problems.add(path, 1, "this file is missing: a card has all languages")
            return None
        document = read_document(source, path)
        if document is None:
            return None
        if language == languages()[0]:
            shared |= _card_shared(document)
            sources = tuple(document.header.texts("sources", is_required=False))
        texts[language] = _card_text(document, source)
        document.header.finish(elsewhere=_CARD_SHARED)
    _check_shapes(texts, source)
    return CardSpec(key, shared, sources, texts)


def _card_shared(document: Document) -> dict[str, Any]:
    header = document.header
    last, due = header.day("last_reviewed"), header.day("review_due")
    if last and due and due < last:
        header.note("`review_due` must not be before `last_reviewed`", "review_due")
    shows = header.has("shows_helplines") and header.truth("shows_helplines")
    return {
        "sort_order": header.whole("order", 1, 999),
        "last_reviewed_date": last,
        "review_due_date": due,
        "shows_helplines": shows,
    }


def _card_text(document: Document, source: Source) -> CardText:
    header, problems = document.header, source.problems
    values = {
        name: header.text(name, longest=_longest(Card, name)) for name in ("title", "purpose")
    }
    body = read_body(document.body, problems)
    if not body:
        header.note("the card has no text")
    for block in body:
        if block.kind not in _CARD_BLOCKS:
            message = f"a card takes no `{block.kind}`; it takes {', '.join(_CARD_BLOCKS)}"
            problems.add(document.path, block.line, message)
    for number, line in enumerate(document.body.lines, document.body.first):
        words = sheltering_words(line)
        if words:
            message = f"says “{words}”: the library says no place where people are protected"
            problems.add(document.path, number, message)
    return CardText(document.path, values, body)


def _check_shapes(texts: Mapping[str, CardText], source: Source) -> None:
    first, *others = texts.values()
    expected = _shapes(first.body)
    for other in others:
        if _shapes(other.body) != expected:
            message = f"both languages have the same blocks; {first.path} has others"
            source.problems.add(other.path, 1, message)


def _shapes(body: tuple[Block, ...]) -> list[str]:
    return [block.shape for block in body]

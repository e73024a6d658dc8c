"""Brings services, figures and cards into the database."""

from collections.abc import Iterable, Mapping
from typing import Any

from wagtail.models import Locale

from courses.curriculum.ledger import Decision, Entry, Ledger
from courses.curriculum.problems import Problems
from courses.curriculum.states import fetch, state_of
from courses.curriculum.streams import as_stream
from courses.curriculum.structures import CardSpec, Curriculum, RecordSpec
from courses.models import Card, Figure, Service, SourceRecord
from courses.texts import languages

WRITTEN = (Decision.CREATE, Decision.UPDATE)


def library_paths(curriculum: Curriculum) -> list[str]:
    """Return the path of every record of the library that the files describe."""
    found = [spec.record_path for spec in (*curriculum.services, *curriculum.figures)]
    return found + [text.path for card in curriculum.cards for text in card.texts.values()]


def write_library(
    curriculum: Curriculum, ledger: Ledger, problems: Problems, locales: Mapping[str, Locale]
) -> None:
    """Write what is new or changed; the sources that they name are in the database by now."""
    sources = {row.key: row for row in SourceRecord.objects.all()}
    _write_records(Service, curriculum.services, ledger, {})
    figures = []
    for spec in curriculum.figures:
        if spec.source not in sources:
            message = f"there is no source `{spec.source}` in sources.yaml"
            problems.add(spec.path, spec.line, message)
        else:
            figures.append(spec)
    _write_records(Figure, figures, ledger, sources)
    for card in curriculum.cards:
        for key, line in card.sources:
            if key not in sources:
                path = card.texts[languages()[0]].path
                problems.add(path, line, f"there is no source `{key}` in sources.yaml")
    if not problems:
        _write_cards(curriculum.cards, ledger, sources, locales)


def _write_records(
    model: Any, specs: Iterable[RecordSpec], ledger: Ledger, sources: Mapping[str, SourceRecord]
) -> None:
    records, states = fetch(model, ledger.ids(model._meta.label_lower))
    by_key = {row.key: row for row in model.objects.all()}
    for spec in specs:
        entry = Entry(str(model._meta.verbose_name_raw), spec.record_path, spec.digest)
        item = ledger.item(entry.path)
        if item is not None:
            record = records.get(item.object_id)
            state = states[item.label, item.object_id] if record else ""
        else:
            record = by_key.get(spec.key)
            state = state_of(record) if record else ""
        if ledger.decide(entry, record, state) not in WRITTEN:
            continue
        record = record or model(key=spec.key)
        for name, value in spec.values.items():
            setattr(record, name, value)
        if spec.source:
            record.source = sources[spec.source]
        record.save()
        ledger.wrote(entry, record)


def _write_cards(
    cards: Iterable[CardSpec],
    ledger: Ledger,
    sources: Mapping[str, SourceRecord],
    locales: Mapping[str, Locale],
) -> None:
    records, states = fetch(Card, ledger.ids(Card._meta.label_lower))
    for spec in cards:
        translation_key = None
        for language, text in spec.texts.items():
            entry = Entry(str(Card._meta.verbose_name_raw), text.path, spec.digest(language))
            item = ledger.item(text.path)
            if item is not None:
                record = records.get(item.object_id)
                state = states[item.label, item.object_id] if record else ""
            else:
                record = Card.objects.filter(key=spec.key, locale=locales[language]).first()
                state = state_of(record) if record else ""
            if ledger.decide(entry, record, state) in WRITTEN:
                if record is None:
                    record = Card(key=spec.key, locale=locales[language])
                    record.translation_key = translation_key or record.translation_key
                for name, value in {**spec.shared, **text.values}.items():
                    setattr(record, name, value)
                record.body = as_stream(text.body, f"cards/{spec.key}", language, {})[0]
                record.save()
                record.sources.set([sources[key] for key, _line in spec.sources])
                ledger.wrote(entry, record)
            if record is not None:
                translation_key = translation_key or record.translation_key

"""Brings helplines and glossary terms into the database, both languages under one key."""

from collections.abc import Iterable, Mapping
from typing import Any

from wagtail.models import Locale

from courses.curriculum.ledger import Decision, Entry, Ledger
from courses.curriculum.states import fetch, state_of
from courses.curriculum.structures import SnippetSpec
from courses.texts import languages


def snippet_path(spec: SnippetSpec, language: str) -> str:
    """Return the path under which a record of a list is remembered."""
    return f"{spec.path}#{spec.key}.{language}"


def write_snippets(
    model: Any, specs: Iterable[SnippetSpec], ledger: Ledger, locales: Mapping[str, Locale]
) -> dict[str, int]:
    """Write the records of a list; return their ids by `key.language`."""
    label = model._meta.label_lower
    records, states = fetch(model, ledger.ids(label))
    ids: dict[str, int] = {}
    for spec in specs:
        translation_key = None
        for language in languages():
            path = snippet_path(spec, language)
            item = ledger.item(path)
            if item is not None:
                record = records.get(item.object_id)
                state = states[label, item.object_id] if record else ""
            else:
                record = model.objects.filter(key=spec.key, locale=locales[language]).first()
                state = state_of(record) if record else ""
            entry = Entry(str(model._meta.verbose_name_raw), path, spec.digest(language))
            decision = ledger.decide(entry, record, state)
            if decision in (Decision.CREATE, Decision.UPDATE):
                if record is None:
                    record = model(key=spec.key, locale=locales[language])
                    record.translation_key = translation_key or record.translation_key
                for name, value in {**spec.shared, **spec.texts[language]}.items():
                    setattr(record, name, value)
                record.save()
                ledger.wrote(entry, record)
            if record is not None:
                translation_key = translation_key or record.translation_key
                ids[f"{spec.key}.{language}"] = record.pk
    return ids

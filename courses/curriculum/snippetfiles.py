"""Helplines and the glossary: lists of records with both languages in each."""

from typing import Any

from courses.curriculum.documents import Source, read_records
from courses.curriculum.fields import Fields
from courses.curriculum.structures import SnippetSpec
from courses.models import GlossaryTerm, Helpline
from courses.texts import languages

HELPLINES = "helplines.yaml"
GLOSSARY = "glossary.yaml"
_HELPLINE_TEXTS = {
    "name": "name",
    "purpose": "purpose",
    "hours": "hours",
    "languages": "spoken_languages",
}


def read_helplines(source: Source) -> list[SnippetSpec]:
    """Return the telephone lines in their order."""
    if not source.has(HELPLINES):
        return []
    found = []
    for order, record in enumerate(read_records(source, HELPLINES)):
        key = record.key("key", longest=40)
        shared: dict[str, Any] = {
            "number": record.text("number", longest=_longest(Helpline, "number")),
            "is_emergency": record.truth("is_emergency"),
            "source": record.text("source", longest=_longest(Helpline, "source")),
            "source_read_on": record.day("source_read_on"),
            "verified_on": record.day("verified_on", is_nullable=True),
            "sort_order": order,
        }
        texts: dict[str, dict[str, str]] = {language: {} for language in languages()}
        for name, field in _HELPLINE_TEXTS.items():
            _read_languages(record.record(name), field, texts)
        found.append(SnippetSpec(HELPLINES, key, record.line, shared, texts))
        record.finish()
    return _unique(found, source)


def _read_languages(record: Fields, field: str, texts: dict[str, dict[str, str]]) -> None:
    for language in texts:
        texts[language][field] = record.text(language, longest=_longest(Helpline, field))
    record.finish()


def read_glossary(source: Source) -> list[SnippetSpec]:
    """Return the terms of the glossary."""
    if not source.has(GLOSSARY):
        return []
    found = []
    for record in read_records(source, GLOSSARY):
        key = record.key("key", longest=80)
        texts = {}
        for language in languages():
            words = record.record(language)
            texts[language] = {
                name: words.text(name, longest=_longest(GlossaryTerm, name))
                for name in ("term", "definition")
            }
            words.finish()
        found.append(SnippetSpec(GLOSSARY, key, record.line, {}, texts))
        record.finish()
    return _unique(found, source)


def _longest(model: Any, field: str) -> int:
    length: int = model._meta.get_field(field).max_length
    return length


def _unique(found: list[SnippetSpec], source: Source) -> list[SnippetSpec]:
    by_key: dict[str, SnippetSpec] = {}
    for spec in found:
        if spec.key in by_key:
            message = f"the key `{spec.key}` is taken by line {by_key[spec.key].line}"
            source.problems.add(spec.path, spec.line, message)
        by_key.setdefault(spec.key, spec)
    return list(by_key.values())

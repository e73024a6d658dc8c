"""The list of sources: norms, treaties, guides and figures, one record each."""

from typing import Any

from courses.curriculum.citations import MARKS, check_address
from courses.curriculum.documents import Source, read_records
from courses.curriculum.fields import Fields
from courses.curriculum.structures import SourceSpec
from courses.enums import SourceKind, SourceState
from courses.models import SourceRecord

SOURCES = "sources.yaml"


def read_source_records(source: Source) -> list[SourceSpec]:
    """Return the sources in the order of the file; note every mistake at its line."""
    if not source.has(SOURCES):
        return []
    found: dict[str, SourceSpec] = {}
    for record in read_records(source, SOURCES):
        spec = _read(record)
        record.finish()
        if spec.key in found:
            message = f"the key `{spec.key}` is taken by line {found[spec.key].line}"
            source.problems.add(SOURCES, spec.line, message)
        found.setdefault(spec.key, spec)
    return list(found.values())


def _read(record: Fields) -> SourceSpec:
    key = record.key("key")
    state = record.choice("state", SourceState.values)
    replaced_by = ""
    if record.has("replaced_by"):
        replaced_by = record.key("replaced_by")
        record.problems.refer(record.path, record.line_of("replaced_by"), replaced_by)
    checked = None
    if record.has("state_checked") or state == SourceState.REPEALED:
        checked = record.day("state_checked")
    if replaced_by and state in (SourceState.IN_FORCE, SourceState.AMENDED):
        record.note("what another source replaces is no longer in force", "state")
    address = record.text("url", is_required=False)
    if address:
        check_address(record, address)
    values: dict[str, Any] = {
        "kind": record.choice("kind", SourceKind.values),
        "number": record.text("number", longest=_longest("number"), is_required=False),
        "issued": record.partial_date("date") if record.has("date") else "",
        "url": address,
        "mark": record.choice("mark", MARKS),
        "state": state,
        "state_checked_date": checked,
        "needs_legal_review": record.truth("needs_legal_review"),
        "is_in_library": not record.has("is_in_library") or record.truth("is_in_library"),
        **_languages(record, "title", is_required=True),
        **_languages(record, "summary", is_required=record.has("summary")),
    }
    return SourceSpec(SOURCES, key, record.line, values, replaced_by)


def _languages(record: Fields, name: str, *, is_required: bool) -> dict[str, str]:
    if not is_required:
        return {f"{name}_es": "", f"{name}_en": ""}
    said = record.record(name)
    found = {}
    for language in ("es", "en"):
        field = f"{name}_{language}"
        found[field] = said.text(language, longest=_longest(field))
    said.finish()
    return found


def _longest(field: str) -> int:
    model: Any = SourceRecord
    length: int = model._meta.get_field(field).max_length
    return length

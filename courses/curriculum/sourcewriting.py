"""Brings the list of sources into the database, before anything that cites them."""

from courses.curriculum.ledger import Decision, Entry, Ledger
from courses.curriculum.states import fetch, state_of
from courses.curriculum.structures import SourceSpec
from courses.models import SourceRecord


def source_path(spec: SourceSpec) -> str:
    """Return the path under which a source is remembered."""
    return f"{spec.path}#{spec.key}"


def write_sources(specs: list[SourceSpec], ledger: Ledger) -> None:
    """Write the sources, then which one replaces which; each change is kept in its history."""
    label = SourceRecord._meta.label_lower
    records, states = fetch(SourceRecord, ledger.ids(label))
    by_key: dict[str, SourceRecord] = {}
    written: list[tuple[SourceSpec, SourceRecord]] = []
    for spec in specs:
        path = source_path(spec)
        item = ledger.item(path)
        if item is not None:
            record = records.get(item.object_id)
            state = states[label, item.object_id] if record else ""
        else:
            record = SourceRecord.objects.filter(key=spec.key).first()
            state = state_of(record) if record else ""
        entry = Entry(str(SourceRecord._meta.verbose_name_raw), path, spec.digest)
        decision = ledger.decide(entry, record, state)
        if decision in (Decision.CREATE, Decision.UPDATE):
            record = record or SourceRecord(key=spec.key)
            for name, value in spec.values.items():
                setattr(record, name, value)
            record.save()
            ledger.wrote(entry, record)
            written.append((spec, record))
        if record is not None:
            by_key[spec.key] = record
    for spec, record in written:
        record.replaced_by = by_key.get(spec.replaced_by)
        record.save_revision(clean=False)
        record.save(update_fields=["replaced_by"])

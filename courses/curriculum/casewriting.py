"""Brings cases into the database, through the services of cases."""

from datetime import datetime

from courses.case_services import CaseRefused, publish_case, save_case
from courses.curriculum.ledger import Decision, Entry, Ledger
from courses.curriculum.problems import Problems
from courses.curriculum.states import fetch, state_of
from courses.curriculum.structures import CaseSpec, Curriculum
from courses.models import Case


def write_cases(
    curriculum: Curriculum, ledger: Ledger, problems: Problems, *, now: datetime
) -> dict[str, Case]:
    """Write and publish what is new or changed; return the cases by their key."""
    records, states = fetch(Case, ledger.ids(Case._meta.label_lower))
    found: dict[str, Case] = {}
    for spec in curriculum.cases.values():
        entry = Entry("cases", spec.path, spec.digest)
        item = ledger.item(spec.path)
        if item is not None:
            record = records.get(item.object_id)
            state = states[item.label, item.object_id] if record else ""
        else:
            record = Case.objects.filter(key=spec.key).first()
            state = state_of(record) if record else ""
        decision = ledger.decide(entry, record, state)
        if decision in (Decision.CREATE, Decision.UPDATE):
            record = _write(spec, record, problems, now)
            ledger.wrote(entry, record)
        if record is not None:
            found[spec.key] = record
    return found


def _write(spec: CaseSpec, record: Case | None, problems: Problems, now: datetime) -> Case:
    version = save_case(
        content=spec.content,
        acting_user=None,
        now=now,
        case=record,
        name=spec.name,
        key=spec.key,
    )
    try:
        publish_case(case=version.case, acting_user=None, now=now)
    except CaseRefused as refusal:
        for problem in refusal.problems:
            problems.add(spec.path, 1, problem.message)
    return version.case

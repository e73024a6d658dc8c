"""Imports of people: brought, corrected, confirmed; what the worker does then stands in `running`."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from lms.accounts.models import Agency, User
from lms.core.enums import OutboxState
from lms.core.outbox import send_on_commit
from lms.core.services import record_event
from lms.learning.enums import StaffImportStage
from lms.learning.models import StaffImport
from lms.learning.staff_imports.planning import Outcome, Plan, Planned, plan_rows
from lms.learning.staff_imports.queries import staff_imports
from lms.learning.staff_imports.reading import read_people
from lms.learning.staff_imports.rows import Column, RowsLost, SheetRow, seal, unseal
from lms.learning.staff_imports.running import RUN_TASK

KEPT_UNCONFIRMED = timedelta(days=7)
KEPT_REPORTS = timedelta(days=30)
LONGEST_NAME = 200


class ImportRefused(Exception):
    """An import is in no state for this; the message is for people."""


@transaction.atomic
def begin_import(
    *, agency: Agency, file_name: str, content: bytes, acting_user: User, now: datetime
) -> StaffImport:
    """Read a file of people and keep its rows, sealed, until somebody confirms or drops them.

    Nobody is invited yet. Rows that are never confirmed are dropped after seven days.

    Raises:
        SheetError: nothing of the file can be read.
    """
    sheet = read_people(content)
    row = staff_imports().create(
        agency=agency,
        made_by=acting_user,
        file_name=file_name[-LONGEST_NAME:],
        rows=seal(sheet.rows),
        summary={"unknown": list(sheet.unknown), "had_example": sheet.has_example},
        total=0,
        created_at=now,
    )
    record_event(action="staff_import_checked", target=row, acting_user=acting_user, now=now)
    return row


@transaction.atomic
def correct_rows(
    *,
    staff_import: StaffImport,
    cells: Mapping[int, Mapping[Column, str]],
    left_out: Collection[int],
    now: datetime,
) -> Plan:
    """Write what was typed into the rows that have a problem, leave some out, and check all again.

    Lines of rows that have no problem, in another tab corrected before, are passed over: what is
    right is not changed here. Returns the plan as it is then.

    Raises:
        ImportRefused: the import was confirmed or dropped.
    """
    locked, rows = _open(staff_import)
    before = plan_rows(rows, agency=locked.agency, now=now)
    wrong = {one.row.line for one in before.having(Outcome.PROBLEM)}
    changed = [
        _corrected(row, cells.get(row.line, {}), is_out=row.line in left_out)
        if row.line in wrong
        else row
        for row in rows
    ]
    return _keep(locked, changed, now=now)


def _corrected(row: SheetRow, typed: Mapping[Column, str], *, is_out: bool) -> SheetRow:
    cells, marks = dict(row.cells), dict(row.marks)
    for column, text in typed.items():
        if text != row.text(column):
            cells[column] = text
            marks.pop(column, None)
    filled = {column: text for column, text in cells.items() if text}
    return replace(row, cells=filled, marks=marks, is_out=is_out)


@transaction.atomic
def put_back(*, staff_import: StaffImport, lines: Collection[int], now: datetime) -> Plan:
    """Take these rows in again that were left out."""
    locked, rows = _open(staff_import)
    changed = [replace(row, is_out=row.is_out and row.line not in lines) for row in rows]
    return _keep(locked, changed, now=now)


@transaction.atomic
def take_suggestions(*, staff_import: StaffImport, now: datetime) -> Plan:
    """Write into each cell what it should probably say: the zeros that a spreadsheet took away."""
    locked, rows = _open(staff_import)
    before = plan_rows(rows, agency=locked.agency, now=now)
    better = {one.row.line: _suggested(one) for one in before.having(Outcome.PROBLEM)}
    changed = [_corrected(row, better.get(row.line, {}), is_out=row.is_out) for row in rows]
    return _keep(locked, changed, now=now)


def _suggested(planned: Planned) -> dict[Column, str]:
    return {one.column: one.suggestion for one in planned.problems if one.suggestion}


@transaction.atomic
def confirm_import(*, staff_import: StaffImport, acting_user: User, now: datetime) -> StaffImport:
    """Let the worker take the rows over that are new or change something. Twice asks once.

    Rows that still have a problem are refused, and stand in the report with it.

    Raises:
        ImportRefused: it was dropped, or there is nothing to take over.
    """
    if _lock(staff_import).stage == StaffImportStage.CONFIRMED:
        return _lock(staff_import)
    locked, rows = _open(staff_import)
    plan = plan_rows(rows, agency=locked.agency, now=now)
    to_do = [one.row for one in plan.to_do]
    if not to_do:
        raise ImportRefused(_("There is nothing to take over: every row is there already."))
    refused = [
        replace(one.row, reason=" ".join(problem.message for problem in one.problems))
        for one in plan.having(Outcome.PROBLEM)
    ]
    locked.rows = [*seal(to_do), *seal(refused)]
    locked.summary |= _counted(plan)
    locked.stage, locked.confirmed_at = StaffImportStage.CONFIRMED, now
    locked.total, locked.done = len(to_do), 0
    locked.save()
    record_event(
        action="staff_import_confirmed",
        target=locked,
        acting_user=acting_user,
        now=now,
        changed_fields=["stage"],
    )
    send_on_commit(RUN_TASK, import_id=locked.pk)
    return locked


def _counted(plan: Plan) -> dict[str, int]:
    """Return the numbers with which the taking over begins."""
    counts = plan.counts
    return {
        "new": 0,
        "accounts": 0,
        "changed": 0,
        "same": counts[Outcome.SAME],
        "refused": counts[Outcome.PROBLEM],
        "out": counts[Outcome.OUT],
    }


@transaction.atomic
def drop_import(*, staff_import: StaffImport, acting_user: User, now: datetime) -> StaffImport:
    """Forget the rows of an import that was not confirmed. Repeating it changes nothing.

    Raises:
        ImportRefused: it was confirmed.
    """
    locked = _lock(staff_import)
    if locked.stage == StaffImportStage.DROPPED:
        return locked
    if locked.stage != StaffImportStage.CHECKED:
        raise ImportRefused(_("This import was confirmed already."))
    _drop(locked, now=now)
    record_event(action="staff_import_dropped", target=locked, acting_user=acting_user, now=now)
    return locked


@transaction.atomic
def retry_import(*, staff_import: StaffImport, acting_user: User, now: datetime) -> StaffImport:
    """Go on with an import at which the program failed again and again, where it stopped."""
    locked = _lock(staff_import)
    if locked.stage == StaffImportStage.CONFIRMED and locked.state == OutboxState.FAILED:
        locked.state, locked.tries, locked.claimed_until = OutboxState.PENDING, 0, None
        locked.save(update_fields=["state", "tries", "claimed_until"])
        record_event(action="staff_import_retried", target=locked, acting_user=acting_user, now=now)
        send_on_commit(RUN_TASK, import_id=locked.pk)
    return locked


@transaction.atomic
def forget_old_rows(*, now: datetime) -> int:
    """Drop imports that nobody confirmed for seven days, and reports that are thirty days old.

    Returns how many imports lost their rows.
    """
    old = (
        staff_imports()
        .select_for_update()
        .filter(stage=StaffImportStage.CHECKED, created_at__lte=now - KEPT_UNCONFIRMED)
    )
    dropped = list(old)
    for row in dropped:
        _drop(row, now=now)
        record_event(action="staff_import_dropped", target=row, acting_user=None, now=now)
    reports = (
        staff_imports()
        .filter(stage=StaffImportStage.OVER, done_at__lte=now - KEPT_REPORTS)
        .exclude(rows=[])
    )
    return len(dropped) + reports.update(rows=[])


def _drop(row: StaffImport, *, now: datetime) -> None:
    row.stage, row.state, row.rows, row.done_at = (
        StaffImportStage.DROPPED,
        OutboxState.DONE,
        [],
        now,
    )
    row.save(update_fields=["stage", "state", "rows", "done_at"])


def _lock(staff_import: StaffImport) -> StaffImport:
    rows = staff_imports().select_for_update(of=("self",))
    return rows.select_related("agency").get(pk=staff_import.pk)


def _open(staff_import: StaffImport) -> tuple[StaffImport, list[SheetRow]]:
    """Return an import that waits to be confirmed, locked, with its rows."""
    locked = _lock(staff_import)
    if locked.stage != StaffImportStage.CHECKED:
        raise ImportRefused(_("This import was confirmed or dropped already."))
    try:
        return locked, unseal(locked.rows)
    except RowsLost as error:
        raise ImportRefused(
            _("The rows cannot be read any more. Drop this import and bring the file again.")
        ) from error


def _keep(locked: StaffImport, rows: list[SheetRow], *, now: datetime) -> Plan:
    locked.rows = seal(rows)
    locked.save(update_fields=["rows"])
    return plan_rows(rows, agency=locked.agency, now=now)

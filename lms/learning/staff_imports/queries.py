"""Reading imports of people."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from lms.accounts.models import Agency
from lms.core.enums import OutboxState
from lms.learning.enums import StaffImportStage
from lms.learning.models import StaffImport
from lms.learning.staff_imports.planning import Plan, plan_rows
from lms.learning.staff_imports.rows import RowsLost, SheetRow, unseal

HEADINGS_SHOWN = 10
PARTS = ("new", "changed", "same", "refused", "out")


def staff_imports() -> QuerySet[StaffImport]:
    """Return the rows as what they are: the manager of an outbox knows them by their base only."""
    return QuerySet(StaffImport)


def imports_of(agency: Agency) -> QuerySet[StaffImport]:
    """Return the imports of an agency, the newest first, without their rows."""
    rows = staff_imports().filter(agency=agency).select_related("made_by").defer("rows")
    return rows.order_by("-created_at", "-pk")


@dataclass(frozen=True)
class ListedImport:
    """An import as lists and its own page show it."""

    row: StaffImport

    @property
    def state(self) -> str:
        """`checked`, `running`, `stopped`, `over` or `dropped`."""
        if self.row.stage == StaffImportStage.CONFIRMED:
            return "stopped" if self.row.state == OutboxState.FAILED else "running"
        return str(self.row.stage)

    @property
    def counts(self) -> dict[str, int]:
        """How many rows came to what."""
        return {name: int(self.row.summary.get(name, 0)) for name in PARTS}

    @property
    def accounts(self) -> int:
        """How many accounts without an e-mail address were made."""
        return int(self.row.summary.get("accounts", 0))

    @property
    def unknown(self) -> list[str]:
        """The first headings of the file that nobody knew."""
        found: list[str] = self.row.summary.get("unknown", [])
        return [*found[:HEADINGS_SHOWN], *(["…"] if len(found) > HEADINGS_SHOWN else [])]

    @property
    def had_example(self) -> bool:
        """Whether the example row of the template was still in the file."""
        return bool(self.row.summary.get("had_example"))


def plan_of(row: StaffImport, *, now: datetime) -> Plan | None:
    """Return what an import would do now; None where its rows can be read no more."""
    try:
        return plan_rows(unseal(row.rows), agency=row.agency, now=now)
    except RowsLost:
        return None


def refused_rows(row: StaffImport) -> list[SheetRow]:
    """Return the rows of an import that is over which were refused, with the reasons.

    Nothing where there were none, where the report's days have passed, or its key is gone.
    """
    if row.stage != StaffImportStage.OVER:
        return []
    try:
        return sorted(unseal(row.rows), key=lambda one: one.line)
    except RowsLost:
        return []

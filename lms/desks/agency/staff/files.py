"""The list of an agency's people as a spreadsheet: no text in it acts as a formula."""

import csv
from collections.abc import Iterable, Mapping
from datetime import date
from io import BytesIO, StringIO
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from lms.accounts.enums import MembershipRole
from lms.core.cells import harmless_text
from lms.desks.agency.staff.enums import DATED
from lms.desks.agency.staff.queries import ListedCohort, Person

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
BYTE_ORDER_MARK = "\ufeff"
Value = str | date | None


def staff_rows(
    people: Iterable[Person], units: Mapping[int, str], cohorts: Mapping[int, ListedCohort]
) -> list[list[Value]]:
    """Return the heading and one row for each person and course."""
    rows: list[list[Value]] = [
        [
            *(_("Name"), _("Unit"), _("Role"), _("From"), _("Until")),
            *(_("Course"), _("Cohort"), _("State"), _("Valid until")),
        ]
    ]
    for one in people:
        role = _("invited") if one.is_invited else str(MembershipRole(one.role).label)
        unit = units.get(one.unit_pk, "") if one.unit_pk else ""
        head: list[Value] = [one.name, unit, role, one.from_date, one.until_date]
        for line in one.lines:
            cohort = cohorts[line.cohort_id]
            until = timezone.localdate(line.until) if line.until and line.state in DATED else None
            rows.append([*head, cohort.title, cohort.name, str(line.state.label), until])
        if not one.lines:
            rows.append([*head, "", "", "" if one.is_invited else _("not nominated yet"), None])
    return rows


def staff_file(rows: Iterable[list[Value]], kind: str) -> bytes:
    """Return the rows as a CSV file with semicolons, or as an XLSX file."""
    return _csv(rows) if kind == "csv" else _xlsx(rows)


def _csv(rows: Iterable[list[Value]]) -> bytes:
    lines = StringIO(newline="")
    writer = csv.writer(lines, delimiter=";")
    for row in rows:
        writer.writerow([harmless_text(str(value or "")) for value in row])
    return f"{BYTE_ORDER_MARK}{lines.getvalue()}".encode("utf-8", "replace")


def _xlsx(rows: Iterable[list[Value]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("People")[:31])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _cell(sheet: Any, value: Value) -> Any:
    if not isinstance(value, str):
        return value
    written = WriteOnlyCell(sheet, harmless_text(value))
    written.data_type = "s"
    return written

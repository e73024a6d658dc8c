"""The list of an agency's people as rows for CSV and XLSX."""

from collections.abc import Iterable, Mapping

from django.utils import timezone
from django.utils.translation import gettext as _

from lms.accounts.enums import MembershipRole
from lms.core.cells import Cell
from lms.desks.agency.staff.enums import DATED
from lms.desks.agency.staff.queries import ListedCohort, Person


def staff_rows(
    people: Iterable[Person], units: Mapping[int, str], cohorts: Mapping[int, ListedCohort]
) -> list[list[Cell]]:
    """Return the heading and one row for each person and course."""
    rows: list[list[Cell]] = [
        [
            *(_("Name"), _("Unit"), _("Role"), _("From"), _("Until")),
            *(_("Course"), _("Cohort"), _("State"), _("Valid until")),
        ]
    ]
    for one in people:
        role = _("invited") if one.is_invited else str(MembershipRole(one.role).label)
        unit = units.get(one.unit_pk, "") if one.unit_pk else ""
        head: list[Cell] = [one.name, unit, role, one.from_date, one.until_date]
        for line in one.lines:
            cohort = cohorts[line.cohort_id]
            until = timezone.localdate(line.until) if line.until and line.state in DATED else None
            rows.append([*head, cohort.title, cohort.name, str(line.state.label), until])
        if not one.lines:
            rows.append([*head, "", "", "" if one.is_invited else _("not nominated yet"), None])
    return rows

"""Sheets of people, and an agency that may bring one."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from typing import Any

from courses.models import CourseRelease
from lms.accounts.enums import UnitKind
from lms.accounts.models import Agency, Unit, User
from lms.learning.models import Cohort, StaffImport
from lms.learning.staff_imports.running import run_import
from lms.learning.staff_imports.services import begin_import, confirm_import
from tests.factories.accounts import AgencyFactory
from tests.factories.cohorts import make_cohort
from tests.factories.staff import make_coordinator
from tests.support.sheets import xlsx

HEAD = ("Correo", "Usuario", "Nombres y apellidos", "DNI", "Unidad", "Cohorte")


def people_csv(rows: Sequence[Sequence[Any]], *, head: Sequence[str] = HEAD) -> bytes:
    """Return a CSV of people as Excel writes it where Windows is Spanish."""
    lines = StringIO(newline="")
    csv.writer(lines, delimiter=";").writerows([head, *rows])
    return lines.getvalue().encode("cp1252")


def people_xlsx(rows: Sequence[Sequence[Any]], *, head: Sequence[str] = HEAD) -> bytes:
    """Return a workbook of people."""
    return xlsx([head, *rows])


@dataclass
class SheetScene:
    """An agency with its coordinator, two units, and a cohort to which it may nominate."""

    agency: Agency
    coordinator: User
    station: Unit
    shift: Unit
    cohort: Cohort
    now: datetime

    def bring(self, *rows: Sequence[Any], head: Sequence[str] = HEAD) -> StaffImport:
        """Return an import of these people that waits to be confirmed."""
        return begin_import(
            agency=self.agency,
            file_name="gente.xlsx",
            content=people_xlsx(rows, head=head),
            acting_user=self.coordinator,
            now=self.now,
        )

    def take_over(self, staff_import: StaffImport) -> StaffImport:
        """Confirm an import, and do the worker's work to its end."""
        confirm_import(staff_import=staff_import, acting_user=self.coordinator, now=self.now)
        while run_import(import_id=staff_import.pk, clock=lambda: self.now):
            pass
        staff_import.refresh_from_db()
        return staff_import


def make_sheet_scene(release: CourseRelease, *, now: datetime, **cohort: Any) -> SheetScene:
    """Return the scene; what `cohort` says is said of the cohort."""
    agency = AgencyFactory()
    station = Unit.objects.create(agency=agency, kind=UnitKind.STATION, name="Comisaría Norte")
    shift = Unit.objects.create(
        agency=agency, kind=UnitKind.SHIFT, name="Turno noche", parent=station
    )
    made = make_cohort(release, **{"name": "Grupo de marzo", **cohort})
    made.agencies.add(agency)
    return SheetScene(agency, make_coordinator(agency), station, shift, made, now)

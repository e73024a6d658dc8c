"""An import of people from a spreadsheet: python -m benchmarks.staff_import, for the site of AMPARO_VAR.

The dry run is reading, checking and planning, as the page does it; the taking over is the worker's
own function, slice after slice, with every check, place, line of the audit trail and message.
Beside both a bare bulk insert of the same people: invitations, places and audit events, nothing
checked. BENCH_PEOPLE changes how many.
"""

import json
import os
import secrets
import time
from dataclasses import asdict
from datetime import datetime, timedelta
from io import BytesIO

import django

django.setup()

from django.db import transaction
from django.utils import timezone
from openpyxl import Workbook

from benchmarks.measure import Figure
from lms.accounts.documents import document_fingerprint, encrypt_number
from lms.accounts.enums import DocumentKind, MembershipRole, UnitKind
from lms.accounts.invitations.queries import invitations
from lms.accounts.models import Agency, Invitation, Membership, Unit, User
from lms.core.models import AuditEvent
from lms.learning.enums import PlaceState
from lms.learning.models import Cohort, CohortPlace, Enrolment, StaffImport
from lms.learning.staff_imports.queries import plan_of
from lms.learning.staff_imports.running import run_import
from lms.learning.staff_imports.services import begin_import, confirm_import

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "5000"))
NAMES = ("María del Pilar", "José Luis", "Rosa Elena", "Carlos Alberto", "Lucía", "Ñusta")
SURNAMES = ("Quispe Ñahui", "Huamán Ccori", "Fiestas Ramos", "Tananta Ríos", "Apaza Turpo")
HEAD = ("Correo", "Nombres y apellidos", "DNI", "Unidad", "Cohorte")
UNITS = 20


def person(number: int, group: str) -> tuple[str, str, str, str]:
    """Return address, name, document and unit of an invented person."""
    return (
        f"{group}{number}@example.test",
        f"{NAMES[number % len(NAMES)]} {SURNAMES[number % len(SURNAMES)]}",
        f"{40_000_000 + number}",
        f"Comisaría {number % UNITS + 1}",
    )


def scene(name: str, now: datetime) -> tuple[Agency, Cohort, User]:
    """Return an agency with its units, a cohort with a limited number of seats, a coordinator."""
    agency = Agency.objects.create(name=name, sector="police", region="Valle Alto")
    Unit.objects.bulk_create(
        Unit(agency=agency, kind=UnitKind.STATION, name=f"Comisaría {number + 1}")
        for number in range(UNITS)
    )
    coordinator = User.objects.create_user(f"{len(name)}@example.test", full_name="Coordinadora")
    today = timezone.localdate(now)
    Membership.objects.create(
        user=coordinator, agency=agency, role=MembershipRole.COORDINATOR, from_date=today
    )
    enrolment = Enrolment.objects.select_related("release").earliest("pk")
    cohort = Cohort.objects.create(
        release=enrolment.release,
        name=name,
        starts_date=today,
        ends_date=today + timedelta(days=60),
        seats=PEOPLE + 10,
        created_at=now,
    )
    cohort.agencies.add(agency)
    return agency, cohort, coordinator


def workbook(cohort: Cohort) -> bytes:
    """Return the file that a coordinator brings."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Personas")
    sheet.append(HEAD)
    for number in range(PEOPLE):
        sheet.append([*person(number, "medida"), cohort.name])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


@transaction.atomic
def bare_inserts(agency: Agency, cohort: Cohort, by: User, now: datetime) -> None:
    """Insert the same people with nothing checked."""
    units = list(Unit.objects.filter(agency=agency).order_by("pk"))
    people = [person(number, "suelta") for number in range(PEOPLE)]
    made = invitations().bulk_create(
        (
            Invitation(
                agency=agency,
                unit=units[number % UNITS],
                email=email,
                full_name=name,
                document_kind=DocumentKind.DNI,
                document_ciphertext=encrypt_number(document),
                document_fingerprint=document_fingerprint(DocumentKind.DNI, document),
                expires_at=now + timedelta(days=14),
                created_at=now,
                invited_by=by,
            )
            for number, (email, name, document, _unit) in enumerate(people)
        ),
        batch_size=500,
    )
    places = CohortPlace.objects.bulk_create(
        (
            CohortPlace(
                cohort=cohort,
                agency=agency,
                invitation=invitation,
                state=PlaceState.INVITED,
                created_at=now,
                created_by=by,
            )
            for invitation in made
        ),
        batch_size=500,
    )
    AuditEvent.objects.bulk_create(
        (
            AuditEvent(
                at=now,
                actor_id=by.pk,
                action="made",
                target_type=row._meta.label_lower,
                target_id=str(row.pk),
                changed_fields=[],
                origin=secrets.token_hex(40),
            )
            for row in (*made, *places)
        ),
        batch_size=500,
    )


def timed(start: float) -> float:
    """Return the milliseconds since then."""
    return (time.perf_counter() - start) * 1000


def take_over(row: StaffImport, by: User) -> int:
    """Confirm an import and do the worker's work; return how many turns it took."""
    confirm_import(staff_import=row, acting_user=by, now=timezone.now())
    turns = 0
    while run_import(import_id=row.pk, clock=timezone.now):
        turns += 1
    return turns


def main() -> None:
    """Measure, and print the figures as JSON."""
    now = timezone.now()
    agency, cohort, by = scene("Medida", now)
    other, other_cohort, other_by = scene("Medida suelta", now)
    content = workbook(cohort)

    start = time.perf_counter()
    row = begin_import(
        agency=agency, file_name="medida.xlsx", content=content, acting_user=by, now=now
    )
    plan = plan_of(row, now=now)
    dry = timed(start)
    if plan is None or len(plan.to_do) != PEOPLE:
        raise SystemExit("The dry run found something else than new people.")

    start = time.perf_counter()
    bare_inserts(other, other_cohort, other_by, now)
    bare = timed(start)

    start = time.perf_counter()
    take_over(row, by)
    taken = timed(start)
    row.refresh_from_db()
    if row.summary["new"] != PEOPLE or CohortPlace.objects.filter(cohort=cohort).count() != PEOPLE:
        raise SystemExit("Not everybody was taken over.")

    start = time.perf_counter()
    again = begin_import(
        agency=agency, file_name="otra vez.xlsx", content=content, acting_user=by, now=now
    )
    same = plan_of(again, now=now)
    repeated = timed(start)
    if same is None or same.to_do:
        raise SystemExit("The same file again would change something.")

    baseline = f"bare bulk insert of {PEOPLE:,} people"
    figures = [
        Figure(f"import of {PEOPLE:,} people: dry run", dry, baseline, bare, size=len(content)),
        Figure(f"import of {PEOPLE:,} people: taking over", taken, baseline, bare),
        Figure(f"the same file again ({PEOPLE:,} people): dry run", repeated, baseline, bare),
    ]
    print(json.dumps([asdict(one) for one in figures]))


if __name__ == "__main__":
    main()

"""The dry run: what is new, what changes, what is wrong, and what an agency may know."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from lms.accounts.invitations.queries import invitations
from lms.accounts.invitations.services import accept_invitation, decline_invitation
from lms.accounts.services import set_identity_document
from lms.core.enums import OutboxState
from lms.learning.models import StaffImport
from lms.learning.staff_imports.planning import Planned, plan_rows
from lms.learning.staff_imports.rows import unseal
from tests.factories import MembershipFactory, UserFactory, make_course, release_course_for_tests
from tests.factories.cohorts import make_cohort
from tests.factories.people_sheets import SheetScene, make_sheet_scene
from tests.learning.cast import NOW

pytestmark = pytest.mark.django_db

COHORT = "Grupo de marzo"
ROSA = ("rosa@example.test", "", "Rosa Quispe", "45678912", "Comisaría Norte", COHORT)


@pytest.fixture
def scene() -> SheetScene:
    return make_sheet_scene(release_course_for_tests(make_course(lessons=1)), now=NOW)


def planned(
    scene: SheetScene, *rows: Any, head: Any = None, later: timedelta | None = None
) -> list[Planned]:
    brought = scene.bring(*rows, **({} if head is None else {"head": head}))
    with translation.override("en"):
        now = NOW + (later or timedelta())
        return plan_rows(unseal(brought.rows), agency=scene.agency, now=now).rows


def only(scene: SheetScene, *row: Any, **more: Any) -> Planned:
    [one] = planned(scene, row, **more)
    return one


def words(one: Planned) -> list[str]:
    return [f"{problem.column}: {problem.message}" for problem in one.problems]


def test_documents_and_names_wait_sealed_in_the_database(scene: SheetScene) -> None:
    row = scene.bring(ROSA)

    with connection.cursor() as cursor:
        cursor.execute("SELECT rows, summary FROM learning_staffimport WHERE id = %s", [row.pk])
        kept = str(cursor.fetchone())
    assert unseal(row.rows)[0].text("document") == "45678912"
    assert not any(part in kept for part in ("45678912", "rosa", "Quispe"))


def test_somebody_new_is_new_and_the_same_file_changes_nothing(scene: SheetScene) -> None:
    luz = ("", "luz.ramos", "Luz Ramos", "", "Comisaría Norte / Turno noche", COHORT)
    assert [one.outcome for one in planned(scene, ROSA, luz)] == ["new", "new"]

    scene.take_over(scene.bring(ROSA, luz))

    assert [(one.outcome, one.changes) for one in planned(scene, ROSA, luz)] == [("same", [])] * 2


def test_changes_are_named(scene: SheetScene) -> None:
    other = make_cohort(scene.cohort.release, name="Grupo de abril")
    other.agencies.add(scene.agency)
    scene.take_over(scene.bring(ROSA))

    changed = (
        "ROSA@example.test",
        "",
        "Rosa Quispe Ñahui",
        "45678913",
        "turno NOCHE",
        "grupo de abril",
    )
    assert only(scene, *changed).changes == ["unit", "name", "document", "cohort"]
    empty = ("rosa@example.test", "", "Rosa Quispe", "", "", "")
    assert only(scene, *empty).outcome == "same"
    invitations().update(expires_at=NOW + timedelta(days=14))  # whenever its mail went out
    assert only(scene, *empty, later=timedelta(days=15)).changes == ["invited again"]
    invitations().update(state=OutboxState.FAILED)
    assert only(scene, *empty).changes == ["invited again"]


def test_whoever_declined_is_not_asked_again(scene: SheetScene) -> None:
    scene.take_over(scene.bring(ROSA))
    decline_invitation(invitation=invitations().get(), now=NOW)

    one = only(scene, *ROSA)

    assert (one.outcome, one.notes) == (
        "same",
        ["This person declined an invitation and is not asked again."],
    )


def test_member_keeps_her_own_name(scene: SheetScene) -> None:
    member = MembershipFactory(
        agency=scene.agency, user=UserFactory(email="rosa@example.test", full_name="Rosa la Brava")
    )

    one = only(scene, *ROSA[:2], "Rosa 3", "", "Comisaría Norte", "")
    named = only(scene, *ROSA[:5], "")

    assert (one.membership, one.outcome, one.changes) == (member, "changed", ["unit"])
    assert named.notes == ["Her name stays as she wrote it: Rosa la Brava."]


def test_member_is_known_by_the_address_of_her_invitation(scene: SheetScene) -> None:
    scene.take_over(scene.bring(ROSA))
    user = UserFactory(email="otra@example.test")
    accept_invitation(invitation=invitations().get(), user=user, now=NOW)

    one = only(scene, *ROSA)

    assert (one.membership and one.membership.user, one.outcome) == (user, "changed")


def test_nothing_is_looked_up_outside_the_agency(scene: SheetScene) -> None:
    """An account elsewhere, with this address and this document, must not be told from none."""
    other = MembershipFactory(user=UserFactory(email="rosa@example.test")).user
    set_identity_document(user=other, kind="dni", number="45678912", acting_user=other, now=NOW)

    one = only(scene, *ROSA)

    assert (one.outcome, one.problems, one.notes, one.changes) == ("new", [], [], [])


def test_document_of_somebody_else_in_the_agency_is_a_problem(scene: SheetScene) -> None:
    ana = UserFactory(full_name="Ana Apaza")
    MembershipFactory(agency=scene.agency, user=ana)
    set_identity_document(user=ana, kind="dni", number="45678912", acting_user=ana, now=NOW)
    scene.take_over(scene.bring(("luz@example.test", "", "Luz Ramos", "11111111", "", "")))

    found = planned(scene, ROSA, ("c@example.test", "", "Carmen", "11111111", "", ""))

    assert [words(one)[0].split(",")[0] for one in found] == [
        "document: In your agency this is the document of Ana Apaza",
        "document: In your agency this is the document of Luz Ramos",
    ]


def test_user_name_that_somebody_has_is_a_problem(scene: SheetScene) -> None:
    UserFactory(email=None, username="Rosa.Q")

    assert words(only(scene, "", "rosa.q", "Rosa Quispe", "", "", "")) == [
        "username: Somebody has this user name already. Choose another one."
    ]


@pytest.mark.parametrize(
    ("unit", "is_known"),
    [
        ("comisaria  NORTE", True),
        ("Turno noche", True),
        ("Comisaría Norte > Turno noche", True),
        ("Comisaría Norte\\Turno noche", True),
        ("Comisaría Sur", False),
        ("Norte", False),
    ],
)
def test_unit_is_found_by_its_path(scene: SheetScene, unit: str, is_known: bool) -> None:
    one = only(scene, *ROSA[:4], unit, "")

    assert (one.unit is not None, [problem.column for problem in one.problems]) == (
        is_known,
        [] if is_known else ["unit"],
    )


def test_cohort_is_found_by_name_or_course(scene: SheetScene) -> None:
    release = scene.cohort.release
    title = release.typed_promise.titles["es"]
    head = ("Correo", "Nombre", "Curso", "Cohorte")
    make_cohort(release, name="De otros")
    over = make_cohort(release, name="Pasada")
    over.ends_date = date(2026, 11, 20)
    over.save()
    over.agencies.add(scene.agency)

    def found(course: str, cohort: str) -> Any:
        one = only(scene, "a@b.pe", "Rosa", course, cohort, head=head)
        return one.cohort.name if one.cohort else words(one)[0]

    cannot = "Your agency cannot nominate to a"
    assert found("", "GRUPO de márzo") == COHORT
    assert found(title.upper(), "") == COHORT
    assert found("", "De otros") == f"cohort: {cannot} cohort of this name. It can to: {COHORT}."
    assert found("", "No hay") == f"cohort: {cannot} cohort of this name. It can to: {COHORT}."
    assert found("Otro curso", COHORT).startswith(f"course: {cannot} course of this name.")
    assert found("", "Pasada") == "cohort: This cohort is over."
    more = make_cohort(release, name="Grupo de abril")
    more.agencies.add(scene.agency)
    assert found(title, "").startswith("course: Several cohorts could be meant:")


def test_seats_are_counted_down_row_by_row(scene: SheetScene) -> None:
    scene.cohort.seats = 2
    scene.cohort.save()
    rows = [(f"p{n}@example.test", "", "Rosa", "", "", COHORT) for n in range(4)]
    bad = ("sin arroba", *rows[0][1:])

    waiting = planned(scene, bad, *rows)
    scene.cohort.has_waiting_list = False
    scene.cohort.save()
    full = planned(scene, bad, *rows)

    assert [len(one.notes) for one in waiting] == [0, 0, 0, 1, 1]
    assert [one.outcome for one in waiting] == ["problem", *["new"] * 4]
    assert [one.outcome for one in full] == ["problem", "new", "new", "problem", "problem"]
    assert words(full[3]) == ["cohort: All seats are taken, and there is no waiting list."]


def test_plan_asks_the_same_number_of_queries_for_one_row_and_for_three(scene: SheetScene) -> None:
    rows = [
        (f"p{n}@example.test", "", "Rosa", f"4567891{n}", "Comisaría Norte", COHORT)
        for n in range(3)
    ]
    scene.take_over(scene.bring(*rows[:2]))
    kept = {number: unseal(scene.bring(*rows[:number]).rows) for number in (1, 3)}

    def queries(number: int) -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            plan_rows(kept[number], agency=scene.agency, now=NOW)
        return len(captured)

    assert queries(1) == queries(3)
    assert StaffImport.objects.count() == 3

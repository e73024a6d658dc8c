"""Taking people over: each once, what is refused said, the rest going on."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError
from django.utils import translation

from lms.accounts.invitations.queries import invitations
from lms.accounts.models import Membership, User
from lms.core.enums import OutboxState
from lms.core.models import AuditEvent
from lms.learning.cohorts.services import nominate
from lms.learning.enums import PlaceState
from lms.learning.models import CohortPlace, StaffImport
from lms.learning.staff_imports import running, services
from lms.learning.staff_imports.queries import refused_rows
from lms.learning.staff_imports.rows import Column, unseal
from tests.factories import MembershipFactory, UserFactory, make_course, release_course_for_tests
from tests.factories.people_sheets import SheetScene, make_sheet_scene
from tests.learning.cast import NOW

pytestmark = pytest.mark.django_db

COHORT = "Grupo de marzo"
ROSA = (
    "rosa@example.test",
    "",
    "Rosa Quispe Ñahui",
    "45678912",
    "comisaria norte",
    "GRUPO de Marzo",
)
LUZ = ("", "luz.ramos", "Luz Ramos", "01234567", "Comisaría Norte / Turno noche", COHORT)


@pytest.fixture
def scene() -> SheetScene:
    return make_sheet_scene(release_course_for_tests(make_course(lessons=1)), now=NOW)


def people(number: int, **more: Any) -> list[tuple[str, ...]]:
    return [(f"p{n}@example.test", "", "Rosa Quispe", "", "", COHORT) for n in range(number)]


def confirm(scene: SheetScene, *rows: Any) -> StaffImport:
    row = scene.bring(*rows)
    return services.confirm_import(staff_import=row, acting_user=scene.coordinator, now=NOW)


def run(row: StaffImport, *, after: timedelta = timedelta()) -> int:
    return running.run_import(import_id=row.pk, clock=lambda: NOW + after)


def test_people_are_invited_or_get_accounts_and_are_nominated(scene: SheetScene) -> None:
    done = scene.take_over(scene.bring(ROSA, LUZ))

    invitation = invitations().get()
    luz = Membership.objects.get(user__username="luz.ramos")
    assert (invitation.email, invitation.full_name) == ("rosa@example.test", "Rosa Quispe Ñahui")
    assert (invitation.unit, luz.unit) == (scene.station, scene.shift)
    assert (invitation.document_kind, luz.user.document_kind) == ("dni", "dni")
    assert not luz.user.has_usable_password()
    assert set(CohortPlace.objects.values_list("state", "agency", "invitation", "learner")) == {
        (PlaceState.INVITED, scene.agency.pk, invitation.pk, None),
        (PlaceState.SEATED, scene.agency.pk, None, luz.user_id),
    }
    assert (done.stage, done.state, done.done, done.total, done.rows) == ("over", "done", 2, 2, [])
    assert {name: done.summary[name] for name in ("new", "accounts", "refused")} == {
        "new": 2,
        "accounts": 1,
        "refused": 0,
    }


def test_nobody_is_touched_before_it_is_confirmed(scene: SheetScene) -> None:
    row = scene.bring(ROSA, LUZ)

    assert run(row) == 0
    running.resend_stale_imports(now=NOW + timedelta(days=1))
    assert (invitations().count(), User.objects.filter(username="luz.ramos").count()) == (0, 0)
    assert mail.outbox == []


def test_importing_again_changes_only_what_changed(scene: SheetScene) -> None:
    scene.take_over(scene.bring(ROSA, LUZ))
    before = list(invitations().values_list("pk", "created_at", "expires_at"))
    moved = (*LUZ[:4], "Comisaría Norte", COHORT)

    done = scene.take_over(scene.bring(ROSA, moved))

    assert {name: done.summary[name] for name in ("new", "changed", "same")} == {
        "new": 0,
        "changed": 1,
        "same": 1,
    }
    assert list(invitations().values_list("pk", "created_at", "expires_at")) == before
    assert Membership.objects.get(user__username="luz.ramos").unit == scene.station
    assert CohortPlace.objects.count() == 2
    with pytest.raises(services.ImportRefused):
        confirm(scene, ROSA, moved)


def test_member_is_moved_and_nominated_and_keeps_her_name(scene: SheetScene) -> None:
    rosa = UserFactory(email="rosa@example.test", full_name="Rosa la Brava")
    membership = MembershipFactory(agency=scene.agency, user=rosa)

    scene.take_over(scene.bring(ROSA))

    membership.refresh_from_db()
    rosa.refresh_from_db()
    assert (membership.unit, rosa.full_name) == (scene.station, "Rosa la Brava")
    assert CohortPlace.objects.get().learner == rosa
    assert invitations().count() == 0


def test_rows_with_a_problem_are_refused_and_stand_in_the_report(scene: SheetScene) -> None:
    done = scene.take_over(scene.bring(ROSA, ("sin arroba", *LUZ[1:])))

    [refused] = refused_rows(done)
    assert (refused.line, refused.text(Column.DOCUMENT)) == (3, "01234567")
    assert "correo" in refused.reason or "e-mail" in refused.reason
    assert (done.summary["new"], done.summary["refused"], done.total) == (1, 1, 1)


def test_last_seat_that_is_taken_meanwhile_refuses_its_row_whole(scene: SheetScene) -> None:
    scene.cohort.seats, scene.cohort.has_waiting_list = 2, False
    scene.cohort.save()
    row = confirm(scene, *people(2), ("libre@example.test", "", "Libre", "", "", ""))
    other = MembershipFactory(agency=scene.agency).user
    nominate(cohort=scene.cohort, agency=scene.agency, learner=other, acting_user=other, now=NOW)

    run(row)

    row.refresh_from_db()
    [refused] = refused_rows(row)
    assert (refused.text(Column.EMAIL), row.stage) == ("p1@example.test", "over")
    assert "lista de espera" in refused.reason
    assert set(invitations().values_list("email", flat=True)) == {
        "p0@example.test",
        "libre@example.test",
    }


def test_row_that_a_service_refuses_takes_nobody_with_it(scene: SheetScene) -> None:
    """What the plan cannot foresee: she takes the course elsewhere, which the agency may not see."""
    rosa = UserFactory(email="p1@example.test")
    MembershipFactory(agency=scene.agency, user=rosa)
    elsewhere = make_sheet_scene(scene.cohort.release, now=NOW, name="Otro grupo")
    MembershipFactory(agency=elsewhere.agency, user=rosa)
    nominate(
        cohort=elsewhere.cohort,
        agency=elsewhere.agency,
        learner=rosa,
        acting_user=elsewhere.coordinator,
        now=NOW,
    )

    done = scene.take_over(scene.bring(*people(3)))

    assert [one.line for one in refused_rows(done)] == [3]
    assert (done.summary["new"], done.summary["refused"]) == (2, 1)


def test_lost_worker_is_followed_by_another_and_nothing_comes_twice(
    scene: SheetScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first worker dies in the midst of the second slice: that slice is undone and taken anew."""
    monkeypatch.setattr(running, "SLICE", 2)
    row = confirm(scene, *people(5))
    real, calls = running.nominate_invited, []

    def dying(**given: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise SystemExit
        return real(**given)

    monkeypatch.setattr(running, "nominate_invited", dying)
    with pytest.raises(SystemExit):
        run(row)
    row.refresh_from_db()
    assert (row.done, invitations().count()) == (2, 2)
    assert run(row) == 0  # the lease of the dead worker still holds

    assert running.resend_stale_imports(now=NOW + timedelta(seconds=30)) == 0
    assert run(row, after=running.lease() + timedelta(seconds=1)) == 3
    row.refresh_from_db()
    assert (row.stage, row.done, row.summary["new"]) == ("over", 5, 5)
    assert (invitations().count(), CohortPlace.objects.count()) == (5, 5)
    assert AuditEvent.objects.filter(action="invitation_made").count() == 5


def test_slow_worker_whose_lease_was_taken_writes_nothing(
    scene: SheetScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = confirm(scene, *people(2))
    StaffImport.objects.claim(row.pk, now=NOW, lease=running.lease())
    todo = unseal(row.rows)

    taken = running._take_slice(row.pk, todo, held_until=NOW + timedelta(seconds=1), now=NOW)

    assert (taken, invitations().count()) == (0, 0)


def test_people_who_cannot_be_invited_together_are_taken_one_by_one(
    scene: SheetScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def colliding(**given: Any) -> Any:
        raise IntegrityError

    monkeypatch.setattr(running, "invite_many", colliding)
    done = scene.take_over(scene.bring(*people(2), LUZ))

    assert (done.summary["new"], done.summary["accounts"]) == (3, 1)
    assert (invitations().count(), CohortPlace.objects.count()) == (2, 3)


def test_long_import_lets_the_others_in_the_queue_go_first(
    scene: SheetScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[int] = []
    monkeypatch.setattr(running, "SLICE", 1)
    monkeypatch.setattr(running, "SLICES_A_TURN", 2)
    monkeypatch.setattr(running, "send_now", lambda name, import_id: sent.append(import_id))
    row = confirm(scene, *people(3))

    assert [run(row), run(row), run(row)] == [2, 1, 0]
    assert sent == [row.pk]


def test_failure_is_noted_and_given_up_in_the_end(
    scene: SheetScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = confirm(scene, *people(2))

    def broken(**given: Any) -> Any:
        raise RuntimeError("no")

    monkeypatch.setattr(running, "invite_many", broken)
    for number in range(running.MOST_TRIES):
        with pytest.raises(RuntimeError):
            run(row, after=number * timedelta(minutes=2))
    row.refresh_from_db()
    assert (row.state, row.failure, row.stage) == (
        OutboxState.FAILED,
        "RuntimeError: no",
        "confirmed",
    )

    monkeypatch.undo()
    services.retry_import(staff_import=row, acting_user=scene.coordinator, now=NOW)
    run(row, after=timedelta(hours=1))
    row.refresh_from_db()
    assert (row.state, row.stage, row.done) == (OutboxState.DONE, "over", 2)


def test_two_imports_of_the_same_people_make_them_once(scene: SheetScene) -> None:
    first, second = confirm(scene, *people(2), LUZ), confirm(scene, *people(2), LUZ)

    run(first)
    run(second)

    second.refresh_from_db()
    assert (invitations().count(), CohortPlace.objects.count()) == (2, 3)
    assert (second.stage, second.summary["same"], second.summary["new"]) == ("over", 3, 0)


def test_corrections_touch_only_rows_with_a_problem(scene: SheetScene) -> None:
    row = scene.bring(ROSA, ("sin arroba", *LUZ[1:3], 1234567, "", ""))
    typed = {
        2: {Column.NAME: "Cambiada"},
        3: {Column.EMAIL: "luz@example.test", Column.NAME: "Luz R.", Column.DOCUMENT: "1234567"},
        99: {Column.NAME: "Nadie"},
    }

    plan = services.correct_rows(staff_import=row, cells=typed, left_out=[2], now=NOW)

    row.refresh_from_db()
    rosa, luz = unseal(row.rows)
    assert (rosa.text(Column.NAME), rosa.is_out) == ("Rosa Quispe Ñahui", False)
    assert (luz.text(Column.EMAIL), luz.text(Column.NAME)) == ("luz@example.test", "Luz R.")
    assert [one.column for one in plan.rows[1].problems] == [Column.DOCUMENT]

    plan = services.take_suggestions(staff_import=row, now=NOW)
    assert [one.outcome for one in plan.rows] == ["new", "new"]
    assert plan.rows[1].checked.number == "01234567"


def test_rows_are_left_out_and_put_back(scene: SheetScene) -> None:
    twice = ("rosa@example.test", "", "Rosa Quispe", "", "", "")
    row = scene.bring(ROSA, twice)

    out = services.correct_rows(staff_import=row, cells={}, left_out=[3], now=NOW)
    assert [one.outcome for one in out.rows] == ["new", "out"]
    back = services.put_back(staff_import=row, lines=[3], now=NOW)
    assert [one.outcome for one in back.rows] == ["problem", "problem"]


def test_confirmed_import_is_neither_corrected_nor_dropped(scene: SheetScene) -> None:
    row = confirm(scene, ROSA)
    again = services.confirm_import(staff_import=row, acting_user=scene.coordinator, now=NOW)

    assert (again.pk, AuditEvent.objects.filter(action="staff_import_confirmed").count()) == (
        row.pk,
        1,
    )
    for act in (
        lambda: services.correct_rows(staff_import=row, cells={}, left_out=[2], now=NOW),
        lambda: services.drop_import(staff_import=row, acting_user=scene.coordinator, now=NOW),
    ):
        with pytest.raises(services.ImportRefused):
            act()


def test_old_rows_are_forgotten(scene: SheetScene) -> None:
    over = scene.take_over(scene.bring(ROSA, ("sin arroba", *LUZ[1:])))
    waiting = scene.bring(ROSA)

    assert services.forget_old_rows(now=NOW + timedelta(days=6)) == 0
    assert services.forget_old_rows(now=NOW + timedelta(days=7)) == 1
    waiting.refresh_from_db()
    assert (waiting.stage, waiting.rows, waiting.state) == ("dropped", [], OutboxState.DONE)
    assert services.forget_old_rows(now=NOW + timedelta(days=30)) == 1
    over.refresh_from_db()
    assert (refused_rows(over), over.summary["refused"]) == ([], 1)
    assert services.forget_old_rows(now=NOW + timedelta(days=31)) == 0


def test_rows_sealed_with_a_lost_key_end_the_import(scene: SheetScene, settings: Any) -> None:
    row, other = confirm(scene, ROSA), scene.bring(ROSA)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "otra-clave-de-prueba" * 3, []

    run(row)

    row.refresh_from_db()
    assert (row.stage, row.state, row.rows) == ("over", OutboxState.FAILED, [])
    with pytest.raises(services.ImportRefused), translation.override("en"):
        services.put_back(staff_import=other, lines=[], now=NOW)

"""Building the tree: what holds it together, and what a closing moves."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from lms.accounts.enums import UnitKind
from lms.accounts.models import Agency, Unit, User
from lms.accounts.units import services
from lms.accounts.units.services import UnitRefused
from lms.core.models import AuditEvent
from tests.factories import AgencyFactory, UserFactory
from tests.factories.units import make_member, make_unit, membership_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 26)
"""It is still the evening of the 26th in Lima."""


@pytest.fixture
def agency() -> Agency:
    return AgencyFactory()


@pytest.fixture
def boss() -> User:
    return UserFactory()


@pytest.fixture
def by(boss: User) -> dict[str, Any]:
    return {"acting_user": boss, "now": NOW}


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


def refused(act: Callable[..., Any], **given: Any) -> str:
    """Return why this was refused; nothing was written by it."""
    before = list(Unit.objects.order_by("pk").values()), actions()
    with pytest.raises(UnitRefused) as refusal:
        act(**given)
    assert (list(Unit.objects.order_by("pk").values()), actions()) == before
    return str(refusal.value)


def test_unit_is_made_below_another_and_noted(agency: Agency, by: dict[str, Any]) -> None:
    top = services.create_unit(agency=agency, name=" Región  Sur ", kind="region", **by)
    post = services.create_unit(agency=agency, name="Paso Real", kind="station", parent=top, **by)

    assert (top.name, post.parent, post.kind) == ("Región Sur", top, UnitKind.STATION)
    assert actions() == ["unit_created"] * 2


@pytest.mark.parametrize("name", ["region sur", "REGIÓN SUR", "Región Súr"])
def test_name_is_taken_whatever_its_accents(agency: Agency, by: Any, name: str) -> None:
    make_unit(agency, "Región Sur")

    refused(services.create_unit, agency=agency, name=name, kind="region", **by)
    services.create_unit(agency=AgencyFactory(), name=name, kind="region", **by)


def test_parent_must_be_open_near_and_of_the_agency(agency: Agency, by: Any) -> None:
    first = make_unit(agency, "1")
    deep = make_unit(agency, "4", make_unit(agency, "3", make_unit(agency, "2", first)))
    closed = make_unit(agency, "Cerrada", closed_on=TODAY)
    foreign = make_unit(AgencyFactory(), "Ajena")

    for parent in (deep, closed, foreign):
        refused(
            services.create_unit, agency=agency, name="Nueva", kind="shift", parent=parent, **by
        )
        refused(services.move_unit, unit=make_unit(agency, f"X{parent.pk}"), parent=parent, **by)


def test_unit_moves_with_what_is_below_it(agency: Agency, by: Any) -> None:
    south, north = make_unit(agency, "Sur"), make_unit(agency, "Norte")
    post = make_unit(agency, "Puesto", south)
    shift = make_unit(agency, "Turno", post)
    member = make_member(agency, shift)

    services.move_unit(unit=post, parent=north, **by)
    services.move_unit(unit=post, parent=north, **by)

    post.refresh_from_db()
    shift.refresh_from_db()
    assert (post.parent, shift.parent) == (north, post)
    assert membership_of(member, agency).unit == shift
    assert actions() == ["unit_moved"]


def test_no_circle_and_no_fifth_level_by_a_move(agency: Agency, by: Any) -> None:
    south = make_unit(agency, "Sur")
    post = make_unit(agency, "Puesto", south)
    shift = make_unit(agency, "Turno", post)
    far = make_unit(agency, "Equipo", make_unit(agency, "Guardia"))

    for parent in (south, post, shift):
        refused(services.move_unit, unit=south, parent=parent, **by)
    # Sur has three levels, so it does not fit below the second
    refused(services.move_unit, unit=south, parent=far, **by)
    services.move_unit(unit=post, parent=far, **by)


def test_change_is_whole_or_nothing(agency: Agency, by: Any) -> None:
    south, north = make_unit(agency, "Sur"), make_unit(agency, "Norte")
    post = make_unit(agency, "Puesto", south)

    refused(services.change_unit, unit=post, name="A / B", kind="shift", parent=north, **by)
    services.change_unit(unit=post, name="Comisaría", kind="shift", parent=None, **by)

    post.refresh_from_db()
    assert (post.name, post.kind, post.parent) == ("Comisaría", UnitKind.SHIFT, None)
    assert actions() == ["unit_moved", "unit_renamed"]


def test_full_unit_is_closed_only_with_a_place_for_its_people(agency: Agency, by: Any) -> None:
    old, new = make_unit(agency, "Vieja"), make_unit(agency, "Nueva")
    below = make_unit(agency, "Turno", old)
    here = make_member(agency, old)
    gone = make_member(agency, old, until_date=date(2026, 11, 25))
    coming = make_member(agency, old, from_date=date(2026, 12, 1))

    refused(services.close_unit, unit=old, **by)
    for target in (old, below, make_unit(AgencyFactory(), "Ajena")):
        refused(services.close_unit, unit=old, is_moving=True, target=target, **by)
    closed = services.close_unit(unit=old, is_moving=True, target=new, **by)

    below.refresh_from_db()
    assert (closed.closed_date, below.parent) == (TODAY, new)
    units = [membership_of(one, agency).unit for one in (here, gone, coming)]
    assert units == [new, old, new]
    assert services.close_unit(unit=old, **by).closed_date == TODAY
    assert actions() == ["unit_moved", "unit_closed"]


def test_empty_unit_is_closed_and_opened_again(agency: Agency, by: Any) -> None:
    top = make_unit(agency, "Sur")
    unit = make_unit(agency, "Puesto", top)
    member = make_member(agency)
    make_member(agency, unit, until_date=date(2026, 11, 25))
    services.close_unit(unit=unit, **by)

    refused(services.put_in_unit, membership=membership_of(member, agency), unit=unit, **by)
    services.close_unit(unit=top, **by)
    assert "Sur" in refused(services.reopen_unit, unit=unit, **by)
    services.reopen_unit(unit=top, **by)
    assert services.reopen_unit(unit=unit, **by).closed_date is None


def test_open_invitations_stand_in_the_way_and_move_along(agency: Agency, by: Any) -> None:
    unit = make_unit(agency, "Puesto")
    invitation = invite(agency, unit, expires_at=datetime(2026, 12, 10, tzinfo=UTC))
    lapsed = invite(agency, unit, email="otra@example.test", expires_at=NOW)

    refused(services.close_unit, unit=unit, **by)
    services.close_unit(unit=unit, is_moving=True, **by)

    invitation.refresh_from_db()
    lapsed.refresh_from_db()
    assert (invitation.unit, lapsed.unit) == (None, None)


def invite(agency: Agency, unit: Unit, *, email: str = "una@example.test", **fields: Any) -> Any:
    return agency.invitations.create(
        unit=unit, email=email, full_name="Una Persona", created_at=NOW, **fields
    )


def test_member_is_put_into_another_unit(agency: Agency, by: Any) -> None:
    day, night = make_unit(agency, "Turno día"), make_unit(agency, "Turno noche")
    membership = membership_of(make_member(agency, day), agency)
    foreign = make_unit(AgencyFactory(), "Ajena")

    services.put_in_unit(membership=membership, unit=night, **by)
    services.put_in_unit(membership=membership, unit=night, **by)
    refused(services.put_in_unit, membership=membership, unit=foreign, **by)

    membership.refresh_from_db()
    assert membership.unit == night
    assert actions() == ["membership_unit_changed"]


def test_list_makes_all_units_or_none(agency: Agency, by: Any) -> None:
    make_unit(agency, "Región Sur")
    good = "region sur / Comisaría Paso Real / Turno noche\nTurno administrativo"

    refused(services.create_units, agency=agency, text=f"{good}\na/b/c/d/e", **by)
    assert services.create_units(agency=agency, text=good, **by) == 3
    assert services.create_units(agency=agency, text=good, **by) == 0

    made = (
        Unit.objects.filter(agency=agency)
        .order_by("pk")
        .values_list("name", "kind", "parent__name")
    )
    assert list(made) == [
        ("Región Sur", "region", None),
        ("Turno administrativo", "shift", None),
        ("Comisaría Paso Real", "station", "Región Sur"),
        ("Turno noche", "shift", "Comisaría Paso Real"),
    ]
    assert actions() == ["units_created"]


def test_list_of_hundreds_costs_few_queries(
    agency: Agency, by: Any, django_assert_max_num_queries: Any
) -> None:
    text = "\n".join(f"Región {n % 10} / Puesto {n} / Turno noche" for n in range(300))

    with django_assert_max_num_queries(16):
        assert services.create_units(agency=agency, text=text, **by) == 610

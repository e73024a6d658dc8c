"""The tree of units, and how its units are found by what people write."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from lms.accounts.units.paths import clean_unit_name, fold_path
from lms.accounts.units.plans import plan_units
from lms.accounts.units.queries import people_by_unit, unit_tree, unit_with_below, units_by_path
from tests.factories import AgencyFactory
from tests.factories.units import make_member, make_unit

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 26)


def test_tree_names_each_unit_from_the_top_down(django_assert_num_queries: Any) -> None:
    agency = AgencyFactory()
    south = make_unit(agency, "Región Sur")
    post = make_unit(agency, "Comisaría Paso Real", south)
    make_unit(agency, "Turno noche", post)
    make_unit(agency, "Ámbar", south)
    make_unit(agency, "Vieja", south, closed_on=DAY)
    make_unit(AgencyFactory(), "Ajena")

    with django_assert_num_queries(1):
        nodes = unit_tree(agency)

    assert [(node.path, node.depth, node.has_units_below) for node in nodes] == [
        ("Región Sur", 1, True),
        ("Región Sur / Ámbar", 2, False),
        ("Región Sur / Comisaría Paso Real", 2, True),
        ("Región Sur / Comisaría Paso Real / Turno noche", 3, False),
    ]
    assert len(unit_tree(agency, with_closed=True)) == 5


def test_units_are_found_by_path_and_by_any_clear_end_of_it() -> None:
    agency = AgencyFactory()
    south, north = make_unit(agency, "Región Sur"), make_unit(agency, "Región Norte")
    post, other = make_unit(agency, "Paso Real", south), make_unit(agency, "Huallaga", north)
    night, far_night = (
        make_unit(agency, "Turno noche", post),
        make_unit(agency, "Turno noche", other),
    )
    make_unit(agency, "Cerrada", south, closed_on=DAY)

    found = units_by_path(agency)

    def at(text: str) -> object:
        return found.get(fold_path(text))

    assert at("región sur /  PASO REAL / turno NOCHE") == night
    assert at("Region Norte > Huallaga > Turno noche") == far_night
    assert at("Paso Real / Turno noche") == night
    assert at("paso real") == post
    assert [at("Turno noche"), at("Cerrada"), at("Sur"), at("")] == [None] * 4


def test_whole_path_wins_over_the_end_of_another() -> None:
    agency = AgencyFactory()
    top = make_unit(agency, "Lima")
    make_unit(agency, "Lima", make_unit(agency, "Norte"))

    assert units_by_path(agency)["lima"] == top


def test_units_below_are_all_of_them() -> None:
    agency = AgencyFactory()
    top = make_unit(agency, "A")
    middle = make_unit(agency, "B", top)
    low, closed = make_unit(agency, "C", middle), make_unit(agency, "D", top, closed_on=DAY)
    make_unit(agency, "E")

    assert sorted(unit_with_below(top)) == sorted([top.pk, middle.pk, low.pk, closed.pk])
    assert unit_with_below(low) == [low.pk]


def test_people_are_counted_on_a_day() -> None:
    agency = AgencyFactory()
    unit = make_unit(agency, "A")
    make_member(agency, unit)
    make_member(agency, unit, until_date=date(2026, 11, 25))
    make_member(agency)
    make_member(AgencyFactory())

    assert people_by_unit(agency, on=DAY) == {unit.pk: 1, None: 1}


@pytest.mark.parametrize("name", ["", " - ", "A / B", "A > B", "x" * 121, "A\u202eB"])
def test_names_that_cannot_stand_in_a_path_are_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        clean_unit_name(name)


def test_plan_says_what_each_line_makes() -> None:
    agency = AgencyFactory()
    make_unit(agency, "Cerrada", closed_on=DAY)
    south = make_unit(agency, "Región Sur")
    make_unit(agency, "Paso Real", south)

    plan = plan_units(
        agency,
        "región sur / PASO REAL\n\nRegión Sur\tHuallaga\tTurno día\nRegión Sur / Huallaga\n"
        "A / B / C / D / E\nCerrada / Puesto\n///\nRegion Sur > huallaga > turno dia",
    )

    assert [(line.number, line.is_new, bool(line.problem)) for line in plan.lines] == [
        (1, False, False),
        (3, True, False),
        (4, False, False),
        (5, False, True),
        (6, False, True),
        (7, False, True),
        (8, False, False),
    ]
    assert list(plan.new.values()) == [
        ("Región Sur", "Huallaga"),
        ("Región Sur", "Huallaga", "Turno día"),
    ]
    assert (plan.problems, plan.implied) == (3, 1)

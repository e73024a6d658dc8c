"""Pages of the units: who builds the tree, and what is said about bad input."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lms.accounts.models import Agency, Unit
from tests.factories import AgencyFactory, make_course
from tests.factories.units import make_member, make_unit, membership_of
from tests.learning.cast import Cast, client_of, make_cast

pytestmark = pytest.mark.django_db


@dataclass
class Desk:
    """An agency and its coordinator's browser."""

    cast: Cast
    agency: Agency

    def url(self, name: str, *args: int) -> str:
        return reverse(name, args=[self.agency.pk, *args])

    def get(self, page: str, /, *args: int, **data: Any) -> Any:
        return client_of(self.cast.coordinator).get(self.url(page, *args), data)

    def post(self, page: str, /, *args: int, **data: Any) -> Any:
        return client_of(self.cast.coordinator).post(self.url(page, *args), data)


@pytest.fixture
def desk() -> Desk:
    cast = make_cast(make_course(lessons=1, questions=0))
    return Desk(cast, cast.coordinator.memberships.get().agency)


def test_units_are_for_the_coordinator_of_their_agency(desk: Desk) -> None:
    unit = make_unit(desk.agency, "Puesto")
    foreign = make_unit(AgencyFactory(), "Ajena")
    expected = {
        "learner": 404,
        "trainer": 404,
        "coordinator": 200,
        "administrator": 404,
        "stranger": 404,
        "nobody": 302,
    }
    names = ("agency_units", "agency_unit_add", "agency_units_paste")
    paths = [desk.url(name) for name in names]
    paths += [desk.url(name, unit.pk) for name in ("agency_unit", "agency_unit_close")]

    assert {path: desk.cast.statuses(path) for path in paths} == dict.fromkeys(paths, expected)
    for name in ("agency_unit", "agency_unit_close", "agency_unit_reopen"):
        assert desk.post(name, foreign.pk).status_code == 404
        strangers = desk.cast.statuses(desk.url(name, unit.pk), method="post", name="X")
        del strangers["coordinator"]
        assert set(strangers.values()) == {404, 302}
    assert list(Unit.objects.order_by("pk").values_list("name", "closed_date")) == [
        ("Puesto", None),
        ("Ajena", None),
    ]


def test_list_has_few_queries(desk: Desk) -> None:
    counts = []
    for number in (1, 3):
        for one in range(number):
            make_member(desk.agency, make_unit(desk.agency, f"Puesto {number} {one}"))
        browser = client_of(desk.cast.coordinator)
        browser.get(desk.url("agency_units"))
        with CaptureQueriesContext(connection) as queries:
            answer = browser.get(desk.url("agency_units"))
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 6
    assert [row.people for row in answer.context["units"].open] == [1] * 4
    assert answer.context["units"].without_unit == 2


def test_unit_is_added_below_another(desk: Desk) -> None:
    top = make_unit(desk.agency, "Región Sur")
    page = desk.get("agency_unit_add", en=top.pk).content.decode()
    assert f'<option value="{top.pk}" selected>' in page

    answer = desk.post("agency_unit_add", name="Paso Real", kind="station", parent=top.pk)

    assert answer.url == desk.url("agency_units")
    assert Unit.objects.get(name="Paso Real").parent == top


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"name": "REGION SUR"}, "name"),
        ({"name": "A / B"}, "name"),
        ({"name": ""}, "name"),
        ({"kind": "galaxy"}, "kind"),
        ({"parent": "999999"}, "parent"),
    ],
)
def test_bad_unit_is_said_at_its_field_and_kept(
    desk: Desk, data: dict[str, str], field: str
) -> None:
    make_unit(desk.agency, "Región Sur")
    typed = {"name": "Turno noche", "kind": "shift", "parent": "", **data}

    answer = desk.post("agency_unit_add", **typed)

    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    assert answer.context["form"]["name"].value() == typed["name"]
    assert Unit.objects.count() == 1


def test_unit_is_changed_and_moved(desk: Desk) -> None:
    south, north = make_unit(desk.agency, "Sur"), make_unit(desk.agency, "Norte")
    post = make_unit(desk.agency, "Puesto", south)

    form = desk.get("agency_unit", south.pk).context["form"]
    assert [value for value, _label in form.fields["parent"].choices] == ["", str(north.pk)]
    desk.post("agency_unit", post.pk, name="Comisaría", kind="station", parent=north.pk)

    post.refresh_from_db()
    assert (post.name, post.parent) == ("Comisaría", north)


def test_closing_asks_where_the_people_go(desk: Desk) -> None:
    old, new = make_unit(desk.agency, "Vieja"), make_unit(desk.agency, "Nueva")
    member = make_member(desk.agency, old)

    refused = desk.post("agency_unit_close", old.pk)
    assert (refused.status_code, list(refused.context["form"].errors)) == (400, ["target"])
    assert desk.post("agency_unit_close", old.pk, move="1", target=new.pk).status_code == 302

    old.refresh_from_db()
    assert old.closed_date == timezone.localdate()
    assert membership_of(member, desk.agency).unit == new
    assert [node.unit for node in desk.get("agency_units").context["units"].closed] == [old]
    desk.post("agency_unit_reopen", old.pk)
    old.refresh_from_db()
    assert old.closed_date is None


def test_pasted_list_is_shown_before_it_is_made(desk: Desk) -> None:
    text = "Región Sur / Paso Real / Turno noche\nRegión Sur / Paso Real / Turno día"

    shown = desk.post("agency_units_paste", paths=text)
    assert [line.is_new for line in shown.context["plan"].lines] == [True, True]
    assert Unit.objects.count() == 0
    assert "Turno día" in shown.content.decode()

    done = desk.post("agency_units_paste", paths=text, confirm="1")
    assert done.url == desk.url("agency_units")
    assert Unit.objects.count() == 4


def test_problem_in_a_list_stops_all_of_it_and_keeps_what_was_pasted(desk: Desk) -> None:
    make_unit(desk.agency, "Cerrada", closed_on=timezone.localdate() - timedelta(days=1))
    text = "Buena\nCerrada / Turno"

    answer = desk.post("agency_units_paste", paths=text, confirm="1")

    assert answer.status_code == 400
    assert [line.number for line in answer.context["lines"] if line.problem] == [2]
    assert answer.context["form"]["paths"].value() == text
    assert Unit.objects.count() == 1
    assert list(desk.post("agency_units_paste", paths=" \n ").context["form"].errors) == ["paths"]

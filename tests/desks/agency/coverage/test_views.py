"""The page of the coverage and the first page of the desk: who comes in, and what stands there."""

import re
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from certificates.enums import CertificateState
from lms.accounts.models import Agency
from lms.learning.enums import PlaceState
from lms.learning.models import Cohort, CohortPlace
from tests.factories import AgencyFactory, make_course
from tests.factories.cohorts import make_cohort
from tests.factories.units import certify, make_member, make_unit, put_under_way
from tests.learning.cast import Cast, client_of, make_cast

pytestmark = pytest.mark.django_db
EXPECTED = {
    "learner": 404,
    "trainer": 404,
    "coordinator": 200,
    "administrator": 404,
    "stranger": 404,
    "nobody": 302,
}


@dataclass
class Desk:
    """An agency that nominates to a cohort which never ends while the test runs."""

    cast: Cast
    agency: Agency
    cohort: Cohort

    def url(self, name: str, *args: Any) -> str:
        return reverse(name, args=[self.agency.pk, *args])

    def get(self, name: str = "agency_coverage", *args: Any, **data: Any) -> Any:
        return client_of(self.cast.coordinator).get(self.url(name, *args), data)

    def text(self, **data: Any) -> str:
        return self.get(**data).content.decode()


@pytest.fixture
def desk() -> Desk:
    cast = make_cast(make_course(lessons=1, questions=0))
    agency = cast.coordinator.memberships.get().agency
    cohort = make_cohort(cast.release)
    today = timezone.localdate()
    cohort.starts_date, cohort.ends_date = today, today + timedelta(days=60)
    cohort.save()
    cohort.agencies.add(agency)
    return Desk(cast, agency, cohort)


def populate(desk: Desk, number: int) -> None:
    """Add so many units, each with somebody certified, somebody under way and somebody new."""
    now = timezone.now()
    for one in range(number):
        unit = make_unit(desk.agency, f"Puesto {desk.agency.units.count()} {one}")
        certify(
            make_member(desk.agency, unit),
            desk.agency,
            desk.cohort,
            now=now,
            until=now + timedelta(days=30),
        )
        lonely = make_unit(desk.agency, "Turno", unit)
        put_under_way(make_member(desk.agency, lonely), desk.agency, desk.cohort, now=now)
        make_member(desk.agency, lonely)
        waits = put_under_way(make_member(desk.agency), desk.agency, desk.cohort, now=now)
        waits.places.update(state=PlaceState.WAITING)


def test_coverage_is_for_the_coordinator(desk: Desk) -> None:
    paths = [
        desk.url("agency_coverage"),
        desk.url("agency_coverage_file", "csv"),
        desk.url("agency_coverage_file", "xlsx"),
    ]

    assert {path: desk.cast.statuses(path) for path in paths} == dict.fromkeys(paths, EXPECTED)
    assert desk.get("agency_coverage_file", "pdf").status_code == 404
    other = AgencyFactory()
    mine = client_of(desk.cast.coordinator)
    assert mine.get(reverse("agency_coverage", args=[other.pk])).status_code == 404


EVERY_PAGE = 4
"""The session, the user, the agency that she coordinates, the settings of the site."""


@pytest.mark.parametrize(("name", "most"), [("agency_coverage", 8), ("agency_home", 9)])
def test_queries_do_not_grow(desk: Desk, name: str, most: int) -> None:
    counts = []
    for number in (1, 3):
        populate(desk, number)
        browser = client_of(desk.cast.coordinator)
        browser.get(desk.url(name))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert browser.get(desk.url(name)).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1] <= EVERY_PAGE + most


def test_gap_stands_before_everything_and_is_said_in_words(desk: Desk) -> None:
    unit = make_unit(desk.agency, "Puesto El Ayro")
    make_member(desk.agency, unit, full_name="Milagros Ccopa")
    covered = make_unit(desk.agency, "Oficina")
    for place in (covered, None):
        certify(make_member(desk.agency, place), desk.agency, desk.cohort, now=timezone.now())

    page = desk.text()

    gap, table = page.index('class="coverage-gap"'), page.index("coverage-table")
    assert gap < table
    assert page[gap:table].count("Puesto El Ayro") >= 1
    assert "Milagros Ccopa" in page[gap:table]
    assert "Oficina" not in page[gap:table]
    row = page[table : page.index("<tfoot>")]
    assert re.findall(r"NADIE|NOBODY", row) == [re.findall(r"NADIE|NOBODY", page[gap:table])[0]]


def test_who_is_under_way_or_stuck_is_never_named_by_the_coverage(desk: Desk) -> None:
    unit = make_unit(desk.agency, "Puesto")
    user = make_member(desk.agency, unit, full_name="Rosa Quispe Mamani")
    put_under_way(user, desk.agency, desk.cohort, now=timezone.now())
    make_member(AgencyFactory(), full_name="Persona Ajena")

    page = desk.text()

    assert "Rosa Quispe" not in page
    assert "Persona Ajena" not in page


def test_day_to_come_shows_who_will_have_lapsed(desk: Desk) -> None:
    now = timezone.now()
    unit = make_unit(desk.agency, "Puesto")
    user = make_member(desk.agency, unit)
    certify(user, desk.agency, desk.cohort, now=now, until=now + timedelta(days=100))
    later = timezone.localdate(now) + timedelta(days=101)

    today, then = desk.get(), desk.get(dia=later.isoformat())

    # the coordinator and the learner of the cast belong to the agency without a unit
    assert [gap.unit.node for gap in today.context["gaps"]] == [None]
    paths = [gap.unit.node.path for gap in then.context["gaps"] if gap.unit.node]
    assert paths == ["Puesto"]
    assert (today.context["is_today"], then.context["is_today"]) == (True, False)


@pytest.mark.parametrize("day", ["2020-01-01", "2999-01-01", "mañana", "2026-02-31"])
def test_impossible_day_is_said_at_the_field_and_kept(desk: Desk, day: str) -> None:
    answer = desk.get(dia=day)

    assert list(answer.context["form"].errors) == ["dia"]
    assert answer.context["coverage"].day == timezone.localdate()
    assert f'value="{day}"' in answer.content.decode()


def test_unknown_course_shows_the_first_one(desk: Desk) -> None:
    second = make_cast(make_course(slug="otro", title="Otro curso", lessons=1, questions=0)).release
    make_cohort(second).agencies.add(desk.agency)
    CohortPlace.objects.create(
        cohort=desk.cohort,
        agency=desk.agency,
        learner=desk.cast.learner,
        state=PlaceState.WAITING,
        created_at=timezone.now(),
    )

    assert desk.get(curso=str(second.course_key)).context["course"].title == "Otro curso"
    wrong = desk.get(curso="nada")
    assert wrong.context["course"].title == "Curso de prueba"
    assert list(wrong.context["form"].errors) == ["curso"]


def test_agency_without_a_course_is_told_so(desk: Desk) -> None:
    desk.cohort.agencies.clear()

    assert desk.get().status_code == 200
    assert "course" not in desk.get().context
    assert desk.get("agency_coverage_file", "csv").status_code == 404
    assert desk.get("agency_home").context["desk"].coverage is None


def test_files_say_the_same_and_act_as_no_formula(desk: Desk) -> None:
    unit = make_unit(desk.agency, "=CMD|'/c calc'")
    make_member(desk.agency, unit)
    certify(
        make_member(desk.agency),
        desk.agency,
        desk.cohort,
        now=timezone.now(),
        state=CertificateState.EXPIRED,
    )

    book = load_workbook(BytesIO(desk.get("agency_coverage_file", "xlsx").content))
    rows = [list(row) for row in book.active.iter_rows(values_only=True)]
    lines = desk.get("agency_coverage_file", "csv").content.decode("utf-8-sig").splitlines()

    assert rows[0][:2] == [desk.agency.name, "Curso de prueba"]
    assert rows[1][1] == timezone.localdate().isoformat()
    assert [row[0] for row in rows[5:]][:1] == ["'=CMD|'/c calc'"]
    assert rows[5][2:7] == [1, 0, 0, 0, 0]
    # the coordinator and the learner of the cast, and the one whose certificate has expired
    assert rows[6][2:7] == [3, 0, 0, 1, 0]
    assert lines[5].startswith("\"'=CMD|'/c calc'\";") or lines[5].startswith("'=CMD|'/c calc';")
    assert lines[6].split(";")[2:7] == ["3", "0", "0", "1", "0"]


def test_first_page_answers_the_questions_of_the_desk(desk: Desk) -> None:
    populate(desk, 1)

    answer = desk.get("agency_home")

    shown = answer.context["desk"]
    assert (shown.coverage.total.current, shown.coverage.total.ending) == (1, 1)
    assert shown.coverage.units_with_nobody == 1
    assert [(row.cohort, row.invited, row.waiting, row.applied) for row in shown.waiting] == [
        (desk.cohort, 0, 1, 0)
    ]
    page = answer.content.decode()
    assert page.index(desk.url("agency_check")) < page.index("coverage-figures")
    assert desk.url("agency_coverage") in page


def test_waiting_nominations_of_others_and_of_the_past_are_not_shown(desk: Desk) -> None:
    other = AgencyFactory()
    user = make_member(desk.agency)
    place = put_under_way(user, other, desk.cohort, now=timezone.now()).places
    place.update(state=PlaceState.WAITING)
    assert desk.get("agency_home").context["desk"].waiting == []

    CohortPlace.objects.update(agency=desk.agency)
    assert len(desk.get("agency_home").context["desk"].waiting) == 1
    today = timezone.localdate()
    Cohort.objects.update(
        starts_date=today - timedelta(days=9), ends_date=today - timedelta(days=1)
    )
    assert desk.get("agency_home").context["desk"].waiting == []


def test_all_pages_of_the_agency_have_its_tabs(desk: Desk) -> None:
    names = (
        "agency_home",
        "agency_coverage",
        "agency_units",
        "agency_check",
        "agency_shared",
        "agency_keys",
    )
    found = {name: desk.get(name).content.decode() for name in names}

    for name, page in found.items():
        tabs = page[page.index('class="tabs"') :]
        current = re.search(r'<a href="([^"]+)" aria-current="page"', tabs)
        assert current is not None
        assert current[1] == desk.url(name)

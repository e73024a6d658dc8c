"""People without an e-mail address at the coordinator's desk."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lms.accounts.models import AccessCode, Agency, User
from lms.learning.models import Notice
from tests.accounts.test_mail import TOPIC
from tests.factories import AgencyFactory, MembershipFactory, UserFactory, make_course
from tests.factories.paper import make_person_without_mail
from tests.factories.units import make_unit
from tests.learning.cast import Cast, client_of, make_cast

pytestmark = pytest.mark.django_db


@dataclass
class Desk:
    """An agency and its coordinator's browser."""

    cast: Cast
    agency: Agency

    def url(self, name: str) -> str:
        return reverse(name, args=[self.agency.pk])

    def get(self, page: str, **data: Any) -> Any:
        return client_of(self.cast.coordinator).get(self.url(page), data)

    def post(self, page: str, **data: Any) -> Any:
        return client_of(self.cast.coordinator).post(self.url(page), data)

    def key(self, user: User) -> int:
        return user.memberships.get(agency=self.agency).pk


@pytest.fixture
def desk() -> Desk:
    cast = make_cast(make_course(lessons=1, questions=0))
    return Desk(cast, cast.coordinator.memberships.get().agency)


def test_pages_are_for_the_coordinator_of_the_agency(desk: Desk) -> None:
    closed = dict.fromkeys(("learner", "trainer", "administrator", "stranger"), 404)
    for name, status in (
        ("agency_codes", 200),
        ("agency_account_add", 200),
        ("agency_codes_sheet", 302),
    ):
        expected = {**closed, "coordinator": status, "nobody": 302}
        assert desk.cast.statuses(desk.url(name)) == expected
    person = make_person_without_mail(desk.agency)
    sheet = desk.cast.statuses(desk.url("agency_codes_sheet"), method="post", p=desk.key(person))
    assert sheet == {**closed, "coordinator": 200, "nobody": 302}
    assert AccessCode.objects.get().made_by == desk.cast.coordinator


def test_list_shows_who_may_have_a_code_and_nobody_else(desk: Desk) -> None:
    new, known = (make_person_without_mail(desk.agency) for _n in range(2))
    known.set_password("una clave propia")
    known.save()
    make_person_without_mail(AgencyFactory())
    MembershipFactory(agency=desk.agency, user=UserFactory())
    gone = make_person_without_mail(desk.agency)
    gone.memberships.update(until_date="2026-01-02")
    coordinator = make_person_without_mail()
    MembershipFactory(agency=desk.agency, user=coordinator, role="coordinator")

    rows = desk.get("agency_codes").context["rows"]
    shown = {(row.membership.user, row.has_password) for row in rows}
    assert shown == {(new, False), (known, True)}
    for state, person in (("new", new), ("own", known)):
        rows = desk.get("agency_codes", estado=state).context["rows"]
        assert [row.membership.user for row in rows] == [person]
    unit = make_unit(desk.agency, "Puesto")
    new.memberships.update(unit=unit)
    rows = desk.get("agency_codes", unidad=unit.pk).context["rows"]
    assert [(row.membership.user, row.unit) for row in rows] == [(new, "Puesto")]
    assert len(desk.get("agency_codes", estado="¿?", unidad="9999").context["rows"]) == 2


def test_list_asks_as_often_for_three_as_for_one(desk: Desk) -> None:
    desk.get("agency_codes")
    counts = []
    for _number in range(2):
        make_person_without_mail(desk.agency)
        with CaptureQueriesContext(connection) as queries:
            desk.get("agency_codes")
        counts.append(len(queries))
        make_person_without_mail(desk.agency)
    assert counts[0] == counts[1]


def test_account_is_made_with_a_user_name_of_the_sites_own(desk: Desk) -> None:
    unit = make_unit(desk.agency, "Puesto Norte")
    given = {"full_name": "Ñusta Quispe", "username": "", "unit": unit.pk, "language": "es"}
    answer = desk.post("agency_account_add", **given)
    person = User.objects.get(full_name="Ñusta Quispe")
    assert re.fullmatch(r"nusta\.norte\.[2-9a-z]{3}", person.username or "")
    membership = person.memberships.get()
    assert (membership.agency, membership.unit) == (desk.agency, unit)
    assert answer["Location"] == f"{desk.url('agency_codes')}?p={membership.pk}"
    html = client_of(desk.cast.coordinator).get(answer["Location"]).content.decode()
    assert f'value="{membership.pk}" checked' in html


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"full_name": ""}, "full_name"),
        ({"username": "no vale"}, "username"),
        ({"username": "YA.ESTA"}, "username"),
        ({"unit": "foreign"}, "unit"),
        ({"language": "qu"}, "language"),
    ],
)
def test_bad_account_is_said_at_its_field_and_nothing_typed_is_lost(
    desk: Desk, given: dict[str, str], field: str
) -> None:
    make_person_without_mail(username="ya.esta")
    foreign = make_unit(AgencyFactory(), "Ajena")
    whole = {"full_name": "Rosa Quispe", "username": "rosa.q", "unit": "", "language": "es"}
    before = User.objects.count()
    changed = {name: str(foreign.pk) if text == "foreign" else text for name, text in given.items()}
    answer = desk.post("agency_account_add", **{**whole, **changed})
    assert (answer.status_code, set(answer.context["form"].errors)) == (400, {field})
    kept = "rosa.q" if field != "username" else given["username"]
    assert f'value="{kept}"' in answer.content.decode()
    assert User.objects.count() == before


def test_sheet_has_a_slip_for_each_ticked_person_and_tells_them(desk: Desk) -> None:
    people = [make_person_without_mail(desk.agency, language=code) for code in ("es", "en")]
    answer = desk.post("agency_codes_sheet", p=[desk.key(one) for one in people])
    slips = answer.context["slips"]
    assert {slip.username for slip in slips} == {one.username for one in people}
    assert len({slip.code for slip in slips}) == 2
    assert "no-store" in answer["Cache-Control"]
    assert Notice.objects.filter(learner__in=people, kind="code_made").count() == 2
    paper = re.findall(r'<li class="code-slip".*?</li>', answer.content.decode(), re.DOTALL)
    assert len(paper) == 2
    assert [TOPIC.findall(one) for one in paper] == [[], []]
    again = desk.get("agency_codes").content.decode()
    assert not [slip for slip in slips if slip.code in again]


def test_sheet_refuses_foreign_people_nobody_and_too_many(desk: Desk) -> None:
    own = make_person_without_mail(desk.agency)
    foreign = make_person_without_mail(AgencyFactory()).memberships.get().pk
    coordinating = desk.cast.coordinator.memberships.get().pk
    for keys in ([foreign], [desk.key(own), foreign], [coordinating], ["x"], ["9" * 30]):
        assert desk.post("agency_codes_sheet", p=keys).status_code == 404
    for keys in ([], list(range(1, 102))):
        assert desk.post("agency_codes_sheet", p=keys).status_code == 302
    assert not AccessCode.objects.exists()
    assert not Notice.objects.exists()


def test_member_twice_gets_one_code(desk: Desk) -> None:
    person = make_person_without_mail(desk.agency)
    MembershipFactory(user=person, agency=desk.agency, until_date="2099-01-01")
    keys = list(person.memberships.values_list("pk", flat=True))
    assert len(desk.post("agency_codes_sheet", p=keys).context["slips"]) == 1

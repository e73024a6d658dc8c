"""People and agencies in the admin."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lms.accounts.enums import StaffRole
from lms.accounts.models import Agency, Membership, User
from lms.core.models import AuditEvent
from tests.factories import AgencyFactory, MembershipFactory, UserFactory
from tests.factories.accounts import PASSWORD
from tests.factories.units import make_unit

pytestmark = pytest.mark.django_db
PEOPLE = "wagtailusers_users"


@pytest.fixture
def gina(client: Client) -> User:
    """The administrator, logged in."""
    person = UserFactory(role=StaffRole.ADMINISTRATOR)
    client.force_login(person)
    return person


def _person(**changes: object) -> dict[str, object]:
    return {
        "full_name": "Rosa Condori",
        "display_name": "",
        "email": "",
        "username": "rosa.puno",
        "language": "es",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "is_active": "on",
        "groups": [],
        **changes,
    }


def _agency(*people: dict[str, object], initial: int = 0, **changes: object) -> dict[str, object]:
    data: dict[str, object] = {
        "name": "Comisaría de prueba",
        "sector": "police",
        "region": "Valle Alto",
        "memberships-TOTAL_FORMS": len(people),
        "memberships-INITIAL_FORMS": initial,
        "memberships-MIN_NUM_FORMS": 0,
        "memberships-MAX_NUM_FORMS": 1000,
        **changes,
    }
    for number, person in enumerate(people):
        base = {"id": "", "role": "member", "from_date": "2026-01-01", "until_date": ""}
        data |= {f"memberships-{number}-{key}": value for key, value in {**base, **person}.items()}
    return data


def test_administrator_adds_a_person_who_logs_in_by_user_name(client: Client, gina: User) -> None:
    response = client.post(reverse(f"{PEOPLE}:add"), _person())
    assert response.status_code == 302
    person = User.objects.get(username="rosa.puno")
    assert (person.email, person.is_superuser, person.check_password(PASSWORD)) == (
        None,
        False,
        True,
    )
    assert AuditEvent.objects.get().action == "user_created"


def test_two_people_without_address_do_not_collide(client: Client, gina: User) -> None:
    UserFactory(email=None, username="otra")
    assert client.post(reverse(f"{PEOPLE}:add"), _person()).status_code == 302


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"full_name": "Rosa \N{GRINNING FACE}"}, "full_name"),
        ({"full_name": "R" * 201}, "full_name"),
        ({"username": "rosa@puno"}, "username"),
        ({"username": "OTRA"}, "__all__"),
        ({"username": "x" * 61}, "username"),
        ({"username": ""}, "__all__"),
        ({"email": "ANA@example.test"}, "__all__"),
        ({"password2": "otra-cosa-larga"}, "password2"),
    ],
)
def test_person_form_says_what_is_wrong(
    client: Client, gina: User, changes: dict[str, str], field: str
) -> None:
    UserFactory(email="ana@example.test", username="otra")
    response = client.post(reverse(f"{PEOPLE}:add"), _person(**changes))
    assert response.status_code == 200
    errors = response.context["form"].errors
    assert field in errors or {"email", "username"} & set(errors)


def test_administrator_cannot_make_or_change_a_superuser(client: Client, gina: User) -> None:
    client.post(reverse(f"{PEOPLE}:add"), _person(is_superuser="on"))
    assert User.objects.get(username="rosa.puno").is_superuser is False
    root = UserFactory(is_superuser=True)
    assert client.get(reverse(f"{PEOPLE}:edit", args=[root.pk])).status_code == 302
    client.post(reverse(f"{PEOPLE}:edit", args=[root.pk]), _person(email=root.email))
    root.refresh_from_db()
    assert root.full_name != "Rosa Condori"


def test_person_is_edited_without_her_password(client: Client, gina: User) -> None:
    person = UserFactory(email="ana@example.test")
    data = _person(email="ana@example.test", username="", password1="", password2="")
    assert client.post(reverse(f"{PEOPLE}:edit", args=[person.pk]), data).status_code == 302
    person.refresh_from_db()
    assert (person.full_name, person.check_password(PASSWORD)) == ("Rosa Condori", True)


def test_admin_never_shows_the_last_login_or_the_document(client: Client, gina: User) -> None:
    person = UserFactory()
    client.get(reverse("profile"))
    pages = [
        client.get(reverse(f"{PEOPLE}:index")),
        client.get(reverse(f"{PEOPLE}:edit", args=[person.pk])),
        client.get(reverse(f"{PEOPLE}:add")),
    ]
    assert [page.status_code for page in pages] == [200, 200, 200]
    shown = " ".join(page.content.decode() for page in pages)
    assert [
        word for word in ("last_login", "last-login", "document_", "first_name") if word in shown
    ] == []


@pytest.mark.parametrize("role", [StaffRole.TRAINER, StaffRole.LEGAL_REVIEWER, None])
def test_people_and_agencies_are_for_administrators(client: Client, role: StaffRole | None) -> None:
    client.force_login(UserFactory(role=role))
    for name in (f"{PEOPLE}:index", "agencies:index", "person_chooser:choose"):
        response = client.get(reverse(name))
        assert response.status_code in {302, 403}, name


def test_agency_with_its_people(client: Client, gina: User) -> None:
    ana, delia = UserFactory(), UserFactory()
    data = _agency({"user": ana.pk}, {"user": delia.pk, "role": "coordinator"})
    response = client.post(reverse("agencies:add"), data)
    assert response.status_code == 302
    found = Membership.objects.order_by("pk").values_list("user_id", "role", "from_date")
    assert list(found) == [
        (ana.pk, "member", date(2026, 1, 1)),
        (delia.pk, "coordinator", date(2026, 1, 1)),
    ]
    assert AuditEvent.objects.get().action == "agency_created"
    assert client.get(reverse("agencies:edit", args=[Agency.objects.get().pk])).status_code == 200


def test_agency_refuses_the_same_person_twice(client: Client, gina: User) -> None:
    ana = UserFactory()
    response = client.post(reverse("agencies:add"), _agency({"user": ana.pk}, {"user": ana.pk}))
    assert response.status_code == 200
    assert len(response.context["form"].non_field_errors()) == 1
    assert Agency.objects.count() == 0


def test_agency_refuses_an_end_before_the_beginning(client: Client, gina: User) -> None:
    data = _agency({"user": UserFactory().pk, "until_date": "2025-12-31"})
    response = client.post(reverse("agencies:add"), data)
    assert response.status_code == 200
    assert Membership.objects.count() == 0


def test_membership_that_has_begun_is_ended_and_not_deleted(client: Client, gina: User) -> None:
    held = MembershipFactory()
    url = reverse("agencies:edit", args=[held.agency_id])
    row = {"id": held.pk, "user": held.user_id}
    refused = client.post(url, _agency({**row, "DELETE": "on"}, initial=1))
    assert refused.status_code == 200
    assert Membership.objects.count() == 1
    client.post(url, _agency({**row, "until_date": "2026-06-30"}, initial=1))
    held.refresh_from_db()
    assert held.until_date == date(2026, 6, 30)


@pytest.mark.parametrize("name", ["agencies:index", f"{PEOPLE}:index"])
def test_list_takes_the_same_queries_for_one_and_three(
    client: Client, gina: User, name: str
) -> None:
    counts = []
    for more in (1, 2):
        for _number in range(more):
            MembershipFactory()
        client.get(reverse(name))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse(name))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_person_chooser_lists_people_for_the_administrator(client: Client, gina: User) -> None:
    AgencyFactory()
    response = client.get(reverse("person_chooser:choose"))
    assert response.status_code == 200


def test_membership_takes_a_unit_of_its_agency_only(client: Client, gina: User) -> None:
    held = MembershipFactory()
    own = make_unit(held.agency, "Puesto", make_unit(held.agency, "Región Sur"))
    closed = make_unit(held.agency, "Cerrada", closed_on=date(2026, 6, 1))
    foreign = make_unit(AgencyFactory(), "Ajena")
    row = {"id": held.pk, "user": held.user_id}
    url = reverse("agencies:edit", args=[held.agency_id])

    page = client.get(url).content.decode()
    assert "Región Sur / Puesto" in page
    assert "Ajena" not in page
    for unit in (foreign, closed):
        assert client.post(url, _agency({**row, "unit": unit.pk}, initial=1)).status_code == 200
        held.refresh_from_db()
        assert held.unit is None
    assert client.post(url, _agency({**row, "unit": own.pk}, initial=1)).status_code == 302
    held.refresh_from_db()
    assert held.unit == own

    Membership.objects.update(unit=closed)
    assert client.post(url, _agency({**row, "unit": closed.pk}, initial=1)).status_code == 302

"""The second step at login, and who must have one."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.conf import settings as django_settings
from django.contrib.auth import get_user
from django.contrib.messages import get_messages
from django.core.cache import cache
from django.test import Client

from lms.accounts.enums import StaffRole
from lms.accounts.models import User
from tests.factories import UserFactory
from tests.factories.accounts import PASSWORD
from tests.factories.paper import name_for_care

pytestmark = pytest.mark.django_db
SET_UP = "/accounts/2fa/totp/activate/"


def code_for(secret: str) -> str:
    """Return the code that an app shows now."""
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def log_in(client: Client, person: User, **more: str):
    return client.post("/accounts/login/", {"login": person.email, "password": PASSWORD, **more})


def set_up(client: Client, person: User) -> str:
    """Log in and set the second step up; return the secret."""
    log_in(client, person)
    client.post(f"/accounts/reauthenticate/?next={SET_UP}", {"password": PASSWORD})
    secret: str = client.get(SET_UP).context["form"].secret
    response = client.post(SET_UP, {"code": code_for(secret)})
    assert response["Location"] == "/accounts/2fa/recovery-codes/"
    return secret


def test_set_up_stores_the_secret_encrypted_and_shows_recovery_codes(client: Client) -> None:
    person = UserFactory()
    secret = set_up(client, person)
    codes = client.get("/accounts/2fa/recovery-codes/").context["unused_codes"]
    assert len(codes) == 10
    stored = [str(data) for data in Authenticator.objects.values_list("data", flat=True)]
    assert [row for row in stored if secret in row or codes[0] in row] == []
    download = client.get("/accounts/2fa/recovery-codes/download/")
    assert download.content.decode().split() == codes


def test_login_asks_for_the_code(client: Client) -> None:
    person = UserFactory()
    secret = set_up(client, person)
    client.post("/accounts/logout/")
    assert log_in(client, person, next="/ayuda/")["Location"] == "/accounts/2fa/authenticate/"
    assert not get_user(client).is_authenticated
    wrong = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert list(wrong.context["form"].errors) == ["code"]
    cache.clear()  # forgets that set-up used this code: an app would show the next one by now
    right = client.post("/accounts/2fa/authenticate/", {"code": code_for(secret)})
    assert right["Location"] == "/ayuda/"
    assert get_user(client) == person


def test_login_takes_a_recovery_code_once(client: Client) -> None:
    person = UserFactory()
    set_up(client, person)
    code = client.get("/accounts/2fa/recovery-codes/").context["unused_codes"][0]
    for expected in (True, False):
        client.post("/accounts/logout/")
        log_in(client, person)
        client.post("/accounts/2fa/authenticate/", {"code": code})
        assert get_user(client).is_authenticated is expected


@pytest.mark.parametrize("role", list(StaffRole))
@pytest.mark.parametrize("path", ["/admin/", "/admin/pages/", "/ensenar/", "/en/ensenar/", "/estilo/", "/en/estilo/", "/ayuda/pedidos/", "/en/ayuda/pedidos/"])  # fmt: skip
def test_staff_without_second_step_are_led_to_its_set_up(
    client: Client, settings, role: StaffRole, path: str
) -> None:
    settings.REQUIRE_STAFF_MFA = True
    client.force_login(UserFactory(role=role))
    response = client.get(path)
    assert (response.status_code, response["Location"][-len(SET_UP) :]) == (302, SET_UP)
    assert len(list(get_messages(response.wsgi_request))) == 1


@pytest.mark.parametrize("path", ["/ayuda/pedidos/", "/en/ayuda/pedidos/", "/ayuda/pedidos/1/"])
def test_named_person_without_second_step_reads_no_wish(
    client: Client, settings, path: str
) -> None:
    settings.REQUIRE_STAFF_MFA = True
    named = UserFactory()
    name_for_care(named)
    client.force_login(UserFactory())
    assert client.get(path).status_code == 404
    client.force_login(named)
    assert client.get(path)["Location"][-len(SET_UP) :] == SET_UP
    assert client.get("/ayuda/contacto/").status_code == 200
    Authenticator.objects.create(user=named, type=Authenticator.Type.TOTP, data={})
    assert client.get(path).status_code == (404 if path.endswith("1/") else 200)


def test_superuser_without_second_step_is_led_to_its_set_up(client: Client, settings) -> None:
    settings.REQUIRE_STAFF_MFA = True
    client.force_login(UserFactory(is_superuser=True))
    assert client.get("/admin/account/")["Location"] == SET_UP


def test_set_up_opens_in_the_language_of_the_person(client: Client, settings) -> None:
    settings.REQUIRE_STAFF_MFA = True
    client.force_login(UserFactory(role=StaffRole.TRAINER, language="en"))
    assert client.get("/admin/")["Location"] == f"/en{SET_UP}"


def test_rule_is_off_with_its_setting(client: Client, settings) -> None:
    settings.REQUIRE_STAFF_MFA = False
    client.force_login(UserFactory(role=StaffRole.TRAINER))
    assert client.get("/admin/account/").status_code == 200


def test_rule_leaves_learners_and_other_pages_alone(client: Client, settings) -> None:
    settings.REQUIRE_STAFF_MFA = True
    client.force_login(UserFactory(role=StaffRole.TRAINER))
    assert client.get("/accounts/perfil/").status_code == 200
    assert client.get("/administrar/").status_code == 404
    client.force_login(UserFactory())
    assert client.get("/admin/", follow=True).status_code == 403


def test_staff_with_second_step_come_in_and_cannot_switch_it_off(client: Client, settings) -> None:
    settings.REQUIRE_STAFF_MFA = True
    person = UserFactory(role=StaffRole.TRAINER)
    set_up(client, person)
    assert client.get("/admin/account/").status_code == 200
    page = client.post("/accounts/2fa/totp/deactivate/")
    assert page.status_code == 200
    assert len(page.context["form"].non_field_errors()) == 1
    assert Authenticator.objects.filter(user=person, type="totp").exists()


def test_learner_may_switch_the_second_step_off(client: Client, settings) -> None:
    settings.REQUIRE_STAFF_MFA = True
    person = UserFactory()
    set_up(client, person)
    client.post("/accounts/2fa/totp/deactivate/")
    assert not Authenticator.objects.filter(user=person).exists()


def test_rule_costs_one_query_however_many_groups(
    client: Client, settings, django_assert_num_queries
) -> None:
    settings.REQUIRE_STAFF_MFA = True
    person = UserFactory(role=StaffRole.TRAINER)
    client.force_login(person)
    with django_assert_num_queries(3):  # session, user, the rule
        client.get("/ensenar/")
    for role in StaffRole:
        UserFactory(role=role)
        person.groups.add(*UserFactory(role=role).groups.all())
    with django_assert_num_queries(3):
        client.get("/ensenar/")


def test_rule_is_on_by_default_where_debug_is_off() -> None:
    text = (django_settings.BASE_DIR / "lms" / "settings" / "base.py").read_text()
    assert 'env.bool("REQUIRE_STAFF_MFA", default=not DEBUG)' in text

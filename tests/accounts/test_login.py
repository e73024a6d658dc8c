"""Logging in and out, by every door."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import get_user
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from lms.accounts.enums import StaffRole
from lms.accounts.models import User
from tests.factories import UserFactory
from tests.factories.accounts import PASSWORD

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


def _login(client: Client, login: str, password: str = PASSWORD, url: str = LOGIN, **more: str):
    return client.post(url, {"login": login, "password": password, **more})


def test_login_by_email_in_any_case(client: Client) -> None:
    person = UserFactory(email="ana@example.test")
    response = _login(client, "ANA@example.test", next="/ayuda/")
    assert (response.status_code, response["Location"]) == (302, "/ayuda/")
    assert get_user(client) == person


def test_login_by_user_name_needs_no_address(client: Client) -> None:
    person = UserFactory(email=None, username="rosa.puno")
    response = _login(client, "Rosa.Puno", next="/ayuda/")
    assert (response.status_code, response["Location"]) == (302, "/ayuda/")
    assert get_user(client) == person


def test_login_leads_to_my_learning_in_the_language_of_the_page(client: Client) -> None:
    UserFactory(email="ana@example.test")
    response = _login(client, "ana@example.test", url="/en/accounts/login/")
    assert response["Location"] == "/en/mi-aprendizaje/"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:1"])
def test_login_follows_no_foreign_next(client: Client, target: str) -> None:
    UserFactory(email="ana@example.test")
    assert _login(client, "ana@example.test", next=target)["Location"] == "/mi-aprendizaje/"


def test_login_with_an_unconfirmed_address_sends_the_link_again(client: Client) -> None:
    UserFactory(email="ana@example.test", verified_address=False)
    response = _login(client, "ana@example.test")
    assert response["Location"] == reverse("account_email_verification_sent")
    assert [message.to for message in mail.outbox] == [["ana@example.test"]]
    assert not get_user(client).is_authenticated


def test_login_says_the_same_for_known_and_unknown_people(client: Client) -> None:
    UserFactory(email="ana@example.test", username="ana")
    answers = [
        _login(client, login, "otra-clave-cualquiera").context["form"].non_field_errors()
        for login in ("ana@example.test", "nadie@example.test", "ana", "nadie")
    ]
    assert answers == [answers[0]] * 4
    assert len(answers[0]) == 1


def test_login_keeps_what_was_typed_but_not_the_password(client: Client) -> None:
    html = _login(client, "ana@example.test", "mala-clave").content.decode()
    assert 'value="ana@example.test"' in html
    assert "mala-clave" not in html


@pytest.mark.parametrize("login", ["", "\x00", "\N{RIGHT-TO-LEFT OVERRIDE}ana", "a" * 300])
def test_login_answers_bad_input_with_a_message(client: Client, login: str) -> None:
    response = _login(client, login)
    assert response.status_code == 200
    assert response.context["form"].errors != {}


def test_login_is_limited_after_five_failures_for_one_person(client: Client) -> None:
    UserFactory(email="ana@example.test")
    for _try in range(5):
        _login(client, "ana@example.test", "mala-clave")
    response = _login(client, "ana@example.test")
    assert not get_user(client).is_authenticated
    assert len(response.context["form"].non_field_errors()) == 1


def test_login_limit_does_not_follow_the_host_header(client: Client, settings) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "otro.test"]
    UserFactory(email="ana@example.test")
    for number in range(5):
        client.post(
            LOGIN,
            {"login": "ana@example.test", "password": "mala-clave"},
            headers={"host": ["testserver", "otro.test"][number % 2]},
        )
    _login(client, "ana@example.test")
    assert not get_user(client).is_authenticated


def test_login_of_an_inactive_person_is_refused(client: Client) -> None:
    UserFactory(email="ana@example.test", is_active=False)
    assert _login(client, "ana@example.test")["Location"] == reverse("account_inactive")
    assert client.get(reverse("account_inactive")).status_code == 200


def test_logout_asks_by_post_and_leads_home(client: Client) -> None:
    client.force_login(UserFactory())
    assert client.get("/en/accounts/logout/").status_code == 200
    assert get_user(client).is_authenticated
    assert client.post("/en/accounts/logout/")["Location"] == "/en/"
    assert not get_user(client).is_authenticated


def test_admin_login_leads_to_the_login_of_the_site(client: Client) -> None:
    assert client.get("/admin/")["Location"] == "/accounts/login/?next=/admin/"
    assert client.get("/admin/login/?next=/admin/pages/")["Location"] == (
        "/accounts/login/?next=/admin/pages/"
    )
    assert client.post("/admin/login/", {"username": "x", "password": "y"})["Location"] == (
        "/accounts/login/"
    )


def test_admin_opens_after_login_with_next(client: Client) -> None:
    UserFactory(email="gina@example.test", role=StaffRole.ADMINISTRATOR)
    response = _login(client, "gina@example.test", next="/admin/")
    assert response["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_admin_turns_a_learner_away_without_a_ring(client: Client) -> None:
    client.force_login(UserFactory())
    response = client.get("/admin/", follow=True)
    assert response.status_code == 403
    assert len(response.redirect_chain) == 1


def test_admin_logout_ends_the_session(client: Client) -> None:
    client.force_login(UserFactory(role=StaffRole.TRAINER))
    response = client.post("/admin/logout/", follow=True)
    assert response.status_code == 200
    assert not get_user(client).is_authenticated


def test_wagtails_own_password_doors_are_closed(client: Client) -> None:
    client.force_login(UserFactory(role=StaffRole.TRAINER))
    assert client.get("/admin/password_reset/").status_code == 404
    page = client.get("/admin/account/").content.decode()
    fields = re.findall(r'<(?:input|select)[^>]* name="([^"]+)"', page)
    asked = ("first_name", "last_name", "email", "password", "avatar")
    assert [field for field in fields if any(word in field for word in asked)] == []
    choices = {
        "theme-theme": "system",
        "theme-density": "default",
        "theme-contrast": "system",
        "theme-keyboard_shortcuts": "on",
    }
    assert client.post("/admin/account/", choices).status_code == 302


def test_createsuperuser_works(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command(
        "createsuperuser",
        email="Raiz@example.test",
        full_name="Raíz",
        interactive=False,
        verbosity=0,
    )
    person = User.objects.get()
    assert (person.email, person.username, person.is_superuser) == ("raiz@example.test", None, True)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    _login(client, "raiz@example.test")
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize("page", ["login/", "signup/", "password/reset/", "password/reset/done/", "confirm-email/", "inactive/", "password/reset/key/done/", "confirm-email/nothing/", "password/reset/key/1-nothing/"])  # fmt: skip
def test_pages_for_strangers_open_in_both_languages(
    client: Client, language: str, page: str
) -> None:
    response = client.get(f"{language}/accounts/{page}")
    assert response.status_code == 200
    assert f'<html lang="{language.strip("/") or "es"}">' in response.content.decode()


@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize("page", ["perfil/", "perfil/documento/", "email/", "password/change/", "2fa/", "sessions/", "reauthenticate/", "logout/"])  # fmt: skip
def test_pages_of_a_person_open_in_both_languages(client: Client, language: str, page: str) -> None:
    client.force_login(UserFactory())
    assert client.get(f"{language}/accounts/{page}").status_code == 200


@pytest.mark.parametrize("page", ["perfil/", "perfil/documento/", "email/", "password/change/", "2fa/", "sessions/"])  # fmt: skip
def test_pages_of_a_person_ask_a_stranger_to_log_in(client: Client, page: str) -> None:
    assert client.get(f"/accounts/{page}")["Location"] == f"/accounts/login/?next=/accounts/{page}"

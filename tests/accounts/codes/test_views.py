"""The page for a code on paper, without scripts and without a session."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth import get_user
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lms.accounts.codes.services import make_code
from lms.accounts.models import AccessCode, User
from tests.accounts.pages import hidden_fields
from tests.factories import UserFactory
from tests.factories.accounts import PASSWORD
from tests.factories.paper import make_person_without_mail
from tests.learning.cast import client_of

pytestmark = pytest.mark.django_db
URL = "/accounts/codigo/"
OWN = "tejado verde con lluvia"


def _code(person: User) -> str:
    return make_code(user=person, acting_user=UserFactory(), now=timezone.now())


def _enter(client: Client, person: User, paper: str, **more: Any) -> Any:
    first = client.post(URL, {"username": person.username, "code": paper})
    assert first.context["is_last"]
    fields = {"step": "password", **first.context["form"].initial}
    given = {"full_name": person.full_name, "password1": OWN, "password2": OWN, "agrees": "1"}
    return client.post(URL, {**fields, **given, **more})


def test_login_leads_to_the_page_and_the_page_to_a_password_and_in(client: Client) -> None:
    person = make_person_without_mail(full_name="Rosa Quispe")
    code = _code(person)
    assert URL in client.get("/accounts/login/").content.decode()
    assert client.get(URL).status_code == 200

    first = client.post(URL, {"username": person.username, "code": code.lower()})
    assert first.status_code == 200
    assert 'value="Rosa Quispe"' in first.content.decode()
    assert "no-store" in first["Cache-Control"]
    answer = _enter(client, person, code)

    assert answer["Location"] == reverse("my_learning")
    assert get_user(client) == person
    assert mail.outbox == []
    client.post("/accounts/logout/")
    client.post("/accounts/login/", {"login": person.username, "password": OWN})
    assert get_user(client) == person


def test_whether_a_user_name_exists_is_not_told(client: Client) -> None:
    person, without_code = make_person_without_mail(), make_person_without_mail()
    _code(person)
    used = make_person_without_mail()
    _code(used)
    AccessCode.objects.filter(user=used).update(expires_at=timezone.now() - timedelta(days=1))
    names = [person.username, without_code.username, used.username, "nadie.en.ninguna.parte"]
    answers = []
    for name in names:
        answer = client.post(URL, {"username": name, "code": "0000000000"})
        shown = answer.content.decode().replace(name, "NAME")
        token = hidden_fields(shown)["csrfmiddlewaretoken"]
        answers.append((answer.status_code, shown.replace(token, "TOKEN")))
    assert answers == [answers[0]] * 4
    assert answers[0][0] == 400


def test_wrong_codes_are_limited_by_account_and_by_address(client: Client) -> None:
    person = make_person_without_mail()
    for name in (person.username, "nadie.en.ninguna"):
        for _number in range(5):
            client.post(URL, {"username": name, "code": "0000000000"})
    code = _code(person)
    answer = client.post(URL, {"username": person.username, "code": code})
    assert (answer.status_code, "Retry-After" in answer) == (429, True)
    other = make_person_without_mail()
    fresh = {"username": other.username, "code": _code(other)}
    assert client.post(URL, fresh).status_code == 429
    assert Client(REMOTE_ADDR="192.0.2.7").post(URL, fresh).status_code == 200


@pytest.mark.parametrize("code", ["", "ABC", "\x00", "A" * 70, "ÑÑÑÑÑÑÑÑÑÑ"])
def test_what_cannot_be_a_code_is_said_and_not_counted(client: Client, code: str) -> None:
    person = make_person_without_mail()
    _code(person)
    answer = client.post(URL, {"username": person.username, "code": code})
    assert answer.status_code == 400
    if "\x00" not in code:
        assert answer.context["form"].errors.keys() == {"code"}
        assert f'value="{person.username}"' in answer.content.decode()
    assert AccessCode.objects.get().failures == 0


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"password1": "corta", "password2": "corta"}, "password1"),
        ({"password2": "otra cosa del todo"}, "password2"),
        ({"full_name": ""}, "full_name"),
        ({"password1": "maximiliana.condor1", "password2": "maximiliana.condor1"}, "password1"),
    ],
)
def test_bad_input_in_the_second_step_stands_at_its_field(
    client: Client, given: dict[str, str], field: str
) -> None:
    person = make_person_without_mail(username="maximiliana.condor")
    answer = _enter(client, person, _code(person), **given)
    assert answer.status_code == 400
    assert set(answer.context["form"].errors) == {field}
    assert answer.context["is_last"]
    assert not get_user(client).is_authenticated


def test_changed_hidden_fields_lead_back_to_the_first_step(client: Client) -> None:
    person = make_person_without_mail()
    code = _code(person)
    for more in ({"code": "?"}, {"code": "0000000000"}, {"username": ""}):
        answer = _enter(client, person, code, **more)
        assert (answer.status_code, answer.context["is_last"]) == (400, False)
    assert not get_user(client).is_authenticated


def test_all_other_sessions_end(client: Client) -> None:
    person = make_person_without_mail()
    person.set_password(PASSWORD)
    person.save()
    elsewhere = Client()
    elsewhere.post("/accounts/login/", {"login": person.username, "password": PASSWORD})
    assert get_user(elsewhere) == person
    _enter(client, person, _code(person))
    assert get_user(client) == person
    assert not get_user(elsewhere).is_authenticated
    assert elsewhere.get(reverse("profile")).status_code == 302


def test_second_factor_is_asked_still(client: Client) -> None:
    person = make_person_without_mail()
    TOTP.activate(person, generate_totp_secret())
    answer = _enter(client, person, _code(person))
    assert answer["Location"] == reverse("mfa_authenticate")
    assert not get_user(client).is_authenticated


def test_somebody_who_is_logged_in_is_not_logged_out_by_a_code() -> None:
    person, other = make_person_without_mail(), UserFactory()
    client = client_of(other)
    answer = client.post(URL, {"username": person.username, "code": _code(person)})
    assert (answer.status_code, get_user(client)) == (302, other)


def test_profile_tells_for_ever_who_made_a_code_and_when_it_was_used(client: Client) -> None:
    person, maker = make_person_without_mail(), UserFactory(full_name="Delia Coordinadora")
    code = make_code(user=person, acting_user=maker, now=timezone.now())
    _enter(client, person, code)
    rows = client.get(reverse("profile")).context["codes"]
    assert [(row.made_by, row.used_at is not None) for row in rows] == [(maker, True)]
    assert "Delia Coordinadora" in client.get(reverse("profile")).content.decode()
    assert client_of(maker).get(reverse("profile")).context["codes"] == []


def test_forgotten_password_tells_who_has_no_mail_what_to_do(client: Client) -> None:
    for url in ("account_reset_password", "account_reset_password_done"):
        assert URL in client.get(reverse(url)).content.decode()
    answer = client.post(reverse("account_reset_password"), {"email": "rosa.norte.k7m"})
    assert URL in answer.content.decode()
    assert answer.context["form"].errors.keys() == {"email"}


def test_account_without_mail_changes_password_and_profile_and_adds_an_address(
    client: Client,
) -> None:
    person = make_person_without_mail()
    _enter(client, person, _code(person))
    new = {"oldpassword": OWN, "password1": "otra casa azul", "password2": "otra casa azul"}
    assert client.post(reverse("account_change_password"), new).status_code == 302
    profile = {"full_name": "Rosa Nueva", "display_name": "Ro", "language": "es"}
    assert client.post(reverse("profile"), profile).status_code == 302
    person.refresh_from_db()
    assert (person.full_name, person.check_password("otra casa azul")) == ("Rosa Nueva", True)
    assert mail.outbox == []

    client.post(reverse("account_email"), {"email": "rosa@example.test", "action_add": ""})
    link = next(word for word in mail.outbox[0].body.split() if "/confirm-email/" in word)
    client.post("/" + link.split("/", 3)[3])
    person.refresh_from_db()
    assert person.email == "rosa@example.test"

"""Creating an account, and getting back into one."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import get_user
from django.core import mail
from django.test import Client

from lms.accounts.models import User
from lms.core.models import AuditEvent
from tests.factories import UserFactory
from tests.factories.accounts import PASSWORD

pytestmark = pytest.mark.django_db
SIGNUP = "/accounts/signup/"
LINK = re.compile(r"https?://\S+")
TYPED = {
    "full_name": "Ana Rosa Huamán",
    "email": "Ana@Example.test",
    "password1": PASSWORD,
    "password2": PASSWORD,
    "agrees": "1",
}


def _link() -> str:
    """Return the path of the link in the last mail."""
    url = LINK.findall(str(mail.outbox[-1].body))[0]
    assert url.startswith("https://testserver/")
    return url.removeprefix("https://testserver")


def test_signup_makes_a_person_who_confirms_and_logs_in(client: Client) -> None:
    assert client.post(SIGNUP, TYPED)["Location"] == "/accounts/confirm-email/"
    person = User.objects.get()
    assert (person.full_name, person.email, person.username, person.language) == (
        "Ana Rosa Huamán",
        "ana@example.test",
        None,
        "es",
    )
    assert list(AuditEvent.objects.values_list("action", flat=True)) == [
        "user_signed_up",
        "consent_given",
    ]
    page = client.get(_link())
    assert page.status_code == 200
    assert not EmailAddress.objects.get().verified
    assert client.post(_link())["Location"] == "/accounts/login/"
    assert EmailAddress.objects.get().verified
    client.post("/accounts/login/", {"login": "ana@example.test", "password": PASSWORD})
    assert get_user(client) == person


def test_signup_keeps_the_language_of_the_page(client: Client) -> None:
    client.post("/en/accounts/signup/", TYPED)
    assert User.objects.get().language == "en"
    assert _link().startswith("/en/accounts/confirm-email/")


@pytest.mark.parametrize(
    "name",
    ["A" * 201, "Ana \N{GRINNING FACE}", "Ana\N{RIGHT-TO-LEFT OVERRIDE}", "Ana\x00", "", "12"],
)
def test_signup_says_at_the_name_what_is_wrong_and_keeps_what_was_typed(
    client: Client, name: str
) -> None:
    response = client.post(SIGNUP, {**TYPED, "full_name": name})
    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["full_name"]
    assert response.context["form"]["full_name"].value() == name
    assert 'value="Ana@Example.test"' in response.content.decode()
    assert User.objects.count() == 0


def test_signup_takes_a_name_of_200_characters(client: Client) -> None:
    name = ("Ñahui " * 40)[:199] + "i"
    client.post(SIGNUP, {**TYPED, "full_name": name})
    assert User.objects.get().full_name == name


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "no-es-correo"}, "email"),
        ({"email": "a" * 250 + "@example.test"}, "email"),
        ({"email": "a\x00@example.test"}, "email"),
        ({"password1": "corta1", "password2": "corta1"}, "password1"),
        ({"password1": "1234567890", "password2": "1234567890"}, "password1"),
        ({"password2": "otra-clave-distinta"}, "password2"),
    ],
)
def test_signup_shows_the_error_at_its_field(
    client: Client, changes: dict[str, str], field: str
) -> None:
    response = client.post(SIGNUP, {**TYPED, **changes})
    assert list(response.context["form"].errors) == [field]
    html = response.content.decode()
    assert f'aria-describedby="id_{field}' in html
    assert 'class="error-summary"' in html


def test_signup_answers_alike_for_a_known_and_an_unknown_address(client: Client) -> None:
    UserFactory(email="ana@example.test")
    pages = []
    for email in ("ana@example.test", "nueva@example.test"):
        browser = Client()
        response = browser.post(SIGNUP, {**TYPED, "email": email}, follow=True)
        shown = response.content.decode().replace(email, "X")
        pages.append((response.redirect_chain, re.sub(r"csrf\S+ value=\S+", "", shown)))
    assert pages[0] == pages[1]
    assert [message.subject for message in mail.outbox] == [mail.outbox[0].subject] * 2
    assert User.objects.count() == 2


def test_signup_twice_with_the_same_address_makes_one_person(client: Client) -> None:
    answers = [Client().post(SIGNUP, TYPED)["Location"] for _press in range(2)]
    assert answers == ["/accounts/confirm-email/"] * 2
    assert User.objects.count() == 1


def test_password_reset_by_mail(client: Client) -> None:
    person = UserFactory(email="ana@example.test")
    sent = client.post("/accounts/password/reset/", {"email": "ana@example.test"})
    assert sent["Location"] == "/accounts/password/reset/done/"
    form = client.get(_link(), follow=True)
    new = "una-clave-nueva-y-larga"
    done = client.post(form.request["PATH_INFO"], {"password1": new, "password2": new}, follow=True)
    assert done.status_code == 200
    person.refresh_from_db()
    assert person.check_password(new)


def test_password_reset_answers_alike_for_a_known_and_an_unknown_address(client: Client) -> None:
    UserFactory(email="ana@example.test")
    pages = []
    for email in ("ana@example.test", "nadie@example.test"):
        response = Client().post("/accounts/password/reset/", {"email": email}, follow=True)
        shown = re.sub(r"csrf\S+ value=\S+", "", response.content.decode())
        pages.append((response.redirect_chain, shown))
    assert pages[0] == pages[1]
    assert [message.subject for message in mail.outbox] == [mail.outbox[0].subject] * 2


def test_change_of_address_holds_after_its_confirmation(client: Client) -> None:
    person = UserFactory(email="antes@example.test")
    client.post("/accounts/login/", {"login": "antes@example.test", "password": PASSWORD})
    client.post("/accounts/email/", {"email": "ahora@example.test", "action_add": ""})
    person.refresh_from_db()
    assert person.email == "antes@example.test"
    client.post(_link())
    person.refresh_from_db()
    assert person.email == "ahora@example.test"
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [
        ("ahora@example.test", True, True)
    ]


def test_change_to_an_address_that_somebody_else_signed_up_with_is_refused(client: Client) -> None:
    UserFactory(email="otra@example.test", verified_address=False)
    person = UserFactory(email="ana@example.test")
    client.force_login(person)
    client.post("/accounts/email/", {"email": "otra@example.test", "action_add": ""})
    assert client.post(_link(), follow=True).status_code == 200
    person.refresh_from_db()
    assert person.email == "ana@example.test"


def test_person_without_address_adds_one_and_keeps_the_user_name(client: Client) -> None:
    person = UserFactory(email=None, username="rosa")
    client.force_login(person)
    assert client.get("/accounts/email/").status_code == 200
    client.post("/accounts/email/", {"email": "rosa@example.test", "action_add": ""})
    client.post(_link())
    person.refresh_from_db()
    assert (person.email, person.username) == ("rosa@example.test", "rosa")


def test_address_in_use_cannot_be_removed(client: Client) -> None:
    person = UserFactory(email="ana@example.test")
    client.force_login(person)
    client.post("/accounts/email/", {"email": "ana@example.test", "action_remove": ""})
    person.refresh_from_db()
    assert person.email == "ana@example.test"
    assert EmailAddress.objects.count() == 1


def test_sessions_elsewhere_can_be_ended(client: Client) -> None:
    UserFactory(email="ana@example.test")
    other = Client()
    for browser in (client, other):
        browser.post("/accounts/login/", {"login": "ana@example.test", "password": PASSWORD})
    assert len(client.get("/accounts/sessions/").context["sessions"]) == 2
    client.post("/accounts/sessions/")
    assert get_user(client).is_authenticated
    assert not get_user(other).is_authenticated

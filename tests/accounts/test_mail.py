"""No mail tells what the course is about, and no link leads elsewhere."""

import re
from pathlib import Path

import pytest
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.core import context
from django.conf import settings
from django.core import mail
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import timezone, translation

from tests.factories import UserFactory
from tests.factories.accounts import PASSWORD

pytestmark = pytest.mark.django_db
TOPIC = re.compile(
    r"trata|trafic|tráfic|traffick|v[ií]ctim|explota|exploit|delito|crime|polic|fiscal|denunci|"
    r"sexual|abus|viol|amparo|learn|aprend|course|curso|certific|lesson|lecci",
    re.IGNORECASE,
)
TEMPLATES = settings.BASE_DIR / "templates"
PREFIXES = sorted(
    str(path.relative_to(TEMPLATES)).removesuffix("_message.txt")
    for folder in ("account", "mfa")
    for path in (TEMPLATES / folder / "email").glob("*_message.txt")
    if not path.name.startswith("base_")
)


def _texts(message: mail.EmailMessage) -> str:
    headers = " ".join(str(value) for value in message.message().values())
    return f"{message.from_email} {message.subject} {message.body} {headers}"


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("prefix", PREFIXES)
def test_mail_is_neutral_in_sender_subject_and_body(prefix: str, language: str) -> None:
    request = RequestFactory().get("/")
    values = {
        "activate_url": "https://testserver/accounts/confirm-email/x/",
        "password_reset_url": "https://testserver/accounts/password/reset/key/x/",
        "signup_url": "https://testserver/accounts/signup/",
        "username": "rosa",
        "from_email": "a@example.test",
        "to_email": "b@example.test",
        "deleted_email": "a@example.test",
        "timestamp": timezone.now(),
        "ip": "192.0.2.1",
        "user": UserFactory(),
    }
    with translation.override(language), context.request_context(request):
        get_adapter().send_mail(prefix, "rosa@example.test", values)
    message = mail.outbox[0]
    assert TOPIC.findall(_texts(message)) == []
    assert message.from_email.startswith("Aula virtual <")
    assert message.subject == message.subject.strip() != ""
    assert message.alternatives == []
    first_line = str(message.body).splitlines()[0]
    assert first_line.strip() == first_line != ""


def test_every_mail_of_allauth_that_can_be_sent_is_our_own() -> None:
    theirs = Path(render_to_string.__code__.co_filename).parents[2] / "allauth" / "templates"
    names = {
        path.name
        for folder in ("account", "mfa")
        for path in (theirs / folder / "email").glob("*.txt")
        if "code_" not in path.name or "recovery" in path.name
    }
    ours = {
        path.name
        for folder in ("account", "mfa")
        for path in (TEMPLATES / folder / "email").iterdir()
    }
    never_sent = re.compile(r"webauthn_")
    assert {name for name in names - ours if not never_sent.match(name)} == set()


@pytest.mark.parametrize("host", ["evil.example", "otro.test"])
def test_links_lead_to_the_base_url_whatever_the_host_header_says(
    client: Client, settings, host: str
) -> None:
    settings.ALLOWED_HOSTS = [host]
    settings.BASE_URL = "https://aula.example.pe"
    UserFactory(email="ana@example.test")
    for path, data in (
        ("/accounts/password/reset/", {"email": "ana@example.test"}),
        ("/accounts/password/reset/", {"email": "nadie@example.test"}),
        (
            "/accounts/signup/",
            {
                "email": "ana@example.test",
                "full_name": "Ana",
                "password1": PASSWORD,
                "password2": PASSWORD,
                "agrees": "1",
            },
        ),
        (
            "/en/accounts/signup/",
            {
                "email": "nueva@example.test",
                "full_name": "Ana",
                "password1": PASSWORD,
                "password2": PASSWORD,
                "agrees": "1",
            },
        ),
    ):
        Client().post(path, data, headers={"host": host})
    links = [
        url for message in mail.outbox for url in re.findall(r"https?://\S+", str(message.body))
    ]
    assert len(links) == len(mail.outbox) == 4
    assert {url[: len("https://aula.example.pe/")] for url in links} == {"https://aula.example.pe/"}
    assert [message for message in mail.outbox if host in _texts(message)] == []


def test_a_changed_password_is_told_by_mail(client: Client) -> None:
    person = UserFactory(email="ana@example.test")
    client.force_login(person)
    new = "una-clave-nueva-y-larga"
    client.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )
    assert [message.to for message in mail.outbox] == [["ana@example.test"]]
    assert TOPIC.findall(_texts(mail.outbox[0])) == []


def test_mail_is_plain_text_whatever_the_address(client: Client) -> None:
    person = UserFactory(email="ana@example.test")
    client.force_login(person)
    with context.request_context(RequestFactory().get("/")):
        get_adapter().send_mail(
            "account/email/email_deleted",
            "ana@example.test",
            {"deleted_email": "o'neil&co@example.test", "timestamp": timezone.now(), "ip": "::1"},
        )
    assert str(mail.outbox[0].body).startswith("o'neil&co@example.test ")


def test_a_person_without_address_gets_no_mail_and_no_error(client: Client) -> None:
    client.force_login(UserFactory(email=None, username="rosa"))
    new = "una-clave-nueva-y-larga"
    response = client.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )
    assert response.status_code == 302
    assert mail.outbox == []
    assert EmailAddress.objects.count() == 0

"""Whether an account exists is told by no answer, header, status or amount of work."""

import re
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lms.accounts.models import SignInTally
from tests.factories import AgencyFactory, UserFactory
from tests.factories.staff import make_coordinator, make_invitation
from tests.security.test_accounts import hashings

pytestmark = pytest.mark.django_db
KNOWN, UNKNOWN = "conocida@correo.test", "desconocida@correo.test"
OF_THE_CLOCK = {"Content-Length", "Expires", "Retry-After"}
CHANGING = re.compile(r"csrf\S+ value=\S+|\w+@correo\.test")


def told(answer: Any) -> tuple[Any, ...]:
    """Return all that somebody outside sees of an answer."""
    body = CHANGING.sub("", answer.content.decode())
    headers = {name: value for name, value in answer.headers.items() if name not in OF_THE_CLOCK}
    return answer.status_code, headers, sorted(answer.cookies), body


def kinds(queries: Any) -> list[str]:
    """Return what each query does to which table, without its values."""
    return [re.sub(r"('[^']*'|\d+)", "", row["sql"]).split(" WHERE")[0] for row in queries]


def test_wrong_login_is_the_same_work_for_known_and_unknown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    UserFactory(email=KNOWN)
    Client().get(reverse("account_login"))  # what is made at the first page of all
    found = []
    for login in (KNOWN, UNKNOWN):
        SignInTally.objects.all().delete()
        with hashings(monkeypatch) as made, CaptureQueriesContext(connection) as queries:
            answer = Client().post(reverse("account_login"), {"login": login, "password": "no"})
        found.append((told(answer), len(made), kinds(queries)))

    assert found[0][2] == found[1][2]
    assert found[0] == found[1]
    assert found[0][1] == 1


def test_too_many_logins_are_refused_alike_without_a_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    UserFactory(email=KNOWN)
    found = []
    for login in (KNOWN, UNKNOWN):
        SignInTally.objects.all().delete()
        for _try in range(6):
            with hashings(monkeypatch) as made:
                answer = Client().post(reverse("account_login"), {"login": login, "password": "no"})
        found.append((told(answer), len(made)))

    assert found[0] == found[1]
    assert (found[0][0][0], found[0][1]) == (429, 0)


@pytest.mark.parametrize(
    ("page", "form"),
    [
        ("account_reset_password", {}),
        (
            "account_signup",
            {
                "full_name": "Persona Inventada",
                "password1": "una-clave-nueva-y-larga",
                "password2": "una-clave-nueva-y-larga",
            },
        ),
    ],
)
def test_reset_and_signup_answer_and_hash_alike(
    monkeypatch: pytest.MonkeyPatch, page: str, form: dict[str, str]
) -> None:
    UserFactory(email=KNOWN)
    found = []
    for email in (KNOWN, UNKNOWN):
        mail.outbox.clear()
        with hashings(monkeypatch) as made:
            answer = Client().post(reverse(page), {**form, "email": email})
        found.append((told(answer), len(made), len(mail.outbox)))

    assert found[0] == found[1]


def test_inviting_asks_nothing_about_accounts(now: Any) -> None:
    UserFactory(email=KNOWN)
    agency = AgencyFactory()
    by = make_coordinator(agency)
    found = []
    for email in (KNOWN, UNKNOWN):
        with CaptureQueriesContext(connection) as queries:
            make_invitation(agency, by=by, now=now, email=email)
        found.append(kinds(queries))

    assert found[0] == found[1]

"""Nobody learns who has an account, and guessing soon meets a limit."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.urls import reverse

from tests.factories import UserFactory
from tests.factories.accounts import PASSWORD

pytestmark = pytest.mark.django_db


@contextmanager
def hashings(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Count how often a password is hashed, which is what a login takes its time for."""
    made: list[str] = []
    plain = MD5PasswordHasher.encode

    def encode(self: Any, password: str, salt: str) -> str:
        made.append(password)
        return plain(self, password, salt)

    with monkeypatch.context() as patch:
        patch.setattr(MD5PasswordHasher, "encode", encode)
        yield made


def log_in(login: str, password: str, **headers: Any) -> Any:
    return Client().post(
        reverse("account_login"), {"login": login, "password": password}, **headers
    )


@pytest.mark.parametrize("is_active", [True, False])
def test_wrong_login_costs_one_hash_whoever_it_names(
    monkeypatch: pytest.MonkeyPatch, is_active: bool
) -> None:
    user = UserFactory(username="palta.verde", is_active=is_active)

    counts = []
    for login in (user.email, user.username, "nadie@example.test", "nadie"):
        with hashings(monkeypatch) as made:
            log_in(login, "no-es-esta-clave")
        counts.append(len(made))

    assert counts == [1, 1, 1, 1]


def test_too_many_wrong_passwords_are_told_to_wait() -> None:
    user = UserFactory()
    statuses = [log_in(user.email, "no").status_code for _ in range(5)]

    answer = log_in(user.email, PASSWORD, headers={"X-Forwarded-For": "198.51.100.7"})

    assert (statuses, answer.status_code, answer["Retry-After"]) == ([200] * 5, 429, "60")
    assert "_auth_user_id" not in answer.client.session


def test_made_up_addresses_do_not_widen_the_limit() -> None:
    statuses = [
        log_in(
            f"nadie{number}@example.test", "no", headers={"X-Forwarded-For": f"10.1.1.{number}"}
        ).status_code
        for number in range(12)
    ]

    assert statuses == [200] * 10 + [429] * 2


def test_too_many_resets_are_told_to_wait() -> None:
    user = UserFactory()
    client = Client()
    for _ in range(20):
        answer = client.post(reverse("account_reset_password"), {"email": user.email})
        if answer.status_code == 429:
            break

    assert (answer.status_code, answer["Retry-After"]) == (429, "60")


def test_login_gives_the_visit_a_new_name() -> None:
    user = UserFactory()
    client = Client()
    client.cookies["sessionid"] = "a" * 32

    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    visit = client.cookies["sessionid"].value
    client.post(reverse("account_logout"))
    thief = Client()
    thief.cookies["sessionid"] = visit

    assert visit != "a" * 32
    assert thief.get(reverse("profile")).status_code == 302

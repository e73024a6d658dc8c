"""What a browser and a cache are told."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.learning.cast import Cast, client_of, make_cast, path_of, serve_home

pytestmark = pytest.mark.django_db

PERSONAL = (
    "account_email",
    "account_change_password",
    "account_logout",
    "account_reauthenticate",
    "glossary",
    "help_page",
    "mfa_index",
    "my_learning",
    "profile",
    "profile_document",
    "usersessions_list",
)


@pytest.fixture
def cast() -> Cast:
    found = make_cast()
    serve_home(found.made)
    return found


@pytest.mark.parametrize("name", PERSONAL)
def test_no_cache_keeps_a_page_made_for_somebody(cast: Cast, name: str) -> None:
    answer = client_of(cast.learner).get(reverse(name))

    assert answer.status_code == 200
    assert {"no-store", "private"} <= set(answer["Cache-Control"].split(", "))


def test_no_cache_keeps_a_missing_page_with_her_name_on_it(cast: Cast) -> None:
    answer = client_of(cast.learner).get("/no-existe/")

    assert (answer.status_code, "no-store" in answer["Cache-Control"]) == (404, True)


def test_no_cache_keeps_a_page_of_the_course(cast: Cast) -> None:
    for page in (cast.made.course, cast.made.lessons[0], cast.made.quiz_page):
        answer = client_of(cast.learner).get(path_of(page))
        assert (answer.status_code, "no-store" in answer["Cache-Control"]) == (200, True)


def test_caches_may_keep_what_is_for_everybody(cast: Cast) -> None:
    assert not Client().get(reverse("help_page")).has_header("Cache-Control")


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_there_is_one_login_and_it_knows_the_second_factor(cast: Cast, prefix: str) -> None:
    client = Client()

    answer = client.post(
        f"{prefix}/_util/login/", {"username": cast.learner.email, "password": "x", "next": "/"}
    )

    assert answer.url == f"{prefix}/accounts/login/"
    assert "_auth_user_id" not in client.session

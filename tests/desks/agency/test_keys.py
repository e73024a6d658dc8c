"""The keys of an agency: shown once, kept as digests, ended for good."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from certificates import services
from certificates.codes import token_digest
from certificates.enums import TokenScope
from certificates.models import ApiToken
from lms.accounts.enums import MembershipRole
from lms.core.models import AuditEvent
from tests.desks.agency.desk_scene import Desk
from tests.factories import (
    AgencyFactory,
    MembershipFactory,
    UserFactory,
)
from tests.learning.cast import client_of

pytestmark = pytest.mark.django_db


def make_key(desk: Desk, browser: Client, **changes: str) -> Any:
    url = desk.url("agency_key_add")
    until = timezone.localdate() + timedelta(days=30)
    data = {
        "once": browser.get(url).context["once"],
        "name": "Sistema de personal",
        "scope": "state",
        "expires_date": until.isoformat(),
    }
    return browser.post(url, {**data, **changes})


def test_key_is_shown_once_kept_as_a_digest_and_noted(desk: Desk) -> None:
    browser = desk.browser

    made = make_key(desk, browser)

    secret = made.context["secret"]
    token = ApiToken.objects.get()
    assert made.content.decode().count(secret) == 1
    assert "no-store" in made["Cache-Control"]
    assert (token.digest, token.agency, token.scope, token.created_by) == (
        token_digest(secret),
        desk.agency,
        TokenScope.STATE,
        desk.cast.coordinator,
    )
    assert secret not in browser.get(desk.url("agency_keys")).content.decode()
    event = AuditEvent.objects.get(action="api_token_created")
    assert (event.actor_id, event.target_id) == (desk.cast.coordinator.pk, str(token.pk))


def test_page_loaded_anew_neither_shows_a_key_nor_makes_another(desk: Desk) -> None:
    browser = desk.browser
    first = make_key(desk, browser)

    again = make_key(desk, browser, once=first.context["once"])
    used = browser.get(desk.url("agency_key_add")).context["once"]
    make_key(desk, browser, once=used)
    repeated = make_key(desk, browser, once=used)

    assert again.status_code == 200  # the page of the first key carries a fresh form's mark
    assert (repeated.status_code, repeated["Location"]) == (302, desk.url("agency_keys"))
    assert ApiToken.objects.count() == 3


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"scope": "everything"}, "scope"),
        ({"expires_date": "2020-01-01"}, "expires_date"),
        ({"expires_date": "2036-01-01"}, "expires_date"),
        ({"expires_date": "mañana"}, "expires_date"),
    ],
)
def test_key_form_comes_back_with_words(desk: Desk, changes: dict[str, str], field: str) -> None:
    answer = make_key(desk, desk.browser, **changes)

    assert list(answer.context["form"].errors) == [field]
    assert ApiToken.objects.count() == 0


def test_agency_of_a_key_is_never_read_from_the_form(desk: Desk) -> None:
    make_key(desk, desk.browser, agency=str(AgencyFactory().pk))

    assert ApiToken.objects.get().agency == desk.agency


def test_agency_has_ten_live_keys_at_most(desk: Desk) -> None:
    keys = [desk.key(f"Sistema {number}") for number in range(10)]
    desk.key("De otra entidad", agency=AgencyFactory())

    refused = make_key(desk, desk.browser)
    services.revoke_token(token=keys[0], acting_user=desk.cast.coordinator, now=timezone.now())
    made = make_key(desk, desk.browser)

    assert list(refused.context["form"].errors) == ["__all__"]
    assert made.context["secret"].startswith("amp_")
    assert ApiToken.objects.filter(agency=desk.agency, revoked_at=None).count() == 10


def test_key_is_ended_after_a_question_and_stays_on_record(desk: Desk) -> None:
    key, browser = desk.key(), desk.browser
    url = desk.url("agency_key_end", key.pk)

    browser.get(url)
    key.refresh_from_db()
    asked = key.revoked_at
    for _ in range(2):
        browser.post(url)

    key.refresh_from_db()
    assert (asked, key.revoked_at is None) == (None, False)
    assert AuditEvent.objects.filter(action="api_token_revoked").count() == 1
    assert [live for _key, live in browser.get(desk.url("agency_keys")).context["rows"]] == [False]


def test_key_of_somebody_who_left_is_ended_by_her_successor(desk: Desk) -> None:
    key = desk.key()
    desk.cast.coordinator.memberships.update(until_date=timezone.localdate() - timedelta(days=1))
    successor = UserFactory()
    MembershipFactory(user=successor, agency=desk.agency, role=MembershipRole.COORDINATOR)

    client_of(successor).post(desk.url("agency_key_end", key.pk))

    key.refresh_from_db()
    assert key.revoked_at is not None


def test_key_list_costs_the_same_for_one_and_three(desk: Desk) -> None:
    browser = desk.browser
    browser.get(desk.url("agency_home"))  # what is asked once and then kept is no part of it
    counts = []
    for number in (1, 2):
        for place in range(number):
            desk.key(f"Sistema {place}")
        with CaptureQueriesContext(connection) as queries:
            browser.get(desk.url("agency_keys"))
        counts.append(len(queries))

    assert counts[0] == counts[1]

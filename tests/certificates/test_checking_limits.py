"""Guessing codes (row 4 of the attack list), and the alarm that it raises."""

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from certificates import services
from certificates.check_limits import (
    FILES_PER_ADDRESS,
    KNOWN_PER_ADDRESS,
    UNKNOWN_OVERALL,
    UNKNOWN_PER_ADDRESS,
)
from certificates.checking.views.codes import verify_code
from certificates.codes import ALPHABET, LENGTH, grouped, new_code, read_code
from certificates.enums import BurstKind
from certificates.models import Certificate
from certificates.queries import certificate_by_code
from lms.accounts.enums import StaffRole
from lms.core.management.commands.serve import Command
from lms.core.models import AuditEvent
from tests.factories import UserFactory
from tests.factories.certificates import make_certificate
from tests.learning.cast import client_of

pytestmark = pytest.mark.django_db

RANDOM, NEAR, THROUGH_THE_PAGE = 10_000, 2_000, 250
ODD = [
    "",
    " ",
    "x",
    "0" * 19,
    "0" * 21,
    "U" * 20,
    "0" * 1_000_000,
    "\u202e" + "0" * 20,
    "\U0001f600",
    "' OR 1=1--",
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "\u0410" * 20,
    "%00",
    "\x00" * 20,
]


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch, now: datetime) -> datetime:
    """Hold the clock of the check, so that a window cannot end within a test."""
    monkeypatch.setattr("certificates.checking.views.codes.timezone.now", lambda: now)
    return now


@pytest.fixture
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let one address ask without an end: what is compared here is the answers."""
    for name, limit in (
        ("UNKNOWN_PER_ADDRESS", UNKNOWN_PER_ADDRESS),
        ("UNKNOWN_OVERALL", UNKNOWN_OVERALL),
    ):
        monkeypatch.setattr(f"certificates.check_limits.{name}", replace(limit, most=10**9))


def near_misses(code: str) -> Iterator[str]:
    """Yield codes that differ from a real one by one sign, or by two that changed places."""
    rng = random.Random(5)  # noqa: S311 (the same near misses in every run)
    while True:
        place = rng.randrange(LENGTH)
        wrong = code[:place] + rng.choice(ALPHABET) + code[place + 1 :]
        if rng.random() < 0.3 and place:
            wrong = code[: place - 1] + code[place] + code[place - 1] + code[place + 1 :]
        if wrong != code:
            yield wrong


def codes_of_an_attack(real: str) -> list[str]:
    found = near_misses(real)
    return [*(new_code() for _ in range(RANDOM)), *(next(found) for _ in range(NEAR)), *ODD]


def test_attack_of_twelve_thousand_codes_finds_nothing(now: datetime) -> None:
    real = make_certificate(now=now).code
    attack = codes_of_an_attack(real)
    assert len(attack) == RANDOM + NEAR + len(ODD)
    possible = [code for code in attack if len(code) == LENGTH]

    found = Certificate.objects.filter(code__in=possible[:500])  # one look at the whole table
    assert Certificate.objects.count() == 1
    assert not found.exists()
    assert real not in attack
    with CaptureQueriesContext(connection) as queries:
        answers = {certificate_by_code(read_code(code)) for code in [*possible[-100:], *ODD]}
    assert answers == {None}
    assert {one["sql"].partition("WHERE")[0] for one in queries} == {
        queries[0]["sql"].partition("WHERE")[0]
    }


def test_unknown_codes_have_one_answer_shape(unlimited: None, now: datetime) -> None:
    real = make_certificate(now=now).code
    attack = codes_of_an_attack(real)[RANDOM - THROUGH_THE_PAGE // 2 :][:THROUGH_THE_PAGE]
    factory = RequestFactory()
    verify_code(factory.get("/v/x/"), "x")  # the first request of a site makes its settings
    shapes = set()

    for code in [*attack, *ODD]:
        with CaptureQueriesContext(connection) as queries:
            response = verify_code(factory.get("/v/x/"), code)
        asked = tuple(one["sql"].partition("WHERE")[0] for one in queries)
        headers = json.dumps(dict(response.headers), sort_keys=True)
        shapes.add((response.status_code, response.content, headers, asked))

    assert len(shapes) == 1
    assert {shape[0] for shape in shapes} == {404}


def test_guessing_is_stopped_before_a_hundred_a_minute(client: Client, frozen: datetime) -> None:
    answers = [client.get(f"/v/{new_code()}/") for _ in range(100)]

    first = next(place for place, one in enumerate(answers) if one.status_code == 429)
    assert first == UNKNOWN_PER_ADDRESS.most < 100
    assert {one.status_code for one in answers[first:]} == {429}
    assert {one["Retry-After"] for one in answers[first:]} == {"60"}


def test_a_whole_ministry_may_check_ten_codes_a_second() -> None:
    assert KNOWN_PER_ADDRESS.most / KNOWN_PER_ADDRESS.seconds >= 10
    assert FILES_PER_ADDRESS.most >= 30


# --- The alarm -----------------------------------------------------------------------------------


def alarms() -> list[str]:
    rows = AuditEvent.objects.filter(action="unknown_codes_burst").order_by("pk")
    return list(rows.values_list("reason", flat=True))


def test_burst_from_one_address_raises_one_alarm(client: Client, frozen: datetime) -> None:
    for _ in range(UNKNOWN_PER_ADDRESS.most - 1):
        client.get(f"/v/{new_code()}/")
    assert alarms() == []
    for _ in range(5):
        client.get(f"/v/{new_code()}/")
    for _ in range(UNKNOWN_PER_ADDRESS.most):
        client.get(f"/v/{new_code()}/", REMOTE_ADDR="192.0.2.9")

    assert alarms() == [BurstKind.ONE_ADDRESS]


def test_burst_through_the_credentials_raises_the_alarm_too(client: Client) -> None:
    for _ in range(UNKNOWN_PER_ADDRESS.most):
        client.get(f"/v/{new_code()}/credential.json")

    assert alarms() == [BurstKind.ONE_ADDRESS]


def test_burst_from_everywhere_raises_one_alarm(
    client: Client, frozen: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert UNKNOWN_OVERALL.most == 600
    monkeypatch.setattr(
        "certificates.check_limits.UNKNOWN_OVERALL", replace(UNKNOWN_OVERALL, most=9)
    )
    for number in range(15):
        client.get(f"/v/{new_code()}/", REMOTE_ADDR=f"10.0.0.{number}")

    assert alarms() == [BurstKind.EVERYWHERE]


def test_alarm_keeps_neither_code_nor_address_and_comes_again_later(now: datetime) -> None:
    services.note_burst(burst=BurstKind.EVERYWHERE, now=now)
    services.note_burst(burst=BurstKind.EVERYWHERE, now=now + timedelta(minutes=14))
    services.note_burst(burst=BurstKind.EVERYWHERE, now=now + timedelta(minutes=16))

    first, second = AuditEvent.objects.filter(action="unknown_codes_burst").order_by("at")
    assert (first.at, second.at) == (now, now + timedelta(minutes=16))
    assert (first.actor_id, first.target_type) == (None, "certificates.issuersettings")
    assert (first.reason, first.changed_fields) == ("everywhere", [])


def test_administrator_sees_the_alarm_on_the_list_of_certificates() -> None:
    administrator = client_of(UserFactory(role=StaffRole.ADMINISTRATOR))
    assert "data-bursts" not in administrator.get("/admin/certificados/").content.decode()
    for days in (40, 2, 1):
        services.note_burst(burst=BurstKind.ONE_ADDRESS, now=timezone.now() - timedelta(days=days))

    text = administrator.get("/admin/certificados/").content.decode()

    assert 'data-bursts="2"' in text


# --- Codes stay secret ---------------------------------------------------------------------------


def test_no_access_log_is_written() -> None:
    command = Command()._web({"host": "127.0.0.1", "web_workers": 1, "threads": 1})

    assert not [part for part in command if "access" in part]


def test_there_is_no_sitemap_and_no_list(client: Client) -> None:
    code = make_certificate(now=timezone.now()).code

    for path in ("/sitemap.xml", "/robots.txt", "/v/sin-red.json", "/v/sin-red.html", "/v/sw.js"):
        text = client.get(path).content.decode()
        assert code not in text
        assert grouped(code) not in text

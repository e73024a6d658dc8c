"""The public check: five answers, never confused, and nothing beside them."""

import logging
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from certificates.check_limits import FREE_MISTAKES, UNKNOWN_OVERALL, UNKNOWN_PER_ADDRESS
from certificates.codes import grouped, new_code
from certificates.enums import CertificateState
from certificates.models import Certificate
from lms.core.logs import MaskSecrets
from tests.factories import UserFactory, make_course, release_course_for_tests
from tests.factories.certificates import make_certificate
from tests.learning.cast import client_of

pytestmark = pytest.mark.django_db
NEVER_ISSUED = "0123456789ABCDEFGHJK"
PRIVATE = ("motivo interno", "@example.test", "Comisaría")


def address(code: str, *, prefix: str = "") -> str:
    return f"{prefix}/v/{code}/"


def page(client: Client, code: str, *, prefix: str = "/en") -> str:
    return client.get(address(code, prefix=prefix)).content.decode()


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (CertificateState.VALID, "Valid"),
        (CertificateState.EXPIRED, "Expired"),
        (CertificateState.REVOKED, "Revoked"),
        (CertificateState.REPLACED, "Replaced"),
    ],
)
def test_check_answers_each_state(client: Client, state: CertificateState, word: str) -> None:
    certificate = make_certificate(state, now=timezone.now())

    response = client.get(address(certificate.code, prefix="/en"))
    text = response.content.decode()

    assert response.status_code == 200
    assert f'<div class="state state-{state}">' in text
    assert word in text.split("<h1", 1)[1].split("</h1>", 1)[0]
    assert certificate.facts["full_name"] in text
    assert certificate.printed_code in text
    assert not [words for words in PRIVATE if words in text]


def test_check_shows_every_printed_fact(client: Client) -> None:
    certificate = make_certificate(now=timezone.now())
    facts = certificate.typed_facts

    text = page(client, certificate.code)

    printed = [
        facts.full_name,
        facts.course_title,
        facts.certificate_text,
        facts.score,
        facts.pass_mark,
        facts.issuer_name,
        facts.place,
        facts.kind,
        facts.mode,
        "0.7 academic hours of 45 minutes",
        "30 minutes",
        *(module.title for module in facts.modules),
        *(topic for module in facts.modules for topic in module.topics),
    ]
    assert [fact for fact in printed if fact not in text] == []


def test_check_of_a_revoked_one_shows_date_and_public_words_only(client: Client) -> None:
    certificate = make_certificate(CertificateState.REVOKED, now=timezone.now())

    text = page(client, certificate.code)

    day = timezone.localdate(certificate.revoked_at)
    assert f"It was revoked on {day.day} {day:%B %Y}: issued in error." in text


def test_check_of_a_replaced_one_leads_to_its_successor(client: Client) -> None:
    certificate = make_certificate(CertificateState.REPLACED, now=timezone.now())

    text = page(client, certificate.code)

    assert certificate.replaced_by is not None
    assert reverse("verify_code", args=[certificate.replaced_by.code]) in text


def test_check_of_a_pilot_says_that_it_proves_nothing(client: Client) -> None:
    now = timezone.now()
    reviewed = release_course_for_tests(make_course(slug="revisado", is_partner_reviewed=True))
    pilot, real = make_certificate(now=now), make_certificate(now=now, release=reviewed)

    assert "DEMONSTRATION, NOT VALID" in page(client, pilot.code)
    assert "DEMONSTRATION" not in page(client, real.code)


def test_unknown_codes_are_alike_to_the_byte(client: Client) -> None:
    real = make_certificate(now=timezone.now()).code
    wrong = [
        NEVER_ISSUED,
        new_code(),
        real[:-1] + ("0" if real[-1] != "0" else "1"),
        real[:-1],
        "x",
        "%F0%9F%98%80",
        "a" * 1000,
        "%27%20OR%201=1--",
    ]

    for prefix in ("", "/en"):
        answers = [client.get(address(code, prefix=prefix)) for code in wrong]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.content for answer in answers}) == 1
        headers = [{**answer.headers} for answer in answers]
        assert all(header == headers[0] for header in headers)
        assert 'class="state state-unknown"' in answers[0].content.decode()


def test_null_byte_is_answered(client: Client) -> None:
    assert client.get("/v/%00/").status_code == 400


def test_sloppy_address_of_a_known_code_leads_to_the_right_one(client: Client) -> None:
    code = make_certificate(now=timezone.now()).code

    response = client.get(address(grouped(code).lower(), prefix="/en"))

    assert (response.status_code, response["Location"]) == (302, f"/en/v/{code}/")


@pytest.mark.parametrize("path", ["/v/", "/v/{known}/", f"/v/{NEVER_ISSUED}/", "/en/v/{known}/"])
def test_check_is_kept_to_oneself(client: Client, path: str) -> None:
    code = make_certificate(now=timezone.now()).code

    response = client.get(path.format(known=code))

    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response.cookies == {}
    assert response.content.decode().count("<script") == 1  # it only improves
    assert response.content.decode().count('<script type="module" src=') == 1


def test_check_is_noted_once_a_day_for_its_holder(client: Client) -> None:
    certificate = make_certificate(now=timezone.now())

    client.head(address(certificate.code))
    assert certificate.checks.count() == 0
    for _ in range(2):
        client.get(address(certificate.code))
    client.get(address(new_code()))

    assert [one.agency for one in certificate.checks.all()] == [None]


@pytest.mark.parametrize("state", list(CertificateState))
def test_check_costs_four_queries_and_opens_no_session(state: CertificateState) -> None:
    certificate = make_certificate(state, now=timezone.now())
    browsers = [Client(), client_of(UserFactory())]
    browsers[0].get("/v/")  # the first request of a site makes its settings

    for browser in browsers:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            response = browser.get(address(certificate.code))
        assert response.status_code == 200
        noted = ("certificates_certificatecheck", "SAVEPOINT")
        asked = [one["sql"] for one in queries if not any(word in one["sql"] for word in noted)]
        asked = [sql for sql in asked if sql]  # the raw statement that notes the check has no text
        assert len(asked) <= 4
        assert not [one for one in queries.captured_queries if "session" in one["sql"]]
        assert not [one for one in queries.captured_queries if "accounts_user" in one["sql"]]


def test_check_page_is_small(client: Client) -> None:
    code = make_certificate(now=timezone.now()).code

    response = client.get(address(code), headers={"accept-encoding": "gzip"})

    assert len(response.content) < 8_000


# --- The form ------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["lower", "upper"])
def test_form_leads_to_the_certificate_however_the_code_is_typed(
    client: Client, method: str
) -> None:
    code = make_certificate(now=timezone.now()).code
    typed = f"  {getattr(grouped(code).replace('0', 'O').replace('1', 'l'), method)()} "

    response = client.post("/en/v/", {"code": typed})

    assert (response.status_code, response["Location"]) == (302, f"/en/v/{code}/")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Type the code that stands on the certificate."),
        ("   ", "Type the code that stands on the certificate."),
        ("8K2M", "What you typed has 4."),
        ("\U0001f600", "What you typed has 0."),
        ("U" * 20, "never the letter U"),
        ("\u202e" + "0" * 19, "What you typed has 19."),
        ("Ñ" * 20, "What you typed has 20."),
        ("8K2\u041cZ4QW7TRXN5V0CDEH", "“\u041c” is a letter of another alphabet"),
        ("8K2MZ4QW7TRX\u039d5V0CDEH", "“\u039d” is a letter of another alphabet"),
    ],
)
def test_form_answers_odd_input_at_the_field(client: Client, typed: str, words: str) -> None:
    response = client.post("/en/v/", {"code": typed})
    text = response.content.decode()

    assert response.status_code == 200
    assert words in text
    assert 'aria-invalid="true"' in text
    assert response.context["form"]["code"].value() == typed


def test_form_forgives_a_null_byte(client: Client) -> None:
    code = make_certificate(now=timezone.now()).code

    assert client.post("/v/", {"code": f"\x00{code}"}).status_code == 302


def test_form_bounds_a_megabyte(client: Client) -> None:
    response = client.post("/v/", {"code": "0" * 1_000_000})

    assert response.status_code == 200
    assert len(response.content) < 40_000


def test_form_works_without_cookies() -> None:
    browser = Client(enforce_csrf_checks=True)

    assert browser.post("/v/", {"code": NEVER_ISSUED}).status_code == 302


# --- Limits --------------------------------------------------------------------------------------


def guess(client: Client, times: int, **meta: Any) -> list[int]:
    return [client.get(address(new_code()), **meta).status_code for _ in range(times)]


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch, now: datetime) -> datetime:
    """Hold the clock of the check, so that a window cannot end within a test."""
    monkeypatch.setattr("certificates.checking.views.codes.timezone.now", lambda: now)
    return now


def test_guessing_is_stopped_and_right_codes_are_not_told_either(
    client: Client, frozen: datetime
) -> None:
    code = make_certificate(now=frozen).code

    assert guess(client, UNKNOWN_PER_ADDRESS.most) == [404] * UNKNOWN_PER_ADDRESS.most
    stopped = client.get(address(new_code()))
    right = client.get(address(code))

    assert (stopped.status_code, right.status_code) == (429, 429)
    assert stopped.content == right.content
    assert stopped["Retry-After"] == "60"
    assert client.get(address(code), REMOTE_ADDR="192.0.2.9").status_code == 200


@pytest.mark.one_database  # it is counted in the cache
def test_ministry_behind_one_address_is_not_stopped(client: Client, frozen: datetime) -> None:
    code = make_certificate(now=frozen).code

    assert {client.get(address(code)).status_code for _ in range(100)} == {200}


@pytest.mark.one_database  # it is counted in the cache
def test_guessing_from_everywhere_stops_the_guessers_only(
    client: Client, frozen: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    code = make_certificate(now=frozen).code
    with caplog.at_level(logging.WARNING, logger="certificates.check_limits"):
        for number in range(UNKNOWN_OVERALL.most // FREE_MISTAKES):
            guess(client, FREE_MISTAKES, REMOTE_ADDR=f"10.0.{number // 250}.{number % 250}")

    assert client.get(address(code), REMOTE_ADDR="10.0.0.1").status_code == 429
    assert client.get(address(code), REMOTE_ADDR="192.0.2.9").status_code == 200
    own = [one.getMessage() for one in caplog.records if one.name == "certificates.check_limits"]
    assert own == ["Burst of unknown certificate codes: somebody may be guessing."]


# --- Logs ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        '"GET /v/{code}/ HTTP/1.1" 200 2797',
        "Not Found: /en/v/{code}/",
        '"GET /api/v1/certificates/{code} HTTP/1.1" 404',
        "Not Found: /v/{grouped}/",
        "Gone: /en/invitacion/{code}/",
    ],
)
def test_logs_never_hold_a_code(line: str) -> None:
    code = new_code()
    record = logging.LogRecord(
        "x", logging.INFO, "", 1, line.format(code=code, grouped=grouped(code)), (), None
    )

    MaskSecrets().filter(record)

    assert code not in record.getMessage()
    assert code[:4] not in record.getMessage()


def test_unknown_code_is_logged_masked(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    code = new_code()
    with caplog.at_level(logging.INFO):
        client.get(address(code))
        client.get(f"/api/v1/certificates/{code}")
    handler = logging.StreamHandler()
    handler.addFilter(MaskSecrets())

    for record in caplog.records:
        handler.filter(record)
        assert code not in record.getMessage()


def test_certificates_are_nowhere_listed(client: Client) -> None:
    certificate = make_certificate(now=timezone.now())

    for path in ("/v/", "/en/v/", "/api/v1/docs", "/api/v1/openapi.json"):
        text = client.get(path).content.decode()
        assert certificate.code not in text
        assert certificate.typed_facts.full_name not in text
    assert Certificate.objects.count() == 1

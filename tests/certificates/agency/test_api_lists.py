"""The API: lists of codes, tags of answers, limits in codes, and what a key may read."""

import json
import logging
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from certificates import services
from certificates.agency.limits import CODES_PER_AGENCY, REFUSED_PER_ADDRESS, UNKNOWN_PER_AGENCY
from certificates.agency.schemas import CertificateAnswer, ListedAnswer
from certificates.codes import grouped, new_code
from certificates.enums import BurstKind, CertificateState, TokenScope
from certificates.models import ApiToken, Certificate, CertificateCheck
from lms.accounts.enums import StaffRole
from lms.core.models import AuditEvent
from lms.learning.enums import NoticeKind
from lms.learning.models import Notice
from tests.factories import UserFactory, make_course, release_course_for_tests
from tests.factories.certificates import make_certificate, make_token

pytestmark = pytest.mark.django_db

CHECK = "/api/v1/certificates/check"
JSON = "application/json"
LIMITS = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")


@pytest.fixture
def secret() -> str:
    return make_token(now=timezone.now())[1]


def send(secret: str | None, body: Any, **headers: str) -> Any:
    if secret is not None:
        headers["authorization"] = f"Bearer {secret}"
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    return Client().post(CHECK, text, content_type=JSON, headers=headers)


def ask(secret: str, code: str, **headers: str) -> Any:
    headers["authorization"] = f"Bearer {secret}"
    return Client().get(f"/api/v1/certificates/{code}", headers=headers)


def certificates(*states: CertificateState) -> list[Certificate]:
    release = release_course_for_tests(make_course())
    return [make_certificate(state, now=timezone.now(), release=release) for state in states]


def verbs(queries: CaptureQueriesContext) -> list[str]:
    """Return what was asked of the database, without the marks of transactions."""
    words = [query["sql"].split()[0] for query in queries]
    return [word for word in words if word not in ("SAVEPOINT", "RELEASE")]


def only_state() -> None:
    ApiToken.objects.update(scope=TokenScope.STATE)


# --- Lists ----------------------------------------------------------------------------------------


def test_list_is_answered_in_the_order_in_which_it_came(secret: str) -> None:
    found = certificates(*CertificateState)
    unknown = new_code()
    asked = [unknown, *[grouped(one.code).lower() for one in found], "no es un código", unknown]

    answer = send(secret, {"codes": asked})
    results = answer.json()["results"]

    assert answer.status_code == 200
    assert [one["asked"] for one in results] == asked
    assert [one["state"] for one in results] == [
        "unknown",
        *CertificateState.values,
        "unknown",
        "unknown",
    ]
    assert [one["code"] for one in results] == [
        unknown,
        *[one.code for one in found],
        None,
        unknown,
    ]
    assert {tuple(one) for one in results} == {tuple(ListedAnswer.model_fields)}
    assert answer["Cache-Control"] == "no-store"


def test_list_says_of_a_certificate_what_its_own_address_says(secret: str) -> None:
    for certificate in certificates(*CertificateState):
        single = ask(secret, certificate.code).json()
        (listed,) = send(secret, {"codes": [certificate.code]}).json()["results"]

        assert listed == {**single, "asked": certificate.code}


def test_unknown_codes_of_a_list_are_all_alike(secret: str) -> None:
    asked = [new_code(), "x", "", "\u0415" * 20, "0" * 10_000, "\ud800", "\x00"]

    results = send(secret, {"codes": asked}).json()["results"]

    for one in results:
        del one["asked"], one["code"]
    assert results == [{**dict.fromkeys(results[0]), "state": "unknown"}] * 7


@pytest.mark.parametrize("number", [1, 500])
def test_list_of_so_many_codes_costs_the_same(secret: str, number: int) -> None:
    (certificate,) = certificates(CertificateState.VALID)
    send(secret, {"codes": [certificate.code]})  # the day's first use of a key is noted once

    with CaptureQueriesContext(connection) as queries:
        answer = send(secret, {"codes": [certificate.code] * number})

    assert len(answer.json()["results"]) == number
    assert verbs(queries) == ["SELECT", "SELECT", "INSERT"]  # key, certificates, note of the check


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"codes": ["x"] * 501}, 422, "At most 500 codes in one request."),
        ({"codes": []}, 422, "Send at least one code."),
        ({"codes": ["x", 5]}, 422, "codes[1] is not a text."),
        ({"codes": [None]}, 422, "codes[0] is not a text."),
        ({"codes": [["x"]]}, 422, "codes[0] is not a text."),
        ({"codes": "x"}, 422, 'Send {"codes": [...]}'),
        ({"codes": {"0": "x"}}, 422, 'Send {"codes": [...]}'),
        ({"code": ["x"]}, 422, 'Send {"codes": [...]}'),
        ({}, 422, 'Send {"codes": [...]}'),
        ([], 422, 'Send {"codes": [...]}'),
        ("null", 422, 'Send {"codes": [...]}'),
        ("", 422, 'Send {"codes": [...]}'),
        ("{", 400, "Cannot parse request body"),
        (b"\xff\xfe", 400, "Cannot parse request body"),
        ("[" * 100_000, 400, "Cannot parse request body"),
        ('{"codes": ' + "9" * 5000 + "}", 400, "Cannot parse request body"),
        ({"codes": ["0" * 1024 * 1024]}, 413, "The body is longer than 256 kB."),
        ('{"codes": [' + '"x",' * 10**6 + '"x"]}', 413, "The body is longer than 256 kB."),
    ],
)
def test_bad_list_is_refused_with_words(secret: str, body: Any, status: int, words: str) -> None:
    answer = send(secret, body)

    assert answer.status_code == status
    assert answer.json()["detail"].startswith(words)
    assert set(LIMITS) <= set(answer.headers)


def test_list_of_500_long_codes_is_answered(secret: str) -> None:
    answer = send(secret, {"codes": [" ".join(new_code()) for _ in range(500)]})

    assert [one["state"] for one in answer.json()["results"]] == ["unknown"] * 500


@pytest.mark.parametrize("given", [None, "falsa", ""])
def test_list_needs_a_key_and_nothing_else(given: str | None) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(UserFactory(role=StaffRole.ADMINISTRATOR))
    headers = {} if given is None else {"authorization": f"Bearer {given}"}

    answer = browser.post(CHECK, {"codes": ["x"]}, content_type=JSON, headers=headers)

    assert answer.status_code == 401
    assert answer["RateLimit-Limit"] == str(REFUSED_PER_ADDRESS.most)


def test_list_is_only_posted(secret: str) -> None:
    assert Client().get(CHECK, headers={"authorization": f"Bearer {secret}"}).status_code == 405


# --- What a key may read --------------------------------------------------------------------------


@pytest.mark.parametrize("state", list(CertificateState))
def test_key_of_the_state_reads_no_facts(secret: str, state: CertificateState) -> None:
    (certificate,) = certificates(state)
    only_state()

    single = ask(secret, certificate.code)
    listed = send(secret, {"codes": [certificate.code]})

    assert single.json()["facts"] is None
    assert set(single.json()) == set(CertificateAnswer.model_fields)
    assert listed.json()["results"][0]["facts"] is None
    for text in (single.content.decode(), listed.content.decode()):
        assert certificate.facts["full_name"] not in text


def test_key_that_ended_opens_nothing(secret: str) -> None:
    token = ApiToken.objects.get()
    services.revoke_token(token=token, acting_user=UserFactory(), now=timezone.now())

    assert send(secret, {"codes": [new_code()]}).status_code == 401


# --- Tags -----------------------------------------------------------------------------------------


def test_answer_with_the_same_tag_comes_without_its_body(secret: str) -> None:
    (certificate,) = certificates(CertificateState.VALID)
    first = ask(secret, certificate.code)
    tag = first["ETag"]

    for sent in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        again = ask(secret, certificate.code, if_none_match=sent)
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
        assert set(LIMITS) <= set(again.headers)
        assert again["Cache-Control"] == "private, no-cache"
    assert ask(secret, certificate.code, if_none_match='"x"').status_code == 200
    assert tag.startswith('"')
    assert "Authorization" in first["Vary"].split(", ")


def test_tag_changes_with_the_state_and_with_what_the_key_reads(secret: str) -> None:
    (certificate,) = certificates(CertificateState.VALID)
    tags = [ask(secret, certificate.code)["ETag"] for _ in range(2)]

    only_state()
    tags.append(ask(secret, certificate.code)["ETag"])
    Certificate.objects.filter(pk=certificate.pk).update(replaced_by=certificate_of_another())
    tags.append(ask(secret, certificate.code)["ETag"])

    assert tags[0] == tags[1]
    assert len(set(tags)) == 3


def certificate_of_another() -> Certificate:
    release = release_course_for_tests(make_course(slug="otro"))
    return make_certificate(now=timezone.now(), release=release)


def test_unknown_codes_are_never_answered_by_their_tag_alone(secret: str) -> None:
    tag = ask(secret, new_code())["ETag"]

    answer = ask(secret, new_code(), if_none_match=tag)

    assert (answer.status_code, answer["ETag"]) == (404, tag)


# --- Limits ---------------------------------------------------------------------------------------


@pytest.fixture
def _one_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    monkeypatch.setattr("certificates.api.timezone.now", lambda: now)


@pytest.mark.usefixtures("_one_minute")
def test_codes_are_counted_and_not_requests(secret: str) -> None:
    (certificate,) = certificates(CertificateState.VALID)

    left = [
        send(secret, {"codes": [certificate.code] * 400})["RateLimit-Remaining"],
        ask(secret, certificate.code)["RateLimit-Remaining"],
    ]

    most = CODES_PER_AGENCY.most
    assert left == [str(most - 400), str(most - 401)]


@pytest.mark.usefixtures("_one_minute")
def test_list_over_the_limit_is_refused_whole_and_counts_nothing(secret: str) -> None:
    (certificate,) = certificates(CertificateState.VALID)
    most = CODES_PER_AGENCY.most
    for _ in range(most // 500 - 1):
        assert send(secret, {"codes": [certificate.code] * 500}).status_code == 200
    send(secret, {"codes": [certificate.code]})

    refused = send(secret, {"codes": [certificate.code] * 500})

    assert refused.status_code == 429
    assert refused["Retry-After"] == refused["RateLimit-Reset"]
    assert refused["RateLimit-Remaining"] == "499"
    assert send(secret, {"codes": [certificate.code] * 499}).status_code == 200


@pytest.mark.usefixtures("_one_minute")
def test_all_keys_of_an_agency_share_its_limit(secret: str) -> None:
    agency = ApiToken.objects.get().agency
    now = timezone.now()
    second = services.create_token(
        name="Otro",
        agency=agency,
        expires_at=ApiToken.objects.get().expires_at,
        acting_user=UserFactory(),
        now=now,
    )[1]
    elsewhere = make_token(now=now)[1]
    send(secret, {"codes": [new_code()] * 10})

    left = [ask(key, new_code())["RateLimit-Remaining"] for key in (second, elsewhere)]

    assert left == [str(CODES_PER_AGENCY.most - 11), str(CODES_PER_AGENCY.most - 1)]


@pytest.mark.usefixtures("_one_minute")
def test_burst_of_unknown_codes_raises_one_alarm_without_a_code(
    secret: str, caplog: pytest.LogCaptureFixture
) -> None:
    codes = [new_code() for _ in range(UNKNOWN_PER_AGENCY.most + 1)]
    with caplog.at_level(logging.WARNING, logger="certificates.agency.limits"):
        first = send(secret, {"codes": codes})
        second = send(secret, {"codes": codes})

    own = [one.getMessage() for one in caplog.records if one.name == "certificates.agency.limits"]
    assert (first.status_code, second.status_code, len(own)) == (200, 429, 1)
    assert second["RateLimit-Remaining"] == "0"
    assert not any(code in one.getMessage() for one in caplog.records for code in codes)
    alarms = AuditEvent.objects.filter(action="unknown_codes_burst").values_list(
        "reason", flat=True
    )
    assert list(alarms) == [BurstKind.ONE_AGENCY]


# --- What the holder learns -----------------------------------------------------------------------


def test_check_is_noted_once_a_day_for_the_agency(secret: str) -> None:
    found = certificates(CertificateState.VALID, CertificateState.REVOKED)
    agency = ApiToken.objects.get().agency
    for _ in range(2):
        ask(secret, found[0].code)
        send(secret, {"codes": [*[one.code for one in found], new_code()]})

    noted = CertificateCheck.objects.values_list("certificate", "agency", "date")

    today = timezone.localdate()
    assert sorted(noted) == [(one.pk, agency.pk, today) for one in found]


def test_holder_who_wishes_it_is_told_and_an_erased_one_is_not(secret: str) -> None:
    wishes, silent, erased = certificates(*[CertificateState.VALID] * 3)
    Certificate.objects.filter(pk__in=[wishes.pk, erased.pk]).update(tells_of_checks=True)
    Certificate.objects.filter(pk=erased.pk).update(holder_erased_at=timezone.now())
    for _ in range(2):
        send(secret, {"codes": [wishes.code, silent.code, erased.code]})

    told = Notice.objects.values_list("learner", "kind")
    assert list(told) == [(wishes.enrolment.learner_id, NoticeKind.CERTIFICATE_CHECKED)]
    noted = CertificateCheck.objects.order_by("certificate").values_list("certificate", flat=True)
    assert list(noted) == [wishes.pk, silent.pk]


def test_check_costs_three_queries_and_the_row_that_notes_it(secret: str) -> None:
    (certificate,) = certificates(CertificateState.REPLACED)

    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            ask(secret, certificate.code)
        counts.append(verbs(queries))

    # the key, the note of the key's first use today, the certificate with its successor, the note
    assert counts == [["SELECT", "UPDATE", "SELECT", "INSERT"], ["SELECT", "SELECT", "INSERT"]]

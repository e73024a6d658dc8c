"""The API for agencies' systems."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from certificates import services
from certificates.agency.limits import REFUSED_PER_ADDRESS, UNKNOWN_PER_AGENCY
from certificates.codes import grouped, new_code
from certificates.enums import CertificateState
from certificates.models import ApiToken
from tests.factories import UserFactory
from tests.factories.certificates import make_certificate, make_token

pytestmark = pytest.mark.django_db
FACT_NAMES = {
    "full_name",
    "document_tail",
    "kind",
    "mode",
    "course_title",
    "certificate_text",
    "start_date",
    "end_date",
    "issue_date",
    "valid_until_date",
    "minutes",
    "hours",
    "score",
    "pass_mark",
    "issuer_name",
    "issuer_ruc",
    "issuer_resolution",
    "place",
    "is_pilot",
    "modules",
    "signatories",
}


@pytest.fixture
def secret() -> str:
    return make_token(now=timezone.now())[1]


def ask(client: Client, code: str, secret: str | None) -> Any:
    headers = {} if secret is None else {"authorization": f"Bearer {secret}"}
    return client.get(f"/api/v1/certificates/{code}", headers=headers)


@pytest.mark.parametrize("state", list(CertificateState))
def test_api_tells_state_and_printed_facts_only(
    client: Client, secret: str, state: CertificateState
) -> None:
    certificate = make_certificate(state, now=timezone.now())

    response = ask(client, grouped(certificate.code).lower(), secret)
    data = response.json()

    assert response.status_code == 200
    assert set(data) == {
        "state",
        "code",
        "language",
        "is_pilot",
        "valid_until_date",
        "revoked_date",
        "revocation",
        "replaced_by",
        "facts",
    }
    assert data["is_pilot"] is certificate.facts["is_pilot"]
    assert data["valid_until_date"] == certificate.facts["valid_until_date"]
    assert set(data["facts"]) == FACT_NAMES
    assert data["state"] == state
    assert data["code"] == certificate.code
    assert data["facts"] == {name: certificate.facts[name] for name in FACT_NAMES}
    assert data["revocation"] == ("issued_in_error" if state == CertificateState.REVOKED else None)
    successor = certificate.replaced_by
    assert data["replaced_by"] == (successor.code if successor else None)
    assert response["Cache-Control"] == "private, no-cache"
    assert "motivo interno" not in response.content.decode()


def test_api_answers_unknown_codes_alike(client: Client, secret: str) -> None:
    answers = [ask(client, code, secret) for code in (new_code(), "x", "0" * 1000, "%F0%9F%98%80")]

    assert {answer.status_code for answer in answers} == {404}
    assert {answer.content for answer in answers} == {b'{"state": "unknown"}'}
    assert len({answer["ETag"] for answer in answers}) == 1


@pytest.mark.parametrize("kind", ["missing", "wrong", "expired", "revoked", "empty", "huge"])
def test_api_refuses_bad_keys_alike(client: Client, kind: str) -> None:
    now = timezone.now()
    certificate = make_certificate(now=now)
    token, secret = make_token(now=now - timedelta(days=20), days=30)
    if kind == "expired":
        ApiToken.objects.update(expires_at=now)
    if kind == "revoked":
        services.revoke_token(token=token, acting_user=UserFactory(), now=now)
    given = {"missing": None, "wrong": f"{secret}x", "empty": "", "huge": "x" * 5000}

    response = ask(client, certificate.code, given.get(kind, secret))

    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'Bearer realm="amparo", error="invalid_token"'
    assert response.json() == {"detail": "A valid key is needed: Authorization: Bearer <key>."}


def test_api_takes_no_session_for_a_key(client: Client) -> None:
    client.force_login(UserFactory(is_superuser=True))

    assert ask(client, new_code(), None).status_code == 401


def test_api_notes_the_day_of_the_last_use_once(client: Client, secret: str) -> None:
    ask(client, new_code(), secret)

    assert ApiToken.objects.get().last_used_date == timezone.localdate()


def test_key_is_kept_as_a_digest_only() -> None:
    token, secret = make_token(now=timezone.now())

    assert secret.startswith("amp_")
    assert len(secret) >= 47
    assert secret not in {str(value) for value in vars(token).values()}
    assert len(token.digest) == 64


def test_api_limits_guessing_by_key(
    client: Client, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    monkeypatch.setattr("certificates.api.timezone.now", lambda: now)
    for _ in range(UNKNOWN_PER_AGENCY.most):
        assert ask(client, new_code(), secret).status_code == 404

    response = ask(client, new_code(), secret)

    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 60


def test_api_limits_wrong_keys_by_address(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    monkeypatch.setattr("certificates.api.timezone.now", lambda: now)
    for _ in range(REFUSED_PER_ADDRESS.most):
        assert ask(client, new_code(), "wrong").status_code == 401

    assert ask(client, new_code(), "wrong").status_code == 429


def test_api_describes_itself(client: Client) -> None:
    description = client.get("/api/v1/openapi.json").json()
    page = client.get("/api/v1/docs")
    text = page.content.decode()

    assert list(description["paths"]) == [
        "/api/v1/certificates/check",
        "/api/v1/certificates/{code}",
    ]
    english = client.get("/en/api/v1/docs").content.decode()

    assert page.status_code == 200
    assert ('lang="es"' in text, 'lang="en"' in english) == (True, True)
    assert "<script" not in text
    assert "//cdn" not in text


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_api_only_reads(client: Client, secret: str, method: str) -> None:
    response = getattr(client, method)(
        f"/api/v1/certificates/{new_code()}", headers={"authorization": f"Bearer {secret}"}
    )

    assert response.status_code == 405

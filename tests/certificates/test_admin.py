"""Certificates and keys in the admin: administrators only."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from certificates.codes import grouped, token_digest
from certificates.enums import CertificateState
from certificates.models import ApiToken, Certificate, Issuance, IssuerSettings
from lms.core.enums import OutboxState
from lms.core.models import AuditEvent
from tests.factories import make_course, release_course_for_tests
from tests.factories.certificates import complete, make_certificate, make_token
from tests.learning.cast import Cast, client_of, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def certificate() -> Certificate:
    release = release_course_for_tests(make_course(slug="otro"))
    return make_certificate(now=timezone.now(), release=release)


def admin_paths(certificate: Certificate) -> list[str]:
    token = make_token(now=timezone.now())[0]
    return [
        reverse("certificados:index"),
        reverse("certificados:issuances"),
        reverse("certificados:detail", args=[certificate.pk]),
        reverse("certificados:revoke", args=[certificate.pk]),
        reverse("certificados:replace", args=[certificate.pk]),
        reverse("certificados:retry", args=[certificate.pk]),
        reverse("llaves:index"),
        reverse("llaves:add"),
        reverse("llaves:revoke", args=[token.pk]),
    ]


def refused(response: Any) -> bool:
    """Wagtail answers a refusal with 403, 404 or a way to another page."""
    return response.status_code in {302, 403, 404, 405}


@pytest.mark.parametrize("method", ["get", "post"])
def test_only_administrators_enter(cast: Cast, certificate: Certificate, method: str) -> None:
    for path in admin_paths(certificate):
        for name, person in cast.people.items():
            if name != "administrator":
                assert refused(getattr(client_of(person), method)(path)), (name, path)
    assert AuditEvent.objects.filter(action__in=["certificate_revoked", "token"]).count() == 0
    assert ApiToken.objects.filter(revoked_at=None).count() == 1


def test_administrator_reads_every_page(cast: Cast, certificate: Certificate) -> None:
    browser = client_of(cast.administrator)

    statuses = [browser.get(path).status_code for path in admin_paths(certificate)]

    assert statuses == [200, 200, 200, 200, 200, 405, 200, 200, 405]


@pytest.mark.parametrize("how", ["code", "grouped", "name"])
def test_list_finds_by_code_or_name(cast: Cast, how: str) -> None:
    release = release_course_for_tests(make_course(slug="otro"))
    wanted, other = (make_certificate(now=timezone.now(), release=release) for _ in range(2))
    text = {
        "code": wanted.code,
        "grouped": grouped(wanted.code).lower(),
        "name": wanted.facts["full_name"].lower(),
    }[how]

    page = client_of(cast.administrator).get(reverse("certificados:index"), {"q": text})

    assert [one.pk for one, _state in page.context["rows"]] == [wanted.pk]
    assert other.pk != wanted.pk


def test_list_costs_the_same_for_one_and_three(cast: Cast) -> None:
    release = release_course_for_tests(make_course(slug="otro"))
    browser = client_of(cast.administrator)
    counts = []
    for number in (1, 2):
        for _ in range(number):
            make_certificate(now=timezone.now(), release=release)
        browser.get(reverse("certificados:index"))
        with CaptureQueriesContext(connection) as queries:
            browser.get(reverse("certificados:index"))
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_administrator_revokes_with_words_and_reason(cast: Cast, certificate: Certificate) -> None:
    path = reverse("certificados:revoke", args=[certificate.pk])

    response = client_of(cast.administrator).post(
        path, {"revocation_class": "issuer_decision", "reason": "por decisión"}
    )

    certificate.refresh_from_db()
    assert response.status_code == 302
    assert certificate.state(now=timezone.now()) == CertificateState.REVOKED
    assert (certificate.revocation_class, certificate.revocation_reason) == (
        "issuer_decision",
        "por decisión",
    )


@pytest.mark.parametrize(
    "data",
    [{}, {"revocation_class": "guilty", "reason": "x"}, {"revocation_class": "", "reason": ""}],
)
def test_revocation_without_reason_is_sent_back(
    cast: Cast, certificate: Certificate, data: dict[str, str]
) -> None:
    path = reverse("certificados:revoke", args=[certificate.pk])

    response = client_of(cast.administrator).post(path, data)

    certificate.refresh_from_db()
    assert response.status_code == 200
    assert certificate.revoked_at is None


def test_administrator_replaces_once(cast: Cast, certificate: Certificate) -> None:
    path = reverse("certificados:replace", args=[certificate.pk])
    browser = client_of(cast.administrator)

    browser.post(path, {"reason": "error de nombre"})
    browser.post(path, {"reason": "otra vez"})

    certificate.refresh_from_db()
    assert certificate.replaced_by is not None
    assert Certificate.objects.filter(enrolment=certificate.enrolment).count() == 2


def test_administrator_sees_why_a_file_failed_and_tries_again(
    cast: Cast, certificate: Certificate
) -> None:
    Issuance.objects.update(state=OutboxState.FAILED, failure="LookupError: a broken design")
    browser = client_of(cast.administrator)

    listed = browser.get(reverse("certificados:issuances")).content.decode()
    browser.post(reverse("certificados:retry", args=[certificate.pk]))

    assert "a broken design" in listed
    issuance = Issuance.objects.get()
    assert (issuance.state, issuance.failure, issuance.tries) == (OutboxState.PENDING, "", 0)


def test_key_is_shown_once_and_kept_as_a_digest(cast: Cast) -> None:
    browser = client_of(cast.administrator)
    agency = make_token(now=timezone.now())[0].agency
    ApiToken.objects.all().delete()
    until = timezone.localdate() + timedelta(days=10)

    made = browser.post(
        reverse("llaves:add"),
        {"name": "Sistema", "agency": agency.pk, "expires_date": until.isoformat()},
    )
    secret = made.context["secret"]

    token = ApiToken.objects.get()
    assert secret in made.content.decode()
    assert token.digest == token_digest(secret)
    assert timezone.localdate(token.expires_at) == until
    assert "no-store" in made["Cache-Control"]
    assert secret not in browser.get(reverse("llaves:index")).content.decode()


@pytest.mark.parametrize("days", [-1, 0, 731])
def test_key_needs_a_sensible_end(cast: Cast, days: int) -> None:
    agency = make_token(now=timezone.now())[0].agency
    until = timezone.localdate() + timedelta(days=days)

    response = client_of(cast.administrator).post(
        reverse("llaves:add"),
        {"name": "Sistema", "agency": agency.pk, "expires_date": until.isoformat()},
    )

    assert response.status_code == 200
    assert ApiToken.objects.count() == 1


def test_revoked_key_stays_on_record(cast: Cast) -> None:
    token = make_token(now=timezone.now())[0]
    browser = client_of(cast.administrator)

    for _ in range(2):
        browser.post(reverse("llaves:revoke", args=[token.pk]))

    token.refresh_from_db()
    assert token.revoked_at is not None
    assert AuditEvent.objects.filter(action="api_token_revoked").count() == 1


@pytest.mark.parametrize(("ruc", "status"), [("20000000001", 302), ("2000000000", 200)])
def test_administrator_sets_the_issuer(cast: Cast, ruc: str, status: int) -> None:
    path = reverse("wagtailsettings:edit", args=["certificates", "issuersettings"])
    issuer = IssuerSettings.load()
    data = {
        "name": "Entidad",
        "ruc": ruc,
        "resolution": "",
        "place": "Cusco",
        "signatories-TOTAL_FORMS": "1",
        "signatories-INITIAL_FORMS": "0",
        "signatories-MIN_NUM_FORMS": "0",
        "signatories-MAX_NUM_FORMS": "3",
        "signatories-0-name": "Rosa Ccori",
        "signatories-0-post": "Directora",
        "signatories-0-ORDER": "1",
        "signatories-0-id": "",
    }

    response = client_of(cast.administrator).post(f"{path}{issuer.pk}/", data)

    assert response.status_code == status


def test_completing_gives_the_learner_no_admin(cast: Cast) -> None:
    complete(cast.enrolment, now=timezone.now())

    assert refused(client_of(cast.learner).get(reverse("certificados:index")))

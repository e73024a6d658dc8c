"""The learner fetches her own certificate."""

from datetime import datetime

import pytest
from django.urls import reverse
from django.utils import translation

from certificates import services
from certificates.models import Certificate, Issuance
from lms.core.enums import OutboxState
from tests.factories.certificates import complete
from tests.learning.cast import Cast, client_of, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def certificate(cast: Cast, now: datetime) -> Certificate:
    return services.request_certificate(enrolment=complete(cast.enrolment, now=now), now=now)


def address(certificate: Certificate) -> str:
    with translation.override("es"):
        return reverse("certificate_pdf", args=[certificate.pk])


def test_only_holder_and_administrator_get_the_file(
    cast: Cast, certificate: Certificate, now: datetime
) -> None:
    services.render_issuance(issuance_id=certificate.issuance.pk, now=now)

    assert cast.statuses(address(certificate)) == {
        "learner": 200,
        "trainer": 404,
        "coordinator": 404,
        "administrator": 200,
        "stranger": 404,
        "nobody": 302,
    }


def test_nobody_gets_anything_by_other_methods(cast: Cast, certificate: Certificate) -> None:
    for method in ("post", "put", "delete"):
        statuses = cast.statuses(address(certificate), method=method)
        assert set(statuses.values()) <= {302, 404, 405}


def test_certificate_that_is_not_there_is_404_to_all(cast: Cast) -> None:
    path = reverse("certificate_pdf", args=[999_999])

    assert client_of(cast.learner).get(path).status_code == 404
    assert client_of(cast.administrator).get(path).status_code == 404


def test_file_has_a_neutral_name_and_stays_private(
    cast: Cast, certificate: Certificate, now: datetime
) -> None:
    services.render_issuance(issuance_id=certificate.issuance.pk, now=now)

    response = client_of(cast.learner).get("/en" + address(certificate))

    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'attachment; filename="certificate.pdf"'
    assert response["Cache-Control"] == "private, no-store"
    assert response.content.startswith(b"%PDF-")


def test_page_says_kindly_that_it_is_being_made(cast: Cast, certificate: Certificate) -> None:
    path = "/en" + address(certificate)
    response = client_of(cast.learner).get(path)
    text = response.content.decode()

    assert response.status_code == 202
    assert "It is being made." in text
    assert "data-certificate-wait" in text
    assert f'href="{path}"' in text
    assert 'http-equiv="refresh"' not in text


def test_page_says_that_the_file_failed_and_nothing_is_lost(
    cast: Cast, certificate: Certificate
) -> None:
    Issuance.objects.update(state=OutboxState.FAILED, failure="LookupError: innards")

    text = client_of(cast.learner).get("/en" + address(certificate)).content.decode()

    assert "nothing is lost" in text
    assert "innards" not in text
    assert "data-certificate-wait" not in text


def test_lost_file_is_asked_for_again(cast: Cast, certificate: Certificate, now: datetime) -> None:
    services.render_issuance(issuance_id=certificate.issuance.pk, now=now)
    issuance = Issuance.objects.get()
    issuance.file.storage.delete(issuance.file.name)

    response = client_of(cast.learner).get(address(certificate))

    assert response.status_code == 202
    assert Issuance.objects.get().state == OutboxState.PENDING

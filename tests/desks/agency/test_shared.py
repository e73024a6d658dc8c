"""The certificates whose holders share them with the agency."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from certificates import services
from certificates.enums import CertificateState
from certificates.models import Certificate, CertificateShare
from lms.core.enums import OutboxState
from lms.learning.enums import CertificateTiming
from lms.learning.models import Cohort
from tests.desks.agency.desk_scene import Desk
from tests.factories import AgencyFactory

pytestmark = pytest.mark.django_db


def listed(answer: Any) -> list[int]:
    return [row.share.certificate_id for row in answer.context["rows"]]


def test_only_live_shares_with_this_agency_are_listed(desk: Desk) -> None:
    shown, ended, elsewhere, not_shared, erased = (desk.certificate() for _ in range(5))
    desk.share(shown)
    desk.share(ended, ended_at=timezone.now())
    desk.share(elsewhere, agency=AgencyFactory())
    desk.share(erased)
    Certificate.objects.filter(pk=erased.pk).update(holder_erased_at=timezone.now())

    answer = desk.browser.get(desk.url("agency_shared"))

    assert listed(answer) == [shown.pk]
    page = answer.content.decode()
    assert [one.facts["full_name"] in page for one in (shown, ended, elsewhere, not_shared)] == [
        True,
        False,
        False,
        False,
    ]


def test_those_that_end_soon_are_found(desk: Desk) -> None:
    now = timezone.now()
    by_days = {days: desk.certificate() for days in (1, 89, 91)}
    for days, certificate in by_days.items():
        until = now + timedelta(days=days)
        Certificate.objects.filter(pk=certificate.pk).update(valid_until=until)
        desk.share(certificate)
    desk.share(desk.certificate(CertificateState.EXPIRED))

    answer = desk.browser.get(desk.url("agency_shared"), {"vencen": "90"})

    assert listed(answer) == [by_days[1].pk, by_days[89].pk]
    assert desk.browser.get(desk.url("agency_home")).context["desk"].ending == 2


def test_shared_list_costs_the_same_for_one_and_three(desk: Desk) -> None:
    browser = desk.browser
    browser.get(desk.url("agency_home"))  # what is asked once and then kept is no part of it
    counts = []
    for number in (1, 2):
        for _ in range(number):
            desk.share(desk.certificate())
        with CaptureQueriesContext(connection) as queries:
            browser.get(desk.url("agency_shared"))
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_shared_list_has_pages(desk: Desk) -> None:
    for certificate in [desk.certificate() for _ in range(2)]:
        desk.share(certificate)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lms.desks.agency.views.PER_PAGE", 1)
        first = desk.browser.get(desk.url("agency_shared"))
        second = desk.browser.get(desk.url("agency_shared"), {"page": "2"})

    assert len({*listed(first), *listed(second)}) == 2


def test_shared_file_is_given_while_it_is_shared(desk: Desk) -> None:
    certificate = desk.certificate()
    share = desk.share(certificate)
    url = desk.url("agency_shared_pdf", share.pk)
    waiting = desk.browser.get(url)
    services.render_issuance(issuance_id=certificate.issuance.pk, now=timezone.now())
    certificate.issuance.refresh_from_db()
    assert certificate.issuance.state == OutboxState.DONE

    given = desk.browser.get(url)
    CertificateShare.objects.update(ended_at=timezone.now())

    assert (waiting.status_code, waiting["Location"]) == (302, desk.url("agency_shared"))
    assert given.content[:5] == b"%PDF-"
    assert desk.browser.get(url).status_code == 404


@pytest.mark.parametrize("state", [CertificateState.REVOKED, CertificateState.REPLACED])
def test_file_of_what_was_taken_back_is_not_given(desk: Desk, state: CertificateState) -> None:
    share = desk.share(desk.certificate(state))

    assert desk.browser.get(desk.url("agency_shared_pdf", share.pk)).status_code == 404


def test_cohorts_of_shared_certificates_are_named(desk: Desk) -> None:
    today = timezone.localdate()
    cohort, _other = (
        Cohort.objects.create(
            release=desk.cast.release,
            name=name,
            starts_date=today,
            ends_date=today,
            certificate_timing=CertificateTiming.AT_COMPLETION,
            created_at=timezone.now(),
        )
        for name in ("Primera", "Segunda")
    )
    certificate = desk.certificate()
    certificate.enrolment.cohort = cohort
    certificate.enrolment.save()
    desk.share(certificate)

    answer = desk.browser.get(desk.url("agency_shared"))

    assert [(one.name, one.shared) for one in answer.context["cohorts"]] == [("Primera", 1)]
    assert reverse("agency_zip", args=[cohort.pk]) in answer.content.decode()

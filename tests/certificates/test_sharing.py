"""Letting an agency see a certificate, and ending it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection

from certificates import services
from certificates.models import Certificate, CertificateShare
from lms.accounts.models import Agency, Membership
from lms.core.models import AuditEvent
from tests.certificates.holding_scene import address, hold, main_of
from tests.factories import AgencyFactory, MembershipFactory
from tests.learning.cast import NOW, Cast, client_of, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def certificate(cast: Cast, now: datetime) -> Certificate:
    return hold(cast, now=now, is_signed=False)


def agency_of(cast: Cast) -> Agency:
    return Agency.objects.get(memberships__user=cast.learner)


def press(cast: Cast, certificate: Certificate, agency: Agency, wanted: str) -> str:
    response = client_of(cast.learner).post(
        "/en" + address(certificate, "own_certificate_share"),
        {"agency": agency.pk, "wanted": wanted},
        follow=True,
    )
    return main_of(response)


def test_switch_shares_and_ends_at_once(cast: Cast, certificate: Certificate) -> None:
    agency = agency_of(cast)

    text = press(cast, certificate, agency, "yes")
    assert f"From now on {agency.name} sees this certificate." in text
    assert CertificateShare.objects.get().ended_at is None

    text = press(cast, certificate, agency, "no")
    assert "It is not shared with that institution any more." in text
    assert CertificateShare.objects.get().ended_at is not None
    actions = AuditEvent.objects.filter(action__startswith="certificate_share").order_by("pk")
    assert [(one.action, one.actor_id) for one in actions] == [
        ("certificate_shared", cast.learner.pk),
        ("certificate_share_ended", cast.learner.pk),
    ]


def test_double_press_shares_and_ends_once(cast: Cast, certificate: Certificate) -> None:
    for wanted in ("yes", "yes", "no", "no", "yes"):
        press(cast, certificate, agency_of(cast), wanted)

    ended = [share.ended_at is not None for share in CertificateShare.objects.order_by("pk")]
    assert ended == [True, False]


def test_each_agency_of_hers_has_its_own_switch(cast: Cast, certificate: Certificate) -> None:
    other = MembershipFactory(user=cast.learner).agency
    press(cast, certificate, other, "yes")

    shared = CertificateShare.objects.filter(ended_at=None)
    assert [share.agency_id for share in shared] == [other.pk]


def test_agency_of_others_is_refused(cast: Cast, certificate: Certificate) -> None:
    stranger = AgencyFactory(name="Entidad ajena")

    text = press(cast, certificate, stranger, "yes") + press(cast, certificate, stranger, "no")

    assert CertificateShare.objects.count() == 0
    assert "Entidad ajena" not in text


def test_agency_that_she_left_sees_it_until_she_ends_it_and_never_again(
    cast: Cast, certificate: Certificate, now: datetime
) -> None:
    agency = agency_of(cast)
    press(cast, certificate, agency, "yes")
    Membership.objects.filter(user=cast.learner).update(until_date=now.date() - timedelta(days=9))

    page = main_of(client_of(cast.learner).get("/en" + address(certificate)))
    assert "You do not belong to it any more." in page
    press(cast, certificate, agency, "no")
    press(cast, certificate, agency, "yes")

    assert CertificateShare.objects.filter(ended_at=None).count() == 0


@pytest.mark.parametrize("agency", ["", "0", "abc", "-1", "99999", "9" * 30])
def test_agency_that_is_none_is_404(cast: Cast, certificate: Certificate, agency: str) -> None:
    path = address(certificate, "own_certificate_share")
    response = client_of(cast.learner).post(path, {"agency": agency, "wanted": "yes"})

    assert response.status_code == 404


@pytest.mark.xdist_group("races")
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_sharing_at_once_from_two_telephones_shares_once() -> None:
    cast = make_cast()
    certificate = hold(cast, now=NOW, is_signed=False)
    agency = agency_of(cast)
    gate = Barrier(2)

    def share(_number: int) -> int:
        try:
            gate.wait(timeout=30)
            return services.share_certificate(
                certificate=certificate, agency=agency, acting_user=cast.learner, now=NOW
            ).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=2) as pool:
        found = set(pool.map(share, range(2)))

    assert found == {CertificateShare.objects.get().pk}

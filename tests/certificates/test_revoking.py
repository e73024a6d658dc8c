"""Revoking and replacing: once, with a reason, on the record, and never deleting."""

from datetime import datetime, timedelta

import pytest

from certificates import services
from certificates.enums import CertificateState, RevocationClass
from certificates.models import Certificate, Issuance
from lms.accounts.enums import StaffRole
from lms.accounts.models import User
from lms.core.models import AuditEvent
from lms.core.queries import read_reason
from tests.factories import UserFactory
from tests.factories.certificates import make_certificate
from tests.support.trail import events_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> User:
    return UserFactory(role=StaffRole.ADMINISTRATOR)


def revoke(certificate: Certificate, administrator: User, now: datetime) -> Certificate:
    return services.revoke_certificate(
        certificate=certificate,
        revocation_class=RevocationClass.HOLDER_REQUEST,
        reason=" pidió su retiro ",
        acting_user=administrator,
        now=now,
    )


def test_revocation_keeps_date_words_and_reason(administrator: User, now: datetime) -> None:
    certificate = make_certificate(now=now)

    revoke(certificate, administrator, now)

    certificate.refresh_from_db()
    assert certificate.state(now=now) == CertificateState.REVOKED
    assert certificate.revoked_at == now
    assert certificate.revocation_reason == "pidió su retiro"
    event = AuditEvent.objects.get(action="certificate_revoked")
    assert (event.actor_id, read_reason(event)) == (administrator.pk, "pidió su retiro")


@pytest.mark.parametrize("state", [CertificateState.REVOKED, CertificateState.REPLACED])
def test_settled_certificate_is_neither_revoked_nor_replaced(
    administrator: User, now: datetime, state: CertificateState
) -> None:
    certificate = make_certificate(state, now=now)

    with pytest.raises(services.AlreadySettledError):
        revoke(certificate, administrator, now)
    with pytest.raises(services.AlreadySettledError):
        services.replace_certificate(
            certificate=certificate, acting_user=administrator, reason="x", now=now
        )


def test_expired_certificate_may_be_revoked_but_not_replaced(
    administrator: User, now: datetime
) -> None:
    certificate = make_certificate(CertificateState.EXPIRED, now=now)

    with pytest.raises(services.AlreadySettledError):
        services.replace_certificate(
            certificate=certificate, acting_user=administrator, reason="x", now=now
        )
    revoked = revoke(certificate, administrator, now)

    assert revoked.state(now=now) == CertificateState.REVOKED


@pytest.mark.parametrize("reason", ["", "  \n "])
def test_decisions_need_a_reason(administrator: User, now: datetime, reason: str) -> None:
    certificate = make_certificate(now=now)

    with pytest.raises(ValueError, match="reason"):
        services.replace_certificate(
            certificate=certificate, acting_user=administrator, reason=reason, now=now
        )
    with pytest.raises(ValueError, match="reason"):
        services.revoke_certificate(
            certificate=certificate,
            revocation_class=RevocationClass.ISSUED_IN_ERROR,
            reason=reason,
            acting_user=administrator,
            now=now,
        )


def test_replacement_prints_the_name_of_today_and_all_else_as_it_was(
    administrator: User, now: datetime
) -> None:
    old = make_certificate(now=now)
    learner = old.enrolment.learner
    learner.full_name = "Nombre Corregido"
    learner.save()
    later = now + timedelta(days=1)

    new = services.replace_certificate(
        certificate=old, acting_user=administrator, reason="error de nombre", now=later
    )

    old.refresh_from_db()
    new.refresh_from_db()
    assert old.state(now=later) == CertificateState.REPLACED
    assert old.replaced_by == new
    assert new.state(now=later) == CertificateState.VALID
    assert new.code != old.code
    assert new.valid_until == old.valid_until
    changed = {name for name in new.facts if new.facts[name] != old.facts[name]}
    assert changed == {"full_name", "issue_date"}
    assert new.typed_facts.full_name == "Nombre Corregido"
    assert Issuance.objects.filter(certificate=new).count() == 1
    assert [event.action for event in events_with("error de nombre")] == [
        "certificate_replaced",
        "certificate_issued",
    ]

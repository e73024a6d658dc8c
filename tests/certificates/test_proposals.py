"""Two people for a revocation and a replacement: one asks, another one decides."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from certificates import services
from certificates.enums import CertificateState, ProposalKind, ProposalState, RevocationClass
from certificates.models import Certificate, CertificateProposal, CertificateShare
from lms.accounts.enums import StaffRole
from lms.accounts.models import User
from lms.core.models import AuditEvent
from lms.core.queries import read_reason
from lms.learning.enums import NoticeKind
from lms.learning.models import Notice
from tests.factories import AgencyFactory, UserFactory
from tests.factories.certificates import make_certificate
from tests.support.trail import events_with

pytestmark = pytest.mark.django_db


def administrator() -> User:
    return UserFactory(role=StaffRole.ADMINISTRATOR)


@pytest.fixture(autouse=True)
def _two_people(settings: Any) -> None:
    settings.REQUIRE_TWO_PERSON_CERTIFICATES = True


@pytest.fixture
def asker() -> User:
    return administrator()


@pytest.fixture
def certificate(now: datetime) -> Certificate:
    return make_certificate(now=now)


def ask_to_revoke(certificate: Certificate, user: User, now: datetime) -> CertificateProposal:
    proposal = services.ask_to_revoke(
        certificate=certificate,
        revocation_class=RevocationClass.HOLDER_REQUEST,
        reason=" lo pidió ",
        acting_user=user,
        now=now,
    )
    assert proposal is not None
    return proposal


def ask_to_replace(certificate: Certificate, user: User, now: datetime) -> CertificateProposal:
    proposal = services.ask_to_replace(
        certificate=certificate, reason="error de nombre", acting_user=user, now=now
    )
    assert isinstance(proposal, CertificateProposal)
    return proposal


def approve(proposal: CertificateProposal, user: User, now: datetime) -> Certificate:
    return services.approve_proposal(proposal=proposal, acting_user=user, now=now)


def test_asking_changes_nothing_yet(certificate: Certificate, asker: User, now: datetime) -> None:
    proposal = ask_to_revoke(certificate, asker, now)

    certificate.refresh_from_db()
    assert certificate.state(now=now) == CertificateState.VALID
    assert (proposal.state, proposal.reason, proposal.proposed_by) == (
        ProposalState.OPEN,
        "lo pidió",
        asker,
    )
    event = AuditEvent.objects.get(action="certificate_revoke_asked")
    assert (event.actor_id, read_reason(event)) == (asker.pk, "lo pidió")
    assert Notice.objects.count() == 0


def test_second_person_approves_a_revocation(
    certificate: Certificate, asker: User, now: datetime
) -> None:
    second, later = administrator(), now + timedelta(hours=1)
    proposal = ask_to_revoke(certificate, asker, now)

    approve(proposal, second, later)

    certificate.refresh_from_db()
    proposal.refresh_from_db()
    assert (certificate.revoked_at, certificate.revocation_class) == (later, "holder_request")
    assert certificate.revocation_reason == "lo pidió"
    assert (proposal.state, proposal.decided_by, proposal.decided_at) == (
        ProposalState.APPROVED,
        second,
        later,
    )
    assert [(event.action, event.actor_id) for event in events_with("lo pidió")] == [
        ("certificate_revoke_asked", asker.pk),
        ("certificate_revoke_approved", second.pk),
        ("certificate_revoked", second.pk),
    ]


def test_second_person_approves_a_replacement(
    certificate: Certificate, asker: User, now: datetime
) -> None:
    learner = certificate.enrolment.learner
    learner.full_name = "Nombre Corregido"
    learner.save()

    new = approve(ask_to_replace(certificate, asker, now), administrator(), now)

    certificate.refresh_from_db()
    assert certificate.replaced_by == new
    assert new.typed_facts.full_name == "Nombre Corregido"


def test_record_that_changed_while_it_was_read_is_looked_at_again(
    certificate: Certificate, asker: User, now: datetime
) -> None:
    proposal = ask_to_replace(certificate, asker, now)

    with pytest.raises(services.ProposalRefused):
        services.approve_proposal(
            proposal=proposal, acting_user=administrator(), now=now, seen_name="Otro Nombre"
        )

    proposal.refresh_from_db()
    certificate.refresh_from_db()
    assert (proposal.state, certificate.replaced_by) == (ProposalState.OPEN, None)


def test_refused_and_withdrawn_leave_the_certificate(
    certificate: Certificate, asker: User, now: datetime
) -> None:
    second = administrator()
    refused = services.refuse_proposal(
        proposal=ask_to_revoke(certificate, asker, now), acting_user=second, now=now
    )
    withdrawn = services.withdraw_proposal(
        proposal=ask_to_replace(certificate, asker, now), acting_user=asker, now=now
    )

    certificate.refresh_from_db()
    assert certificate.state(now=now) == CertificateState.VALID
    assert (refused.state, refused.decided_by) == (ProposalState.REFUSED, second)
    assert (withdrawn.state, withdrawn.decided_by) == (ProposalState.WITHDRAWN, asker)


Step = Callable[[CertificateProposal, User, datetime], object]


def refuse(proposal: CertificateProposal, user: User, now: datetime) -> object:
    return services.refuse_proposal(proposal=proposal, acting_user=user, now=now)


def withdraw(proposal: CertificateProposal, user: User, now: datetime) -> object:
    return services.withdraw_proposal(proposal=proposal, acting_user=user, now=now)


@pytest.mark.parametrize("step", [approve, refuse])
def test_whoever_asked_does_not_decide(
    certificate: Certificate, asker: User, now: datetime, step: Step
) -> None:
    proposal = ask_to_revoke(certificate, asker, now)

    with pytest.raises(services.ProposalRefused):
        step(proposal, asker, now)

    certificate.refresh_from_db()
    assert certificate.revoked_at is None


def test_nobody_else_withdraws(certificate: Certificate, asker: User, now: datetime) -> None:
    with pytest.raises(services.ProposalRefused):
        withdraw(ask_to_revoke(certificate, asker, now), administrator(), now)


@pytest.mark.parametrize("first", [approve, refuse])
@pytest.mark.parametrize("again", [approve, refuse, withdraw])
def test_what_was_decided_is_not_decided_again(
    certificate: Certificate, asker: User, now: datetime, first: Step, again: Step
) -> None:
    proposal = ask_to_revoke(certificate, asker, now)
    first(proposal, administrator(), now)

    with pytest.raises(services.ProposalRefused):
        again(proposal, asker if again is withdraw else administrator(), now)


def test_one_decision_at_a_time(certificate: Certificate, asker: User, now: datetime) -> None:
    ask_to_revoke(certificate, asker, now)

    with pytest.raises(services.ProposalRefused):
        ask_to_replace(certificate, administrator(), now)
    assert CertificateProposal.objects.count() == 1


@pytest.mark.parametrize("needs_two", [True, False])
def test_nobody_asks_about_her_own_certificate(
    now: datetime, settings: Any, needs_two: bool
) -> None:
    settings.REQUIRE_TWO_PERSON_CERTIFICATES = needs_two
    holder = administrator()
    own = make_certificate(now=now, learner=holder)

    for ask in (ask_to_revoke, ask_to_replace):
        with pytest.raises(services.OwnCertificateError):
            ask(own, holder, now)

    own.refresh_from_db()
    assert own.state(now=now) == CertificateState.VALID
    assert CertificateProposal.objects.count() == 0


@pytest.mark.parametrize("step", [approve, refuse])
def test_holder_does_not_decide_about_her_own(asker: User, now: datetime, step: Step) -> None:
    holder = administrator()
    proposal = ask_to_revoke(make_certificate(now=now, learner=holder), asker, now)

    with pytest.raises(services.OwnCertificateError):
        step(proposal, holder, now)

    proposal.refresh_from_db()
    assert proposal.state == ProposalState.OPEN


def test_database_keeps_the_two_apart(certificate: Certificate, asker: User, now: datetime) -> None:
    proposal = ask_to_revoke(certificate, asker, now)

    with pytest.raises(IntegrityError), transaction.atomic():
        CertificateProposal.objects.filter(pk=proposal.pk).update(
            state=ProposalState.APPROVED, decided_by=asker, decided_at=now
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        CertificateProposal.objects.create(
            certificate=certificate,
            kind=ProposalKind.REPLACE,
            reason="x",
            proposed_by=administrator(),
            proposed_at=now,
        )


@pytest.mark.parametrize("state", [CertificateState.REVOKED, CertificateState.REPLACED])
def test_settled_certificate_is_not_asked_about(
    asker: User, now: datetime, state: CertificateState
) -> None:
    settled = make_certificate(state, now=now)

    for ask in (ask_to_revoke, ask_to_replace):
        with pytest.raises(services.AlreadySettledError):
            ask(settled, asker, now)


def test_expired_one_is_not_asked_to_be_replaced(asker: User, now: datetime) -> None:
    with pytest.raises(services.AlreadySettledError):
        ask_to_replace(make_certificate(CertificateState.EXPIRED, now=now), asker, now)


def test_certificate_that_was_settled_meanwhile_leaves_the_proposal_open(
    certificate: Certificate, asker: User, now: datetime
) -> None:
    proposal = ask_to_revoke(certificate, asker, now)
    services.replace_certificate(
        certificate=certificate, acting_user=administrator(), reason="x", now=now
    )

    with pytest.raises(services.AlreadySettledError):
        approve(proposal, administrator(), now)

    proposal.refresh_from_db()
    assert proposal.state == ProposalState.OPEN
    withdraw(proposal, asker, now)


@pytest.mark.parametrize("ask", [ask_to_revoke, ask_to_replace])
def test_with_the_rule_off_it_acts_at_once(
    certificate: Certificate, asker: User, now: datetime, settings: Any, ask: Any
) -> None:
    settings.REQUIRE_TWO_PERSON_CERTIFICATES = False

    with pytest.raises(AssertionError):  # nothing waits
        ask(certificate, asker, now)

    certificate.refresh_from_db()
    assert certificate.state(now=now) in {CertificateState.REVOKED, CertificateState.REPLACED}
    assert CertificateProposal.objects.count() == 0


@pytest.mark.parametrize("reason", ["", "  "])
def test_asking_needs_a_reason(
    certificate: Certificate, asker: User, now: datetime, reason: str
) -> None:
    with pytest.raises(ValueError, match="reason"):
        services.ask_to_replace(certificate=certificate, reason=reason, acting_user=asker, now=now)


def test_holder_is_told_and_led_to_what_she_should_look_at(asker: User, now: datetime) -> None:
    revoked = make_certificate(now=now)
    replaced = make_certificate(now=now, release=revoked.enrolment.release)
    approve(ask_to_revoke(revoked, asker, now), administrator(), now)
    new = approve(ask_to_replace(replaced, asker, now), administrator(), now)

    told = Notice.objects.filter(kind=NoticeKind.CERTIFICATE_CHANGED).order_by("pk")
    assert list(told.values_list("learner_id", "path")) == [
        (revoked.enrolment.learner_id, f"/mi-aprendizaje/certificados/{revoked.pk}/"),
        (replaced.enrolment.learner_id, f"/mi-aprendizaje/certificados/{new.pk}/"),
    ]


def test_agencies_see_the_corrected_certificate(
    certificate: Certificate, asker: User, now: datetime
) -> None:
    shared, ended = AgencyFactory(), AgencyFactory()
    CertificateShare.objects.create(certificate=certificate, agency=shared, created_at=now)
    CertificateShare.objects.create(
        certificate=certificate, agency=ended, created_at=now, ended_at=now
    )

    new = approve(ask_to_replace(certificate, asker, now), administrator(), now)

    standing = CertificateShare.objects.filter(ended_at=None)
    assert list(standing.values_list("certificate_id", "agency_id")) == [(new.pk, shared.pk)]

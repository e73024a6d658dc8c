"""Revoking and replacing by two people: one asks with the reason, another one decides.

With REQUIRE_TWO_PERSON_CERTIFICATES on, asking only opens a proposal; with it off, it acts at once.
In neither way does anybody decide about a certificate of her own. That the two are different people
is a constraint of the database too.
"""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from certificates.enums import ProposalKind, ProposalState, RevocationClass
from certificates.life.queries import open_proposal_of
from certificates.models import Certificate, CertificateProposal
from certificates.services.revoking import (
    OwnCertificateError,
    lock_standing,
    refuse_expired,
    replace_certificate,
    revoke_certificate,
)
from lms.accounts.models import User
from lms.core.services import record_event


class ProposalRefused(Exception):
    """Somebody may not ask or decide; the message says why, for people."""


def ask_to_revoke(
    *,
    certificate: Certificate,
    revocation_class: RevocationClass,
    reason: str,
    acting_user: User,
    now: datetime,
) -> CertificateProposal | None:
    """Revoke at once, or ask for it where two people are needed; return what waits then.

    Raises:
        AlreadySettledError: it was revoked or replaced before.
        OwnCertificateError: the acting user is its holder.
        ProposalRefused: another decision about it waits.
        ValueError: no reason was given.
    """
    if not settings.REQUIRE_TWO_PERSON_CERTIFICATES:
        revoke_certificate(
            certificate=certificate,
            revocation_class=revocation_class,
            reason=reason,
            acting_user=acting_user,
            now=now,
        )
        return None
    return _propose(
        certificate=certificate,
        kind=ProposalKind.REVOKE,
        revocation_class=str(revocation_class),
        reason=reason,
        acting_user=acting_user,
        now=now,
    )


def ask_to_replace(
    *, certificate: Certificate, reason: str, acting_user: User, now: datetime
) -> CertificateProposal | Certificate:
    """Replace at once and return the new certificate, or what waits where two people are needed.

    Raises:
        AlreadySettledError: it was revoked or replaced before, or it has expired.
        OwnCertificateError: the acting user is its holder.
        ProposalRefused: another decision about it waits.
        ValueError: no reason was given.
    """
    if not settings.REQUIRE_TWO_PERSON_CERTIFICATES:
        return replace_certificate(
            certificate=certificate, reason=reason, acting_user=acting_user, now=now
        )
    return _propose(
        certificate=certificate,
        kind=ProposalKind.REPLACE,
        revocation_class="",
        reason=reason,
        acting_user=acting_user,
        now=now,
    )


@transaction.atomic
def _propose(
    *,
    certificate: Certificate,
    kind: ProposalKind,
    revocation_class: str,
    reason: str,
    acting_user: User,
    now: datetime,
) -> CertificateProposal:
    if not reason.strip():
        raise ValueError("a decision needs a reason")
    locked = lock_standing(certificate, acting_user=acting_user)
    if kind == ProposalKind.REPLACE:
        refuse_expired(locked, now=now)
    if open_proposal_of(locked) is not None:
        raise ProposalRefused(_("Another decision about this certificate waits."))
    proposal = CertificateProposal.objects.create(
        certificate=locked,
        kind=kind,
        revocation_class=revocation_class,
        reason=reason.strip(),
        proposed_by=acting_user,
        proposed_at=now,
    )
    _note(proposal, f"certificate_{kind}_asked", acting_user=acting_user, now=now)
    return proposal


@transaction.atomic
def approve_proposal(
    *, proposal: CertificateProposal, acting_user: User, now: datetime, seen_name: str = ""
) -> Certificate:
    """Do what somebody else asked for; return the certificate, or the new one of a replacement.

    Args:
        proposal: what waits.
        acting_user: the second person.
        now: when.
        seen_name: for a replacement, the name on the person's record that the second person saw;
            if the record has changed since, nothing is done.

    Raises:
        AlreadySettledError: the certificate was revoked or replaced meanwhile, or has expired.
        OwnCertificateError: the acting user is the holder.
        ProposalRefused: the acting user asked for it herself, it was decided before, or the
            person's record has changed since it was read.
    """
    locked = _lock_open(proposal)
    if locked.proposed_by_id == acting_user.pk:
        raise ProposalRefused(
            _("You asked for this yourself. It takes a second person to approve it.")
        )
    _refuse_holder(locked, acting_user)
    certificate = locked.certificate
    if locked.kind == ProposalKind.REPLACE and seen_name:
        learner = User.objects.select_for_update().get(pk=certificate.enrolment.learner_id)
        if learner.full_name != seen_name:
            raise ProposalRefused(
                _("The person's record was changed while you read. Look at the name again.")
            )
    _decide(locked, ProposalState.APPROVED, acting_user=acting_user, now=now)
    if locked.kind == ProposalKind.REPLACE:
        return replace_certificate(
            certificate=certificate, reason=locked.reason, acting_user=acting_user, now=now
        )
    return revoke_certificate(
        certificate=certificate,
        revocation_class=RevocationClass(locked.revocation_class),
        reason=locked.reason,
        acting_user=acting_user,
        now=now,
    )


@transaction.atomic
def refuse_proposal(
    *, proposal: CertificateProposal, acting_user: User, now: datetime
) -> CertificateProposal:
    """Leave the certificate as it is; the refusal stays on record.

    Raises:
        OwnCertificateError: the acting user is the holder.
        ProposalRefused: the acting user asked for it herself (she withdraws it), or it was decided
            before.
    """
    locked = _lock_open(proposal)
    if locked.proposed_by_id == acting_user.pk:
        raise ProposalRefused(_("You asked for this yourself: you can withdraw it."))
    _refuse_holder(locked, acting_user)
    return _decide(locked, ProposalState.REFUSED, acting_user=acting_user, now=now)


@transaction.atomic
def withdraw_proposal(
    *, proposal: CertificateProposal, acting_user: User, now: datetime
) -> CertificateProposal:
    """Take back what one asked for oneself.

    Raises ProposalRefused for anybody else, and if it was decided before.
    """
    locked = _lock_open(proposal)
    if locked.proposed_by_id != acting_user.pk:
        raise ProposalRefused(_("Only the person who asked can withdraw this."))
    return _decide(locked, ProposalState.WITHDRAWN, acting_user=acting_user, now=now)


def _lock_open(proposal: CertificateProposal) -> CertificateProposal:
    locked = (
        CertificateProposal.objects.select_for_update(of=("self",))
        .select_related("certificate__enrolment")
        .get(pk=proposal.pk)
    )
    if locked.state != ProposalState.OPEN:
        raise ProposalRefused(_("This was decided before."))
    return locked


def _refuse_holder(proposal: CertificateProposal, acting_user: User) -> None:
    if proposal.certificate.enrolment.learner_id == acting_user.pk:
        raise OwnCertificateError(
            _("This certificate is your own. Somebody else has to decide about it.")
        )


def _decide(
    proposal: CertificateProposal, state: ProposalState, *, acting_user: User, now: datetime
) -> CertificateProposal:
    proposal.state = state
    proposal.decided_by = acting_user
    proposal.decided_at = now
    proposal.save(update_fields=["state", "decided_by", "decided_at"])
    _note(proposal, f"certificate_{proposal.kind}_{state}", acting_user=acting_user, now=now)
    return proposal


def _note(proposal: CertificateProposal, action: str, *, acting_user: User, now: datetime) -> None:
    record_event(
        action=action,
        target=proposal,
        acting_user=acting_user,
        now=now,
        changed_fields=["state"],
        reason=proposal.reason,
        subject=proposal.certificate.enrolment.learner_id,
    )

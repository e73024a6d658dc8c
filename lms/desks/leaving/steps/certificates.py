"""Certificates: the name goes at once; whether they can still be checked is the holder's choice."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from certificates.enums import ProposalState
from certificates.models import Certificate, CertificateMail, CertificateProposal, IssueItem
from certificates.services.erasing import detach_all_of
from lms.accounts.models import User
from lms.core.enums import OutboxState
from lms.desks.leaving.steps.base import EMPTIED, Act, Fate, Step
from lms.learning.models import Enrolment

LEFT = "The account was closed."


def _certificates(user: User) -> QuerySet[Certificate]:
    return Certificate.objects.filter(enrolment__learner=user)


def _proposals(user: User) -> QuerySet[CertificateProposal]:
    return CertificateProposal.objects.filter(certificate__enrolment__learner=user)


def end_proposals(act: Act) -> None:
    """Take back what waits for a decision about her certificates, and empty every reason."""
    opened = _proposals(act.user).filter(state=ProposalState.OPEN).select_for_update(of=("self",))
    for proposal in opened.order_by("pk"):
        proposal.state, proposal.decided_at = ProposalState.WITHDRAWN, act.now
        proposal.decided_by = proposal.proposed_by
        proposal.save(update_fields=["state", "decided_at", "decided_by"])
    _proposals(act.user).update(reason=EMPTIED)


def detach_certificates(act: Act) -> None:
    """Take the name off, or revoke first; empty reasons; nothing is issued or mailed any more."""
    items: QuerySet[IssueItem] = QuerySet(IssueItem).filter(
        enrolment__in=Enrolment.objects.filter(learner=act.user)
    )
    items.filter(state=OutboxState.PENDING).update(
        state=OutboxState.FAILED, failure=LEFT, claimed_until=None
    )
    detach_all_of(act.user, keep=act.keeps_certificates, acting_user=act.acting_user, now=act.now)
    _certificates(act.user).filter(~Q(revocation_reason="")).update(revocation_reason=EMPTIED)
    QuerySet(CertificateMail).filter(certificate__enrolment__learner=act.user).delete()


CERTIFICATE_STEPS = (
    Step(
        "proposals",
        _("Decisions about your certificates"),
        Fate.EMPTIED,
        lambda user: _proposals(user).count(),
        end_proposals,
        _("What is not decided yet is taken back. The reasons are deleted; who decided stays."),
    ),
    Step(
        "certificates",
        _("Certificates"),
        Fate.DETACHED,
        lambda user: _certificates(user).count(),
        detach_certificates,
        _(
            "Code, course, dates and state stay without your name and without a file, so that "
            "whoever holds a printed copy still gets a true answer."
        ),
    ),
)

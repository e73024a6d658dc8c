"""The only road from a request to a decision about a certificate, or to what rests on a lesson."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils import timezone

from certificates.life.queries import RestingOn, what_rests_on
from certificates.models import CertificateProposal
from certificates.permissions import administrator
from lms.accounts.models import User

VIEW_PROPOSALS = "certificates.view_certificateproposal"
DECIDE = "certificates.change_certificateproposal"
VIEW_INVITATIONS = "certificates.view_updateinvitation"
INVITE = "certificates.add_updateinvitation"


def access_proposal(user: User, pk: int) -> CertificateProposal:
    """Return a decision that two people make, to whoever may read them; else there is none (404)."""
    found = (
        CertificateProposal.objects.filter(pk=pk)
        .select_related("certificate__enrolment__learner", "proposed_by", "decided_by")
        .first()
    )
    if found is None or not user.has_perm(VIEW_PROPOSALS):
        raise Http404
    return found


def access_proposal_to_decide(user: User, pk: int) -> CertificateProposal:
    """Return such a decision to whoever may make it; 403 to somebody who may only read."""
    found = access_proposal(user, pk)
    if not user.has_perm(DECIDE):
        raise PermissionDenied
    return found


def access_resting(request: HttpRequest, item_key: UUID, permission: str) -> tuple[User, RestingOn]:
    """Return the administrator and what rests on an item; 404 for what no release promised."""
    user = administrator(request, permission)
    found = what_rests_on(item_key, now=timezone.now())
    if found is None:
        raise Http404
    return user, found

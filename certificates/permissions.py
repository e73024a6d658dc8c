"""The only road from a request to somebody's certificate."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from certificates.life.queries import with_renewal
from certificates.models import Certificate
from lms.accounts.models import User

VIEW = "certificates.view_certificate"
CHANGE = "certificates.change_certificate"
VIEW_KEYS = "certificates.view_apitoken"
ADD_KEYS = "certificates.add_apitoken"
CHANGE_KEYS = "certificates.change_apitoken"


def access_certificate(user: User | AnonymousUser, pk: int) -> Certificate:
    """Return a certificate to its holder or to an administrator; to others there is none (404).

    The public check by code does not come this way: there the code itself is the key.
    """
    rows = Certificate.objects.select_related(
        "issuance", "enrolment", "replaced_by", "replaces", "renews"
    )
    found = with_renewal(rows).filter(pk=pk).first() if user.is_authenticated else None
    if found is None or not (found.enrolment.learner_id == user.pk or user.has_perm(VIEW)):
        raise Http404
    return found


def access_certificate_to_change(user: User | AnonymousUser, pk: int) -> Certificate:
    """Return a certificate to somebody who may revoke or replace it.

    Raises Http404 for a stranger, PermissionDenied for somebody who may only read it.
    """
    found = access_certificate(user, pk)
    if not user.has_perm(CHANGE):
        raise PermissionDenied
    return found


def administrator(request: HttpRequest, permission: str = VIEW) -> User:
    """Return the administrator who asks; PermissionDenied for anybody without this right."""
    user = request.user
    if not isinstance(user, User) or not user.has_perm(permission):
        raise PermissionDenied
    return user


def access_own_certificate(user: User | AnonymousUser, pk: int) -> Certificate:
    """Return a certificate to its holder alone (404): her choices are no administrator's business."""
    found = (
        Certificate.objects.select_related(
            "issuance", "enrolment__learner", "replaced_by__enrolment"
        )
        .filter(pk=pk, enrolment__learner=user.pk)
        .first()
        if user.is_authenticated
        else None
    )
    if found is None:
        raise Http404
    return found

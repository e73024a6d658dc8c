"""The only road from a request to a file that was made for somebody."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from courses.permissions import is_administrator
from lms.accounts.models import CorrectionRequest, PersonalFile, User


def own_person(request: HttpRequest) -> User:
    """Return who is logged in; the views ask for a login first."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def access_personal_file(
    user: User | AnonymousUser, public_id: UUID, *, now: datetime
) -> PersonalFile:
    """Return a file to who asked for it, while it is kept; to others there is none (404)."""
    found = None
    if user.is_authenticated:
        kept: QuerySet[PersonalFile] = QuerySet(PersonalFile)
        found = kept.filter(expires_at__gt=now, user=user.pk, public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def administrator(request: HttpRequest) -> User:
    """Return the administrator who asks; PermissionDenied for anybody else."""
    user = request.user
    if not isinstance(user, User) or not is_administrator(user):
        raise PermissionDenied
    return user


def access_correction(user: User, pk: int) -> CorrectionRequest:
    """Return a request for a correction to an administrator (`administrator` asks first), or 404."""
    found = CorrectionRequest.objects.select_related("user").filter(pk=pk).first()
    if found is None or not is_administrator(user):
        raise Http404
    return found

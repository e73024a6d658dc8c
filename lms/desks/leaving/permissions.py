"""Who may see what of the register, and who may erase whom."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from lms.accounts.models import ErasureRecord, User

VIEW = "accounts.view_erasurerecord"
ERASE = "accounts.add_erasurerecord"


def access_register_line(number: Any) -> ErasureRecord:
    """Return the line whose number this visit holds; 404 for a visit that closed no account."""
    found = ErasureRecord.objects.filter(pk=number).first() if number else None
    if found is None:
        raise Http404
    return found


def access_register(request: HttpRequest, permission: str = VIEW) -> User:
    """Return who asks, if she is an administrator; 403 for everybody else."""
    if not isinstance(request.user, User) or not request.user.has_perm(permission):
        raise PermissionDenied
    return request.user


def access_person_to_erase(user: User, person_id: int) -> User:
    """Return a person who can be erased on request; 404 for whoever is not there any more.

    Raises:
        PermissionDenied: oneself (that has its own page), or a superuser by anybody else.
    """
    person = User.objects.filter(pk=person_id, erased_at=None).first()
    if person is None:
        raise Http404
    if person.pk == user.pk or (person.is_superuser and not user.is_superuser):
        raise PermissionDenied
    return person

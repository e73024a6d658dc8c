"""Who may write which design: trainers those of their own courses, administrators all of them."""

from collections.abc import Collection
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from certificates.designs.queries import designs_listed
from certificates.models import CertificateDesign
from courses.permissions import course_keys, is_administrator
from courses.queries import course_titles
from lms.accounts.models import User

VIEW = "certificates.view_certificatedesign"
ADD = "certificates.add_certificatedesign"
CHANGE = "certificates.change_certificatedesign"


def designer(request: HttpRequest, permission: str = VIEW) -> User:
    """Return the trainer or administrator who asks; PermissionDenied for anybody else."""
    user = request.user
    if not isinstance(user, User) or not user.has_perm(permission):
        raise PermissionDenied
    return user


def access_design(user: User, pk: int) -> CertificateDesign:
    """Return a design: whoever may design at all sees every one of them; 404 if there is none."""
    design = designs_listed().filter(pk=pk).first() if user.has_perm(VIEW) else None
    if design is None:
        raise Http404
    return design


def access_design_to_change(user: User, pk: int) -> CertificateDesign:
    """Return a design that the user may change; 403 for one that she may only see."""
    design = access_design(user, pk)
    if not may_change(user, design, own=course_keys(user)):
        raise PermissionDenied
    return design


def may_change(user: User, design: CertificateDesign, *, own: Collection[UUID]) -> bool:
    """Say whether a user may change a design.

    A trainer changes what she made herself, or what only courses of her own use; nobody but an
    administrator changes the default, or the certificates of somebody else's course.

    Args:
        user: who asks.
        design: the design with its courses at hand.
        own: the courses on whose staff the user is.
    """
    if not user.has_perm(CHANGE):
        return False
    if is_administrator(user):
        return True
    used_by = {row.course_key for row in design.courses.all()}
    is_hers = design.created_by_id == user.pk or bool(used_by)
    return is_hers and not design.is_default and used_by <= set(own)


def courses_to_choose(user: User) -> dict[UUID, str]:
    """Return the courses whose design the user may choose, with their titles."""
    titles = course_titles()
    if is_administrator(user):
        return titles
    own = course_keys(user)
    return {key: title for key, title in titles.items() if key in own}

"""Who reads what waits for a review, and who decides in which part."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from courses.models import CheckedPage, CoursePage
from courses.permissions import (
    course_keys,
    is_administrator,
    is_trainer,
    may_write_case,
    may_write_question,
    staff_roles,
)
from courses.reviewing.enums import ROLE_OF_PART, ReviewedKind, ReviewPart
from courses.reviewing.subjects import Subject, subject_of
from lms.accounts.models import User


def parts_of(user: Any) -> list[ReviewPart]:
    """Return the parts in which somebody decides; administrators see everything and decide none."""
    roles = staff_roles(user)
    return [part for part, role in ROLE_OF_PART.items() if role in roles]


def is_reviewer(user: Any) -> bool:
    """Say whether somebody decides in any part."""
    return bool(parts_of(user))


def review_reader(request: HttpRequest) -> User:
    """Return the reviewer, trainer or administrator who asks; 403 to anybody else."""
    user = request.user
    if not isinstance(user, User) or not (is_reviewer(user) or is_trainer(user)):
        raise PermissionDenied
    return user


def reads_everything(user: User) -> bool:
    """Say whether somebody reads the reviews of all courses: reviewers and administrators do."""
    return is_reviewer(user) or is_administrator(user)


def own_paths(user: User) -> list[str]:
    """Return the places in the tree of the courses on whose staff a trainer is."""
    found = CoursePage.objects.filter(translation_key__in=course_keys(user))
    return list(found.values_list("path", flat=True))


def is_own_page(user: User, page: CheckedPage) -> bool:
    """Say whether a page stands in a course on whose staff the user is."""
    return any(page.path.startswith(path) for path in own_paths(user))


def access_subject(user: User, kind: str, pk: int) -> Subject:
    """Return a text that somebody may read with its reviews; to anybody else it is not there (404).

    Questions and cases are read by every trainer, as in the bank itself.
    """
    subject = subject_of(ReviewedKind(kind), pk) if kind in ReviewedKind.values else None
    if subject is None:
        raise Http404
    is_hidden = subject.kind == ReviewedKind.PAGE and not reads_everything(user)
    if is_hidden and not is_own_page(user, subject.record):
        raise Http404
    return subject


def may_vouch(user: User, subject: Subject) -> bool:
    """Say whether somebody may write that the languages of a text say the same."""
    if subject.kind == ReviewedKind.PAGE or reads_everything(user):
        return True
    if subject.kind == ReviewedKind.QUESTION:
        return may_write_question(user, subject.record)
    return may_write_case(user, subject.record)


def access_page_to_tend(user: User, pk: int) -> CheckedPage:
    """Return a page whose dates and translation somebody may vouch for; 404 to strangers."""
    page: CheckedPage = access_subject(user, ReviewedKind.PAGE, pk).record
    return page

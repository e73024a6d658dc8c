"""Who notes that a source changed, and who says what became of what cites it."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from courses.models import (
    Case,
    CoursePage,
    LessonPage,
    Question,
    SourceChange,
    SourceCheck,
    SourceRecord,
)
from courses.permissions import (
    course_keys,
    is_administrator,
    is_trainer,
    may_write_case,
    may_write_question,
    staff_roles,
)
from courses.sources.lessons import LESSON
from courses.sources.versioned import CASE, QUESTION
from lms.accounts.enums import StaffRole
from lms.accounts.models import User

REVIEWERS = {StaffRole.LEGAL_REVIEWER, StaffRole.PROTECTION_REVIEWER}


def is_reviewer(user: User) -> bool:
    """Say whether the user checks what others wrote."""
    return bool(REVIEWERS & set(staff_roles(user)))


def may_follow_changes(user: object) -> bool:
    """Say whether the user sees which sources changed: trainers, reviewers, administrators."""
    return isinstance(user, User) and (is_trainer(user) or is_reviewer(user))


def following_staff(request: HttpRequest) -> User:
    """Return the trainer, reviewer or administrator who asks; 403 to anybody else."""
    user = request.user
    if not isinstance(user, User) or not may_follow_changes(user):
        raise PermissionDenied
    return user


def access_source(request: HttpRequest, source_id: int) -> tuple[User, SourceRecord]:
    """Return who asks and the source; 404 if there is none."""
    user = following_staff(request)
    found = SourceRecord.objects.select_related("replaced_by").filter(pk=source_id).first()
    if found is None:
        raise Http404
    return user, found


def access_change(request: HttpRequest, change_id: int) -> tuple[User, SourceChange]:
    """Return who asks and the change; 404 if there is none."""
    user = following_staff(request)
    rows = SourceChange.objects.select_related("source", "replacement", "created_by")
    found = rows.filter(pk=change_id).first()
    if found is None:
        raise Http404
    return user, found


def access_check(request: HttpRequest, change_id: int, check_id: int) -> tuple[User, SourceCheck]:
    """Return who asks and the check of this change; 404 if there is none."""
    user = following_staff(request)
    rows = SourceCheck.objects.select_related("change__source", "change__replacement", "checked_by")
    found = rows.filter(pk=check_id, change=change_id).first()
    if found is None:
        raise Http404
    return user, found


def may_settle(user: User, check: SourceCheck) -> bool:
    """Say whether the user may close a check: reviewers and administrators all of them.

    A trainer closes those of what she may write: lessons of her courses, her questions and cases.
    """
    if is_administrator(user) or is_reviewer(user):
        return True
    if check.item_kind == LESSON:
        page = LessonPage.objects.filter(pk=check.item_id).first()
        mine = CoursePage.objects.filter(translation_key__in=course_keys(user))
        return page is not None and any(page.is_descendant_of(course) for course in mine)
    if check.item_kind == QUESTION:
        question = Question.objects.select_related("category").filter(pk=check.item_id).first()
        return question is not None and may_write_question(user, question)
    if check.item_kind == CASE:
        case = Case.objects.filter(pk=check.item_id).first()
        return case is not None and may_write_case(user, case)
    return False

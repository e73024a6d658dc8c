"""Who may write what: trainers the courses on whose staff they are, administrators everything."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser, Permission
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Page
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permission_policies.pages import PagePermissionPolicy

from courses.enums import StaffPart
from courses.models import (
    Case,
    CasePage,
    CourseIndexPage,
    CoursePage,
    CourseStaff,
    Question,
    QuestionCategory,
    Quiz,
    QuizPage,
)
from courses.promises import CoursePromise
from lms.accounts.enums import StaffRole
from lms.accounts.models import User

TRAINER_ACTIONS = ("add", "change", "publish", "bulk_delete")
ADMINISTRATOR_ACTIONS = (*TRAINER_ACTIONS, "lock", "unlock")
Person = User | AnonymousUser
_ROLES_CACHE = "_courses_staff_roles"
DRAWN_BY_STRANGERS = gettext_lazy(
    "The quiz of a course in which you have no part draws from this category: choose another one, "
    "or leave the question as a draft."
)


def staff_roles(user: Person) -> frozenset[str]:
    """Return the names of the staff groups of an active user, asked once per request."""
    if not isinstance(user, User) or not user.is_active:
        return frozenset()
    found: frozenset[str] | None = getattr(user, _ROLES_CACHE, None)
    if found is None:
        names = set(user.groups.values_list("name", flat=True))
        found = frozenset(names & set(StaffRole.values))
        setattr(user, _ROLES_CACHE, found)
    return found


def is_administrator(user: Person) -> bool:
    """Say whether the user may touch every course."""
    return user.is_active and (user.is_superuser or StaffRole.ADMINISTRATOR in staff_roles(user))


def is_trainer(user: Person) -> bool:
    """Say whether the user may write courses at all."""
    return is_administrator(user) or StaffRole.TRAINER in staff_roles(user)


def writing_trainer(request: HttpRequest) -> User:
    """Return the trainer or administrator who asks; 403 to anybody else."""
    user = request.user
    if not isinstance(user, User) or not is_trainer(user):
        raise PermissionDenied
    return user


def reading_staff(request: HttpRequest) -> User:
    """Return whoever may read questions and cases: trainers, reviewers, administrators; else 403."""
    user = request.user
    if not isinstance(user, User) or not (is_trainer(user) or staff_roles(user)):
        raise PermissionDenied
    return user


def course_keys(user: User, part: StaffPart | None = None) -> set[UUID]:
    """Return the keys of the courses on whose staff a trainer is, in any part or in this one."""
    if not is_trainer(user):
        return set()
    rows = CourseStaff.objects.filter(user=user)
    if part is not None:
        rows = rows.filter(part=part)
    return set(rows.values_list("course_key", flat=True))


def may_release(user: User, course_key: UUID) -> bool:
    """Say whether the user may freeze the course's promise: its lead or an administrator."""
    return is_administrator(user) or course_key in course_keys(user, StaffPart.LEAD)


def renewal_problems(user: User | None, promise: CoursePromise) -> list[str]:
    """Return why this person may not freeze what the promise says of another course's certificates.

    A course that renews the certificates of another one speaks for it, so it takes somebody who
    may release both; the loader of files (None) may.
    """
    if promise.renews is None or user is None or may_release(user, promise.renews):
        return []
    return [
        _(
            "This course would renew the certificates of another one. Only the lead of that "
            "course, or an administrator, can release it."
        )
    ]


def may_follow(user: User, course_key: UUID) -> bool:
    """Say whether the user is on the staff of the course, or an administrator."""
    return is_administrator(user) or course_key in course_keys(user)


def may_write_quiz(user: User, quiz: Quiz) -> bool:
    """Say whether the user may change a quiz: unused ones, and those of the user's own courses.

    One that stands in other courses too is for administrators: nobody changes a stranger's exam by
    putting it into a course of her own. A course that shares the module does not count: what is
    shared is written in one place.
    """
    if is_administrator(user):
        return True
    pages = list(QuizPage.objects.filter(quiz=quiz, alias_of=None))
    mine = CoursePage.objects.filter(translation_key__in=course_keys(user))
    return is_trainer(user) and (
        all(any(page.is_descendant_of(course) for course in mine) for page in pages)
    )


def may_write_case(user: User, case: Case) -> bool:
    """Say whether the user may change a case: unused ones, and those of the user's own courses."""
    if is_administrator(user):
        return True
    pages = list(CasePage.objects.filter(case=case, alias_of=None))
    mine = CoursePage.objects.filter(translation_key__in=course_keys(user))
    return is_trainer(user) and (
        all(any(page.is_descendant_of(course) for course in mine) for page in pages)
    )


def may_write_question(user: User, question: Question) -> bool:
    """Say whether the user may change a question: any trainer, unless a stranger's exam asks it."""
    if is_administrator(user):
        return True
    drawn = Q(sources__category__in=_branches_to(question.category))
    return _may_write_all(user, Quiz.objects.filter(Q(sources__question=question) | drawn))


def may_ask_from(user: User, category: QuestionCategory) -> bool:
    """Say whether the user may publish questions into a category: unless a stranger's exam draws."""
    if is_administrator(user):
        return True
    return _may_write_all(user, Quiz.objects.filter(sources__category__in=_branches_to(category)))


def _branches_to(category: QuestionCategory) -> Any:
    """Return a category and those above it: who draws from one of them draws from it."""
    parts = category.path.split("/")
    paths = ["/".join(parts[:depth]) for depth in range(1, len(parts) + 1)]
    return QuestionCategory.objects.filter(bank=category.bank_id, path__in=paths)


def _may_write_all(user: User, quizzes: Any) -> bool:
    return is_trainer(user) and all(may_write_quiz(user, quiz) for quiz in quizzes.distinct())


def access_course(user: User, pk: int) -> CoursePage:
    """Return a course that the user may write; to anybody else it does not exist (404)."""
    course: CoursePage | None = CoursePage.objects.filter(pk=pk).select_related("locale").first()
    if course is None or not may_follow(user, course.translation_key):
        raise Http404
    return course


def access_course_to_release(user: User, pk: int) -> CoursePage:
    """Return a course that the user may release; 404 to strangers, 403 to the rest of its staff."""
    course = access_course(user, pk)
    if not may_release(user, course.translation_key):
        raise PermissionDenied
    return course


def staff_rows(user: User) -> Any:
    """Return the rows of course staff that the user may change: all, or those of the courses led."""
    rows = CourseStaff.objects.select_related("user")
    if is_administrator(user):
        return rows
    return rows.filter(course_key__in=course_keys(user, StaffPart.LEAD))


@dataclass(frozen=True, eq=False)  # Wagtail collects them in sets, and hashes none of the parts
class PageGrant:
    """What Wagtail reads of a `GroupPagePermission`: an action on a page and all below it."""

    page: Page
    permission: Permission

    @property
    def page_id(self) -> int:
        """The id of the page."""
        return int(self.page.pk)


def _grants(pages: Iterable[Page], actions: Iterable[str]) -> list[PageGrant]:
    permissions = [Permission(codename=f"{action}_page") for action in actions]
    return [PageGrant(page, permission) for page in pages for permission in permissions]


class CourseStaffPagePolicy(PagePermissionPolicy):
    """Wagtail's own policy; what a trainer may touch comes from `CourseStaff`, not from her group.

    Everything that asks about pages (explorer, choosers, edit, move, bulk actions, reports) asks
    here, so that no view needs a rule of its own. Adding to the catalogue is the one permission
    that must not reach down the tree: `CourseIndexPage.permissions_for_user` asks for it.
    """

    def may_add_course(self, user: Any) -> bool:
        """Say whether the user may begin a new course."""
        return is_trainer(user)

    def get_all_permissions_for_user(self, user: Any) -> list[Any]:
        """Return the grants of a user; superusers need none."""
        if not user.is_active or user.is_anonymous or user.is_superuser:
            return []
        if is_administrator(user):
            return _grants(Page.objects.filter(depth=1), ADMINISTRATOR_ACTIONS)
        rows = super().get_all_permissions_for_user(user).exclude(group__name=StaffRole.TRAINER)
        keys = course_keys(user)
        pages = Page.objects.filter(
            pk__in=CoursePage.objects.filter(translation_key__in=keys).values("pk")
        )
        return [*rows, *(_grants(pages, TRAINER_ACTIONS) if keys else [])]

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        """Say whether the user may do any of this somewhere; a trainer may always add a course."""
        may: bool = super().user_has_any_permission(user, actions)
        return may or ("add" in set(actions) and is_trainer(user))

    def instances_with_direct_explore_permission(self, user: Any) -> Any:
        """Let a trainer's way through the tree begin at the catalogues."""
        if user.is_superuser or is_administrator(user) or not is_trainer(user):
            return super().instances_with_direct_explore_permission(user)
        return list(Page.objects.filter(pk__in=CourseIndexPage.objects.values("pk")))

    def explorable_instances(self, user: Any) -> Any:
        """Return the pages of the user's courses and the way to them."""
        if user.is_superuser or is_administrator(user) or not is_trainer(user):
            return super().explorable_instances(user)
        ways = Page.objects.filter(pk__in=CourseIndexPage.objects.values("pk"))
        for page in list(ways):
            ways |= Page.objects.ancestor_of(page)
        return ways | self.instances_user_has_any_permission_for(user, set(TRAINER_ACTIONS))


class StaffPolicy(ModelPermissionPolicy):
    """Leads and administrators say who is on the staff of a course."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Say whether the user leads a course or is an administrator."""
        return is_administrator(user) or bool(course_keys(user, StaffPart.LEAD))

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        """Say the same whatever the actions are."""
        return self.user_has_permission(user, "")

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        """Say whether the user leads the course of this row."""
        return may_release(user, instance.course_key)

    def instances_user_has_any_permission_for(self, user: Any, actions: Iterable[str]) -> Any:
        """Return the rows of the courses that the user leads."""
        return staff_rows(user)

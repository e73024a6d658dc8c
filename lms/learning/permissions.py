"""The only road from a request to a course, its items and a learner's own record."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, Subquery
from django.http import Http404
from django.utils import timezone

from courses.models import CoursePage, CourseRelease
from courses.permissions import is_administrator, may_follow
from courses.queries import latest_release
from lms.accounts.models import Membership, User
from lms.learning.enums import READING_STATES
from lms.learning.models import Attempt, Cohort, Enrolment
from lms.learning.progress import Progress, progress_in


class Verdict(StrEnum):
    """What somebody may do with a lesson or quiz."""

    LEARNER = "learner"
    STAFF = "staff"
    NOT_ENROLLED = "not_enrolled"
    ADDED_LATER = "added_later"
    LOCKED = "locked"
    HIDDEN = "hidden"


@dataclass(frozen=True)
class CourseAccess:
    """What somebody is in a course: its learner, of its staff, or a visitor."""

    course_key: UUID
    enrolment: Enrolment | None
    release: CourseRelease | None
    is_staff: bool


@dataclass(frozen=True)
class ItemAccess:
    """The verdict on one item; `missing` names what must be done first."""

    verdict: Verdict
    course: CourseAccess
    progress: Progress | None = None
    missing: tuple[UUID, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether the content may be shown."""
        return self.verdict in {Verdict.LEARNER, Verdict.STAFF}


def access_course(user: Any, page: Any) -> CourseAccess:
    """Return what the user is in the course to which a page belongs.

    One query for an enrolled learner; the course's own key is read only for others.
    """
    course = CoursePage.objects.filter(url_path="/".join(page.url_path.split("/")[:4]) + "/")
    enrolment = own_enrolment(user, Subquery(course.values("translation_key")[:1]))
    if enrolment is not None:
        return CourseAccess(enrolment.course_key, enrolment, enrolment.release, is_staff=False)
    key = course.values_list("translation_key", flat=True).first()
    if key is None:
        raise Http404
    return CourseAccess(key, None, latest_release(key), is_staff=_is_staff(user, key))


def own_enrolment(user: Any, course_key: Any) -> Enrolment | None:
    """Return the enrolment by which the user reads a course: the active one, else the last done."""
    if not user.is_authenticated:
        return None
    return (
        Enrolment.objects.readable()
        .filter(learner=user, course_key=course_key)
        .select_related("release", "cohort")
        .order_by("state", "-enrolled_at")
        .first()
    )


def _is_staff(user: Any, course_key: UUID) -> bool:
    return bool(user.is_authenticated and may_follow(user, course_key))


def access_item(user: Any, page: Any) -> ItemAccess:
    """Return what the user may do with a lesson or quiz page.

    Learners read what their release promised, even after it was unpublished; the staff of the
    course and administrators read everything that is or was published, without progress.
    """
    course = access_course(user, page)
    was_published = page.live or page.first_published_at is not None
    if course.enrolment is None:
        if course.is_staff and was_published:
            return ItemAccess(Verdict.STAFF, course)
        return ItemAccess(Verdict.NOT_ENROLLED if page.live else Verdict.HIDDEN, course)
    progress = progress_in(course.enrolment)
    verdict, missing = _judge(course.enrolment, progress, page, was_published=was_published)
    if verdict != Verdict.LEARNER and was_published and _is_staff(user, course.course_key):
        return ItemAccess(Verdict.STAFF, course, progress)
    return ItemAccess(verdict, course, progress, missing)


def _judge(
    enrolment: Enrolment, progress: Progress, page: Any, *, was_published: bool
) -> tuple[Verdict, tuple[UUID, ...]]:
    key = page.translation_key
    promise = enrolment.release.typed_promise
    if not was_published:
        return Verdict.HIDDEN, ()
    if promise.item(key) is None:
        return (Verdict.ADDED_LATER if page.live else Verdict.HIDDEN), ()
    is_known = key in progress.done or key in progress.opened
    missing = () if is_known else progress.missing_before(promise, key)
    return (Verdict.LOCKED if missing else Verdict.LEARNER), missing


def access_item_enrolment(user: User, item_key: UUID) -> Enrolment:
    """Return the user's own enrolment whose release promised this item; 404 if there is none."""
    rows = (
        Enrolment.objects.readable()
        .filter(learner=user)
        .select_related("release")
        .order_by("state", "-enrolled_at")
    )
    for enrolment in rows:
        if enrolment.release.typed_promise.item(item_key) is not None:
            return enrolment
    raise Http404


def access_attempt(user: User, public_id: UUID) -> Attempt:
    """Return the user's own attempt, with its enrolment and release; 404 for anybody else's."""
    attempt = (
        Attempt.objects.filter(
            public_id=public_id,
            enrolment__learner=user,
            enrolment__state__in=READING_STATES,
        )
        .select_related("enrolment__release", "enrolment__cohort")
        .first()
    )
    if attempt is None:
        raise Http404
    return attempt


def of_no_other_agency(user: User) -> Q:
    """Return which cohorts are no other agency's: the rosters of those are not for this trainer.

    A trainer who belongs to agencies herself sees the cohorts of theirs, those for everybody, and
    those in which she is named. One who belongs to none sees all cohorts of her courses.
    """
    own = Membership.objects.current(on=timezone.localdate()).filter(user=user)
    closed = Cohort.agencies.through.objects.filter(cohort_id=OuterRef("pk"))
    named = Cohort.trainers.through.objects.filter(cohort_id=OuterRef("pk"), user_id=user.pk)
    return (
        Q(~Exists(own))
        | Q(~Exists(closed))
        | Q(Exists(named))
        | Q(Exists(closed.filter(agency_id__in=own.values("agency_id"))))
    )


def seen_enrolments(user: User, *, at: str = "") -> Q:
    """Return whose names a trainer may read: of no cohort, or of one that is no other agency's.

    Args:
        user: the trainer, or an administrator, who reads all.
        at: the way from the rows that are asked for to the enrolment, like `attempt__enrolment__`.
    """
    if is_administrator(user):
        return Q()
    cohorts = Cohort.objects.filter(of_no_other_agency(user))
    return Q(**{f"{at}cohort": None}) | Q(**{f"{at}cohort__in": cohorts})

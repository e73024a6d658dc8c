"""Joining a course, going through its lessons, finishing it."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from courses.enums import ItemKind
from courses.models import CoursePage, CourseRelease
from courses.queries import latest_release
from lms.accounts.models import User
from lms.core.services import record_event
from lms.learning.completion import missing_in
from lms.learning.enums import READING_STATES, EnrolmentState, LessonWay
from lms.learning.models import Cohort, Enrolment, LessonProgress
from lms.learning.outlines import next_key
from lms.learning.progress import Progress, progress_in
from lms.learning.signals import course_completed

TAKEN_AGAIN_AFTER = timedelta(days=180)
"""How long after its completion a course that renews certificates may be taken again."""


class EnrolmentRefused(Exception):
    """Somebody may not join a course; the message says why."""


class LessonRefused(Exception):
    """A lesson cannot be finished; the message says why."""


@transaction.atomic
def enrol_learner(
    *, learner: User, course_key: UUID, acting_user: User, now: datetime
) -> Enrolment:
    """Enrol a learner in the newest release of a course, or return the enrolment there is.

    Doing it twice, or twice at once, makes one enrolment: a constraint of the database holds it.
    A learner who withdrew or whose enrolment expired begins anew, and so does one who completed a
    course that renews certificates long enough ago: the next renewal is due some day.

    Raises:
        EnrolmentRefused: the course is not live, was never released, or takes nobody who comes
            alone.
    """
    standing = _standing(learner, course_key)
    if standing is not None and not may_take_again(standing, now=now):
        return standing
    release = _release_to_join(course_key, is_own_wish=acting_user.pk == learner.pk)
    try:
        with transaction.atomic():
            enrolment = Enrolment.objects.create(
                learner=learner, release=release, course_key=course_key, enrolled_at=now
            )
    except IntegrityError:
        standing = _standing(learner, course_key)
        if standing is None:
            raise
        return standing
    record_event(
        action="enrolment_created",
        target=enrolment,
        acting_user=acting_user,
        now=now,
        changed_fields=["learner", "release", "state"],
        subject=learner,
    )
    return enrolment


@transaction.atomic
def enrol_in_cohort(
    *, learner: User, cohort: Cohort, acting_user: User | None, now: datetime
) -> Enrolment:
    """Enrol a learner in the release of a cohort, or put the enrolment there is into the cohort.

    Doing it twice, or twice at once, makes one enrolment. Seats are the caller's business, who has
    locked the cohort.

    Raises:
        EnrolmentRefused: she takes the course in another cohort or another release already, or has
            completed it.
    """
    standing = _standing(learner, cohort.release.course_key)
    if standing is not None and not may_take_again(standing, now=now):
        return _put_into_cohort(standing, cohort, acting_user=acting_user, now=now)
    try:
        with transaction.atomic():
            enrolment = Enrolment.objects.create(
                learner=learner,
                release=cohort.release,
                course_key=cohort.release.course_key,
                cohort=cohort,
                enrolled_at=now,
            )
    except IntegrityError:
        standing = _standing(learner, cohort.release.course_key)
        if standing is None:
            raise
        return _put_into_cohort(standing, cohort, acting_user=acting_user, now=now)
    record_event(
        action="enrolment_created",
        target=enrolment,
        acting_user=acting_user,
        now=now,
        changed_fields=["cohort", "learner", "release", "state"],
        subject=learner,
    )
    return enrolment


def _put_into_cohort(
    standing: Enrolment, cohort: Cohort, *, acting_user: User | None, now: datetime
) -> Enrolment:
    locked = lock_enrolment(standing.pk)
    if locked.cohort_id == cohort.pk:
        return locked
    _refuse_other_way(locked, cohort)
    locked.cohort = cohort
    locked.save(update_fields=["cohort"])
    record_event(
        action="cohort_joined",
        target=locked,
        acting_user=acting_user,
        now=now,
        changed_fields=["cohort"],
        subject=locked.learner_id,
    )
    return locked


def _refuse_other_way(standing: Enrolment, cohort: Cohort) -> None:
    if standing.state == EnrolmentState.COMPLETED:
        raise EnrolmentRefused(_("This person has completed the course already."))
    if standing.cohort_id is not None:
        raise EnrolmentRefused(_("This person takes the course in another cohort."))
    if standing.release_id != cohort.release_id:
        raise EnrolmentRefused(_("This person takes another release of the course."))


def refuse_elsewhere(*, learner: User, cohort: Cohort, now: datetime) -> None:
    """Raise EnrolmentRefused if the learner could not be enrolled in the cohort now.

    Raises:
        EnrolmentRefused: she takes the course in another cohort or another release already, or has
            completed it.
    """
    standing = _standing(learner, cohort.release.course_key)
    if standing is None or may_take_again(standing, now=now) or standing.cohort_id == cohort.pk:
        return
    _refuse_other_way(standing, cohort)


def may_take_again(enrolment: Enrolment, *, now: datetime) -> bool:
    """Say whether a completed course may be begun anew: one that renews, half a year later."""
    done_at = enrolment.completed_at
    if enrolment.state != EnrolmentState.COMPLETED or done_at is None:
        return False
    renews = enrolment.release.typed_promise.renews
    return renews is not None and done_at <= now - TAKEN_AGAIN_AFTER


def _standing(learner: User, course_key: UUID) -> Enrolment | None:
    return (
        Enrolment.objects.filter(learner=learner, course_key=course_key, state__in=READING_STATES)
        .select_related("release")
        .order_by("state", "-enrolled_at")
        .first()
    )


def _release_to_join(course_key: UUID, *, is_own_wish: bool) -> CourseRelease:
    course = CoursePage.objects.filter(translation_key=course_key, live=True).first()
    release = latest_release(course_key)
    if course is None or release is None:
        raise EnrolmentRefused(_("This course is not open yet."))
    if is_own_wish and not course.is_enrolment_open:
        raise EnrolmentRefused(
            _("In this course people are enrolled by their agency or a trainer.")
        )
    return release


def open_lesson(
    *, enrolment: Enrolment, lesson_key: UUID, progress: Progress, now: datetime
) -> None:
    """Note that a lesson was opened, and that the learner is there now.

    Two single statements that each may repeat; nothing is written where nothing is new.

    Args:
        enrolment: the learner's; one that is completed notes nothing any more.
        lesson_key: the lesson that is being shown.
        progress: what is known of the enrolment, so that nothing is asked again.
        now: when.
    """
    if enrolment.state != EnrolmentState.ACTIVE:
        return
    if lesson_key not in progress.opened:
        LessonProgress.objects.bulk_create(
            [LessonProgress(enrolment=enrolment, lesson_key=lesson_key, opened_at=now)],
            ignore_conflicts=True,
        )
    if lesson_key not in progress.done and enrolment.current_item_key != lesson_key:
        Enrolment.objects.filter(pk=enrolment.pk).update(current_item_key=lesson_key)


@transaction.atomic
def finish_lesson(
    *, enrolment: Enrolment, lesson_key: UUID, way: LessonWay | str, now: datetime
) -> LessonProgress:
    """Note that the learner finished a lesson; complete the course if it was the last item.

    Repeating it changes nothing: the first date stays. Both ways through a lesson count the same.

    Raises:
        LessonRefused: the release promised no such lesson, something else must be done first, the
            lesson was never opened, or the enrolment has ended.
    """
    enrolment = lock_enrolment(enrolment.pk)
    promise = enrolment.release.typed_promise
    item = promise.item(lesson_key)
    if item is None or item.kind != ItemKind.LESSON:
        raise LessonRefused(_("This lesson is not part of what you enrolled in."))
    row = LessonProgress.objects.filter(enrolment=enrolment, lesson_key=lesson_key).first()
    if row is not None and row.completed_at is not None:
        return row
    if enrolment.state != EnrolmentState.ACTIVE:
        raise LessonRefused(_("This enrolment has ended."))
    progress = progress_in(enrolment)
    if progress.missing_before(promise, lesson_key):
        raise LessonRefused(_("Something else must be done before this lesson."))
    if row is None:
        raise LessonRefused(_("Open the lesson and go through it first; then say that it is done."))
    row.completed_at, row.way = now, LessonWay(way)
    row.save()
    _move_on(enrolment, Progress(progress.opened, progress.done | {lesson_key}))
    record_event(
        action="lesson_finished",
        target=row,
        acting_user=enrolment.learner,
        now=now,
        changed_fields=["completed_at", "way"],
        subject=enrolment.learner_id,
    )
    complete_if_done(enrolment=enrolment, now=now)
    return row


def _move_on(enrolment: Enrolment, progress: Progress) -> None:
    """Let the learner resume at the item after the one just done, or the first one left."""
    promise = enrolment.release.typed_promise
    keys = [item.key for item in promise.items()]
    stopped_at = enrolment.current_item_key
    if stopped_at in keys and stopped_at in progress.done:
        later = keys[keys.index(stopped_at) + 1 :]
        stopped_at = next((key for key in later if key not in progress.done), None)
    enrolment.current_item_key = next_key(promise, progress, stopped_at)
    enrolment.save(update_fields=["current_item_key"])


def lock_enrolment(pk: int, *beside: str) -> Enrolment:
    """Return an enrolment with its row held; beside it its release, its learner and what is named."""
    rows = Enrolment.objects.select_for_update(of=("self",))
    return rows.select_related("release", "learner", *beside).get(pk=pk)


@transaction.atomic
def complete_if_done(*, enrolment: Enrolment, now: datetime) -> bool:
    """Complete the enrolment if nothing is missing any more; say whether this call completed it.

    What may be missing is the rule of the release: items, attendance, a trainer's approval.

    `course_completed` is sent inside the transaction, once. The given object is brought up to date.
    """
    locked = lock_enrolment(enrolment.pk)
    if locked.state != EnrolmentState.ACTIVE:
        return False
    is_promised = any(locked.release.typed_promise.asked_items())
    if not is_promised or not missing_in(locked).is_nothing:
        return False
    locked.state, locked.completed_at = EnrolmentState.COMPLETED, now
    locked.current_item_key = None
    locked.save(update_fields=["state", "completed_at", "current_item_key"])
    record_event(
        action="enrolment_completed",
        target=locked,
        acting_user=locked.learner,
        now=now,
        changed_fields=["completed_at", "state"],
        subject=locked.learner_id,
    )
    course_completed.send(sender=Enrolment, enrolment=locked, now=now)
    enrolment.state, enrolment.completed_at = locked.state, now
    enrolment.current_item_key = None
    return True


@transaction.atomic
def withdraw(*, enrolment: Enrolment, acting_user: User, now: datetime, reason: str = "") -> None:
    """End an active enrolment; its record stays. Repeating it changes nothing.

    Raises:
        EnrolmentRefused: the course was completed, or the enrolment expired.
    """
    locked = lock_enrolment(enrolment.pk)
    if locked.state == EnrolmentState.WITHDRAWN:
        return
    if locked.state != EnrolmentState.ACTIVE:
        raise EnrolmentRefused(_("Only an enrolment that is under way can be withdrawn."))
    locked.state, locked.withdrawn_at = EnrolmentState.WITHDRAWN, now
    locked.save(update_fields=["state", "withdrawn_at"])
    record_event(
        action="enrolment_withdrawn",
        target=locked,
        acting_user=acting_user,
        now=now,
        changed_fields=["state", "withdrawn_at"],
        reason=reason,
        subject=locked.learner_id,
    )
    enrolment.state, enrolment.withdrawn_at = locked.state, now

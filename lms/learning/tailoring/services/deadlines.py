"""Deadlines of one learner: moved by a trainer, and what happens on the day after."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from courses.enums import UNCOUNTED_MODES
from lms.accounts.models import User
from lms.core.services import record_event
from lms.learning.cohorts.queries import seat_count
from lms.learning.cohorts.services import offer_free_seats
from lms.learning.completion import missing_items
from lms.learning.enums import AttemptState, EnrolmentState, NoticeKind
from lms.learning.kept_paths import course_path
from lms.learning.models import Attempt, Cohort, Enrolment
from lms.learning.notices import notify_learner
from lms.learning.progress import progress_in
from lms.learning.services import lock_enrolment
from lms.learning.tailoring.services.refusals import (
    TailoringRefused,
    reason_of,
    refuse_own,
)


@transaction.atomic
def move_deadline(
    *, enrolment: Enrolment, due_date: date, reason: str, acting_user: User, now: datetime
) -> Enrolment:
    """Give one learner a deadline of her own; an enrolment that had expired goes on.

    She reads the new day and the reason. The same day again changes nothing.

    Raises:
        TailoringRefused: no reason, a day that is over, an enrolment that was completed or
            withdrawn, the own one, or one that expired and cannot go on: the learner takes the
            course anew, or the seats of the cohort are taken.
    """
    reason = reason_of(reason)
    refuse_own(enrolment, acting_user)
    if due_date < timezone.localdate(now):
        raise TailoringRefused(_("This day is over: choose today or a later day."))
    if enrolment.cohort_id is not None:  # before the enrolment, as whoever gives seats away does
        Cohort.objects.select_for_update().get(pk=enrolment.cohort_id)
    locked = lock_enrolment(enrolment.pk, "cohort")
    if locked.state not in (EnrolmentState.ACTIVE, EnrolmentState.EXPIRED):
        raise TailoringRefused(_("This enrolment has ended: a deadline changes nothing."))
    fields = ["due_date"]
    if locked.state == EnrolmentState.EXPIRED:
        _refuse_revival(locked, now=now)
        locked.state = EnrolmentState.ACTIVE
        fields.append("state")
    elif locked.due_date == due_date:
        return locked
    locked.due_date = due_date
    locked.save(update_fields=fields)
    record_event(
        action="deadline_moved",
        target=locked,
        acting_user=acting_user,
        now=now,
        changed_fields=fields,
        reason=reason,
        subject=locked.learner_id,
    )
    with override(locked.learner.language):
        words = _("Your new deadline is %(day)s. %(reason)s") % {
            "day": date_format(due_date, "DATE_FORMAT"),
            "reason": reason,
        }
    _tell(locked, NoticeKind.DEADLINE_CHANGED, words, now=now)
    return locked


def _refuse_revival(enrolment: Enrolment, *, now: datetime) -> None:
    others = Enrolment.objects.filter(
        learner=enrolment.learner_id,
        course_key=enrolment.course_key,
        state__in=(EnrolmentState.ACTIVE, EnrolmentState.COMPLETED),
        enrolled_at__gte=enrolment.enrolled_at,
    ).exclude(pk=enrolment.pk)
    if others.exists():
        raise TailoringRefused(_("Meanwhile this person has begun the course anew."))
    cohort = enrolment.cohort
    if cohort is not None and cohort.seats is not None and seat_count(cohort, now=now).is_full:
        raise TailoringRefused(_("All seats of the cohort are taken. Add a seat to it first."))


def overdue(*, on: date) -> QuerySet[Enrolment]:
    """Return the active enrolments whose deadline was before this day, and who wait for no result."""
    handed_in = Attempt.objects.filter(
        enrolment=OuterRef("pk"), state=AttemptState.SUBMITTED
    ).exclude(mode__in=UNCOUNTED_MODES)
    return (
        Enrolment.objects.filter(~Exists(handed_in), state=EnrolmentState.ACTIVE)
        .annotate(last_date=Coalesce("due_date", "cohort__ends_date"))
        .filter(last_date__lt=on)
    )


def expire_overdue(*, now: datetime) -> int:
    """End every active enrolment whose deadline is over (America/Lima); return how many.

    Whoever has no deadline goes on for ever, and so does whoever did her part in time: she waits
    for a result, or has done every item and lacks what trainers give. Each in a transaction of its
    own, so that one failure leaves the rest done; doing it again finds nothing left.
    """
    today = timezone.localdate(now)
    expired = 0
    for pk in list(overdue(on=today).order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            expired += _expire(pk, now=now)
    return expired


def _expire(pk: int, *, now: datetime) -> bool:
    today = timezone.localdate(now)
    cohort_id = Enrolment.objects.filter(pk=pk).values_list("cohort_id", flat=True).get()
    cohort = Cohort.objects.select_for_update().filter(pk=cohort_id).first()
    locked = lock_enrolment(pk, "cohort")
    last = locked.deadline()
    if last is None or not overdue(on=today).filter(pk=pk).exists():
        return False
    if not missing_items(locked.release.typed_promise, progress_in(locked)):
        return False
    locked.state = EnrolmentState.EXPIRED
    locked.save(update_fields=["state"])
    record_event(
        action="enrolment_expired",
        target=locked,
        acting_user=None,
        now=now,
        changed_fields=["state"],
        subject=locked.learner_id,
    )
    with override(locked.learner.language):
        words = _(
            "The last day was %(day)s. What you did is kept. If you need more time, write to your "
            "trainers."
        ) % {"day": date_format(last, "DATE_FORMAT")}
    _tell(locked, NoticeKind.DEADLINE_PASSED, words, now=now)
    if cohort is not None and cohort.ends_date >= today:
        offer_free_seats(cohort=cohort, now=now)
    return True


def _tell(enrolment: Enrolment, kind: NoticeKind, words: str, *, now: datetime) -> None:
    path = course_path(enrolment.course_key)
    notify_learner(
        learner=enrolment.learner, kind=kind, now=now, path=path, words=words, is_repeat=True
    )

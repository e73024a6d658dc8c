"""Taking a learner off a course."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lms.accounts.models import User
from lms.learning.cohorts.services import give_seat_back
from lms.learning.enums import EnrolmentState, NoticeKind
from lms.learning.kept_paths import course_path
from lms.learning.models import Cohort, CohortPlace, Enrolment
from lms.learning.notices import notify_learner
from lms.learning.services import lock_enrolment, withdraw
from lms.learning.tailoring.services.refusals import (
    TailoringRefused,
    reason_of,
    refuse_own,
)


@transaction.atomic
def withdraw_learner(
    *, enrolment: Enrolment, reason: str, acting_user: User, now: datetime
) -> Enrolment:
    """End a learner's enrolment and every place that led to it; the seat goes to who waits.

    What she did stays on record. She reads the reason. Repeating it changes nothing.

    Raises:
        TailoringRefused: no reason, the own enrolment, or one that is not under way.
    """
    reason = reason_of(reason)
    refuse_own(enrolment, acting_user)
    cohort = enrolment.cohort
    if cohort is not None:  # before the enrolment, as whoever gives seats away does
        Cohort.objects.select_for_update().get(pk=cohort.pk)
    locked = lock_enrolment(enrolment.pk, "cohort")
    if locked.state == EnrolmentState.WITHDRAWN:
        return locked
    if locked.state != EnrolmentState.ACTIVE:
        raise TailoringRefused(_("Only an enrolment that is under way can be withdrawn."))
    has_places = CohortPlace.objects.live().filter(enrolment=locked).exists()
    withdraw(enrolment=locked, acting_user=acting_user, now=now, reason=reason)
    give_seat_back(enrolment=locked, acting_user=acting_user, now=now, reason=reason)
    if not has_places:  # whoever loses a place is told so with it
        notify_learner(
            learner=locked.learner,
            kind=NoticeKind.WITHDRAWN,
            now=now,
            path=course_path(locked.course_key),
            words=reason,
        )
    return locked

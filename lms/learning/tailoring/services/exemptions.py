"""Letting one learner off one item, and taking that back."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from courses.promises import PromisedItem
from lms.accounts.models import User
from lms.core.services import record_event
from lms.learning.enums import EnrolmentState, NoticeKind
from lms.learning.kept_paths import course_path
from lms.learning.models import Enrolment, Exemption
from lms.learning.notices import notify_learner
from lms.learning.progress import progress_in
from lms.learning.services import complete_if_done, lock_enrolment
from lms.learning.tailoring.services.refusals import (
    TailoringRefused,
    reason_of,
    refuse_own,
)


@transaction.atomic
def exempt_item(
    *, enrolment: Enrolment, item_key: UUID, reason: str, acting_user: User, now: datetime
) -> Exemption:
    """Let a learner off one item, which counts as done from now on; she reads the reason.

    If it was the last one that was missing, the course is completed. Doing it again changes
    nothing.

    Raises:
        TailoringRefused: no reason; the enrolment is not under way, or the own one; the release
            promised no such item; it was done already.
    """
    reason = reason_of(reason)
    refuse_own(enrolment, acting_user)
    locked = lock_enrolment(enrolment.pk, "cohort")
    item = _item(locked, item_key)
    standing = Exemption.objects.filter(enrolment=locked, item_key=item.key).first()
    if standing is not None:
        return standing
    if locked.state != EnrolmentState.ACTIVE:
        raise TailoringRefused(_("This enrolment is not under way."))
    if item.key in progress_in(locked).done:
        raise TailoringRefused(_("The learner has done this already."))
    exemption = Exemption.objects.create(
        enrolment=locked,
        item_key=item.key,
        reason=reason,
        granted_at=now,
        granted_by=acting_user,
    )
    _note("item_exempted", locked, reason, acting_user, now)
    notify_learner(
        learner=locked.learner,
        kind=NoticeKind.ITEM_EXEMPTED,
        item_key=item.key,
        path=course_path(locked.course_key),
        words=reason,
        now=now,
    )
    complete_if_done(enrolment=locked, now=now)
    return exemption


@transaction.atomic
def take_back_exemption(*, exemption: Exemption, acting_user: User, now: datetime) -> None:
    """Ask for an item again from which a learner was let off. Repeating it changes nothing.

    Raises:
        TailoringRefused: the course was completed, or the enrolment ended or is the own one.
    """
    locked = lock_enrolment(exemption.enrolment_id, "cohort")
    refuse_own(locked, acting_user)
    standing = Exemption.objects.filter(pk=exemption.pk).first()
    if standing is None:
        return
    if locked.state != EnrolmentState.ACTIVE:
        raise TailoringRefused(
            _("The course was completed, or the enrolment has ended: the exemption stays.")
        )
    standing.delete()
    _note("exemption_taken_back", locked, standing.reason, acting_user, now)
    notify_learner(
        learner=locked.learner,
        kind=NoticeKind.EXEMPTION_ENDED,
        item_key=standing.item_key,
        path=course_path(locked.course_key),
        now=now,
    )


def _item(enrolment: Enrolment, key: UUID) -> PromisedItem:
    item = enrolment.release.typed_promise.item(key)
    if item is None:
        raise TailoringRefused(_("This is not part of what the learner enrolled in."))
    return item


def _note(action: str, enrolment: Enrolment, reason: str, acting_user: User, now: datetime) -> None:
    """Write it on the enrolment: the row of an exemption may be gone when somebody looks."""
    record_event(
        action=action,
        target=enrolment,
        acting_user=acting_user,
        now=now,
        changed_fields=["exemptions"],
        reason=reason,
        subject=enrolment.learner_id,
    )

"""A trainer's approval of a learner, and taking it back before the course is completed."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from lms.accounts.models import User
from lms.core.services import record_event
from lms.learning.enums import EnrolmentState, NoticeKind
from lms.learning.models import Approval, Enrolment
from lms.learning.notices import notify_learner
from lms.learning.practice.services.common import PracticeRefused, notice_path, refuse_own_record
from lms.learning.services import complete_if_done, lock_enrolment


@transaction.atomic
def approve_learners(
    *, enrolments: Iterable[Enrolment], remark: str, acting_user: User, now: datetime
) -> int:
    """Approve these learners; return how many were not approved before.

    Whoever has nothing else missing completes the course by it. Somebody who was approved already
    keeps that approval, and whose course is over is left out.

    Raises:
        PracticeRefused: the acting user is among them, or a release asks for no approval. Then
            nobody is approved.
    """
    approved = 0
    for enrolment in sorted(enrolments, key=lambda one: one.pk):
        locked = lock_enrolment(enrolment.pk)
        refuse_own_record(locked, acting_user)
        if not locked.release.typed_promise.needs_approval:
            raise PracticeRefused(_("This course asks for no approval."))
        if locked.state != EnrolmentState.ACTIVE:
            continue
        approval, is_new = Approval.objects.get_or_create(
            enrolment=locked,
            defaults={"approved_at": now, "approved_by": acting_user, "remark": remark},
        )
        if not is_new:
            continue
        approved += 1
        record_event(
            action="learner_approved",
            target=approval,
            acting_user=acting_user,
            now=now,
            subject=locked.learner_id,
        )
        _tell(locked, remark, now)
        complete_if_done(enrolment=enrolment, now=now)
    return approved


@transaction.atomic
def undo_approval(*, enrolment: Enrolment, acting_user: User, now: datetime) -> bool:
    """Take back the approval of a learner whose course is under way; say whether there was one.

    Raises:
        PracticeRefused: the course was completed, or it is the acting user's own.
    """
    locked = lock_enrolment(enrolment.pk)
    refuse_own_record(locked, acting_user)
    approval = Approval.objects.filter(enrolment=locked).first()
    if approval is None:
        return False
    if locked.state != EnrolmentState.ACTIVE:
        raise PracticeRefused(_("The course is over: the approval stays."))
    record_event(
        action="learner_approval_undone",
        target=approval,
        acting_user=acting_user,
        now=now,
        subject=locked.learner_id,
    )
    approval.delete()
    with translation.override(locked.learner.language):
        words = _("This was taken back. Your trainer can tell you why.")
    _tell(locked, words, now)
    return True


def _tell(enrolment: Enrolment, words: str, now: datetime) -> None:
    notify_learner(
        learner=enrolment.learner,
        kind=NoticeKind.APPROVED,
        now=now,
        words=words,
        path=notice_path(enrolment.course_key),
    )

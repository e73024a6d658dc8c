"""A learner's objection to a result, and the trainer's answer; both stay with the attempt."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lms.accounts.models import User
from lms.core.services import record_event
from lms.learning.booster_keys import is_booster
from lms.learning.enums import RESULT_STATES, AppealState, MarkKind, NoticeKind
from lms.learning.marking.services.giving import lock_attempt
from lms.learning.models import Appeal, Attempt, ItemMark
from lms.learning.notices import notify_learner

CHANGES = (MarkKind.REMARK, MarkKind.REGRADE)


class AppealRefused(Exception):
    """An objection cannot be made or answered; the message says why."""


@transaction.atomic
def open_appeal(*, attempt: Attempt, text: str, acting_user: User, now: datetime) -> Appeal:
    """Note what a learner objects to a result: one text for each attempt, whenever she wants.

    Sending the same text again changes nothing. Raises AppealRefused if there is no result yet, the
    attempt is a booster, the text is empty, or another text was sent before.
    """
    attempt = lock_attempt(attempt.pk)
    if attempt.state not in RESULT_STATES:
        raise AppealRefused(_("This attempt has no result yet."))
    if is_booster(attempt.quiz_key):
        raise AppealRefused(_("A booster counts for nothing: there is nothing to object to."))
    if not text.strip():
        raise AppealRefused(_("Write what you object to."))
    standing = Appeal.objects.filter(attempt=attempt).first()
    if standing is None:
        appeal = Appeal.objects.create(attempt=attempt, text=text.strip(), created_at=now)
        record_event(
            action="appeal_opened",
            target=appeal,
            acting_user=acting_user,
            now=now,
            subject=attempt.enrolment.learner_id,
        )
        return appeal
    if standing.text == text.strip():
        return standing
    raise AppealRefused(_("You have sent an objection to this result already."))


def answer_appeal(
    *, appeal: Appeal, state: AppealState, answer: str, acting_user: User, now: datetime
) -> Appeal:
    """Answer an objection for good, and tell the learner.

    UPHELD says that the mark was changed: somebody must have marked a question of the attempt again
    since the objection. Raises AppealRefused if nobody did, the answer is empty, or the objection
    was answered before.
    """
    if not answer.strip():
        raise AppealRefused(_("Write an answer to the learner."))
    with transaction.atomic(durable=True):
        locked = (
            Appeal.objects.select_for_update(of=("self",))
            .select_related("attempt__enrolment__learner")
            .get(pk=appeal.pk)
        )
        if locked.state != AppealState.OPEN:
            raise AppealRefused(_("This objection was answered already."))
        if state == AppealState.UPHELD and not was_changed_since(locked):
            raise AppealRefused(
                _("First mark the question again; then say that the mark was changed.")
            )
        locked.state, locked.answer = state, answer.strip()
        locked.answered_by, locked.answered_at = acting_user, now
        fields = ["state", "answer", "answered_by", "answered_at"]
        locked.save(update_fields=fields)
        record_event(
            action="appeal_answered",
            target=locked,
            acting_user=acting_user,
            now=now,
            changed_fields=fields,
            subject=locked.attempt.enrolment.learner_id,
        )
        attempt, kind = locked.attempt, NoticeKind.APPEAL_ANSWERED
        notify_learner(learner=attempt.enrolment.learner, kind=kind, attempt=attempt, now=now)
        return locked


def was_changed_since(appeal: Appeal) -> bool:
    """Say whether a mark of the attempt was changed after the objection."""
    return ItemMark.objects.filter(
        item__attempt=appeal.attempt_id,
        kind__in=CHANGES,
        is_draft=False,
        created_at__gte=appeal.created_at,
    ).exists()

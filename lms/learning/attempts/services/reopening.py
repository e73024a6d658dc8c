"""Opening an attempt again that was closed, where nothing of its answers was told yet."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lms.accounts.models import User
from lms.core.services import record_event
from lms.learning.attempts.queries import is_closed_for_everybody
from lms.learning.attempts.results import choose_counting
from lms.learning.attempts.rules import AttemptRule, Revealed, revealed
from lms.learning.attempts.services.closing import lock_attempt
from lms.learning.attempts.services.refusals import ReopeningRefused
from lms.learning.enums import (
    CLOSED_STATES,
    RESULT_STATES,
    AppealState,
    AttemptState,
    EnrolmentState,
    NoticeKind,
)
from lms.learning.models import Appeal, Attempt, Enrolment, ItemMark, QuizStatistic, Response
from lms.learning.notices import notify_learner

MOST_MINUTES = 600
REOPENED_FIELDS = (
    "state",
    "due_at",
    "submitted_at",
    "marked_at",
    "is_timed_out",
    "score",
    "is_passed",
    "counts",
    "safety_errors",
    "section_results",
)


def reopen_attempt(
    *, attempt: Attempt, minutes: int, reason: str, acting_user: User, now: datetime
) -> Attempt:
    """Let a learner go on with an attempt that was closed; what she answered is still in it.

    Its result is taken back, another attempt of hers may count instead, and the clock gives the
    given minutes from now on, whatever the quiz says. The learner reads the reason. Repeating it
    while the attempt is open changes nothing.

    Raises:
        ReopeningRefused: no reason or no minutes; the enrolment has ended; the quiz was passed, is
            one that does not count, or another attempt at it is under way; people have marked
            answers of this attempt; or she was told already what her answers earned, in this
            attempt or in another one at the quiz. Then another attempt can be allowed.
    """
    reason = reason.strip()
    if not reason:
        raise ReopeningRefused(_("Say why the attempt is opened again."))
    if not 1 <= minutes <= MOST_MINUTES:
        raise ReopeningRefused(_("Give from 1 to %(most)d minutes.") % {"most": MOST_MINUTES})
    with transaction.atomic(durable=True):
        locked = lock_attempt(attempt)
        if locked.state == AttemptState.IN_PROGRESS:
            return locked
        rule = AttemptRule.from_json(locked.rule)
        _refuse_by_state(locked, rule, acting_user)
        _refuse_what_was_told(locked, now)
        _open(locked, now + timedelta(minutes=minutes))
        choose_counting(enrolment=locked.enrolment, quiz_key=locked.quiz_key, rule=rule)
        Enrolment.objects.filter(pk=locked.enrolment_id).update(current_item_key=locked.quiz_key)
        if locked.is_in_statistics:
            QuizStatistic.objects.mark_stale(locked.quiz_key)
        record_event(
            action="attempt_reopened",
            target=locked,
            acting_user=acting_user,
            now=now,
            changed_fields=REOPENED_FIELDS,
            reason=reason,
            subject=locked.enrolment.learner_id,
        )
        notify_learner(
            learner=locked.enrolment.learner,
            kind=NoticeKind.ATTEMPT_REOPENED,
            attempt=locked,
            now=now,
            words=reason,
        )
        return locked


def _refuse_by_state(attempt: Attempt, rule: AttemptRule, acting_user: User) -> None:
    enrolment = attempt.enrolment
    if enrolment.learner_id == acting_user.pk:
        raise ReopeningRefused(_("Nobody decides about an attempt of her own."))
    if enrolment.state != EnrolmentState.ACTIVE:
        raise ReopeningRefused(_("This enrolment has ended."))
    if not rule.is_counted:
        raise ReopeningRefused(_("Only an attempt at a quiz that counts can be opened again."))
    if attempt.state not in CLOSED_STATES:
        raise ReopeningRefused(_("An attempt that was annulled cannot be opened again."))
    others = enrolment.attempts.filter(quiz_key=attempt.quiz_key).exclude(pk=attempt.pk)
    if attempt.is_passed or others.filter(counts=True, is_passed=True).exists():
        raise ReopeningRefused(_("The learner has passed this quiz: the result stands."))
    if others.filter(state=AttemptState.IN_PROGRESS).exists():
        raise ReopeningRefused(_("Another attempt at this quiz is under way."))
    if ItemMark.objects.filter(item__attempt=attempt, is_draft=False).exists():
        raise ReopeningRefused(
            _("Answers of it were marked by people already: allow another attempt instead.")
        )
    if Appeal.objects.filter(attempt=attempt, state=AppealState.OPEN).exists():
        raise ReopeningRefused(_("Answer the learner's objection to this attempt first."))


def _refuse_what_was_told(attempt: Attempt, now: datetime) -> None:
    """Refuse where the learner knows what her answers are worth, or others know the right ones.

    Marks by question tell that, too. Attempts at one quiz may share questions, so each of hers is
    looked at.
    """
    told = _("The learner may already see what her answers earned: allow another attempt instead.")
    is_closed = is_closed_for_everybody(attempt.quiz_key, now)
    for one in attempt.enrolment.attempts.filter(quiz_key=attempt.quiz_key):
        rule = AttemptRule.from_json(one.rule)
        has_result = one.state in RESULT_STATES
        seen = revealed(rule, has_result=has_result, is_closed=is_closed)
        if seen >= Revealed.MARKS:
            raise ReopeningRefused(told)
        if rule.waits_for_closing and is_closed:
            raise ReopeningRefused(
                _("The quiz has closed, and others may see its answers: allow another attempt.")
            )
    if Response.objects.filter(item__attempt=attempt, is_final=True).exists():
        raise ReopeningRefused(told)


def _open(attempt: Attempt, due_at: datetime) -> None:
    attempt.state, attempt.due_at = AttemptState.IN_PROGRESS, due_at
    attempt.submitted_at = attempt.marked_at = attempt.score = attempt.is_passed = None
    attempt.is_timed_out = attempt.counts = False
    attempt.safety_errors, attempt.section_results = [], []
    try:
        with transaction.atomic():
            attempt.save(update_fields=REOPENED_FIELDS)
    except IntegrityError as taken:
        raise ReopeningRefused(_("Another attempt at this quiz is under way.")) from taken
    attempt.items.update(mark=None, is_waiting=False)

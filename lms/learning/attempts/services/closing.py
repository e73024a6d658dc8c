"""What ends an attempt: handing in, the clock, annulment, the closing of an exam."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from courses.models import QuizPage
from lms.accounts.models import User
from lms.core.services import record_event
from lms.learning.attempts.queries import allowed, quiz_of
from lms.learning.attempts.results import choose_counting, mark_items, release_if_closed, settle
from lms.learning.attempts.rules import AttemptRule
from lms.learning.attempts.services.refusals import AnnulmentRefused, AttemptClosed
from lms.learning.enums import CLOSED_STATES, READING_STATES, AttemptState, NoticeKind
from lms.learning.models import Attempt, Enrolment, QuizStatistic, Response
from lms.learning.notices import notify_learner

CLOSED_FIELDS = ("state", "submitted_at", "is_timed_out")


def lock_attempt(attempt: Attempt) -> Attempt:
    """Return the attempt with its row held, its enrolment and release beside it.

    The enrolment's row comes first: a result also changes which of its attempts counts, so that two
    at two attempts of one learner would else wait for each other.
    """
    Enrolment.objects.select_for_update(of=("self",)).get(attempts=attempt.pk)
    return (
        Attempt.objects.select_for_update(of=("self",))
        .select_related("enrolment__release")
        .get(pk=attempt.pk)
    )


def is_overdue(attempt: Attempt, now: datetime) -> bool:
    """Whether the time of an attempt under way is over."""
    is_open = attempt.state == AttemptState.IN_PROGRESS
    return is_open and attempt.due_at is not None and now > attempt.due_at


def submit_attempt(*, attempt: Attempt, acting_user: User, now: datetime) -> Attempt:
    """Hand an attempt in: mark what the machine can mark, and give the result if nothing waits.

    Questions without an answer earn nothing. A second submission returns the same result. After
    the time was over, what was saved in time is handed in. Raises AttemptClosed if the enrolment
    has ended or the attempt was annulled.
    """
    with transaction.atomic(durable=True):
        locked = lock_attempt(attempt)
        if locked.state in CLOSED_STATES:
            return locked
        if locked.state == AttemptState.ANNULLED:
            raise AttemptClosed(_("This attempt was annulled. Talk to your trainer."))
        if locked.enrolment.state not in READING_STATES:
            raise AttemptClosed(_("Your enrolment in this course is not active."))
        if is_overdue(locked, now):
            return close_by_clock(attempt=locked, now=now)
        return _close(locked, acting_user, submitted_at=now, is_timed_out=False, now=now)


def close_by_clock(*, attempt: Attempt, now: datetime) -> Attempt:
    """Hand in what was saved when the time was over; the caller holds the row of the attempt.

    It counts as handed in at the moment when the time was over, however late this runs. Where
    nothing was saved the attempt expires.
    """
    due_at = attempt.due_at or now
    return _close(attempt, None, submitted_at=due_at, is_timed_out=True, now=now)


def _close(
    attempt: Attempt,
    acting_user: User | None,
    *,
    submitted_at: datetime,
    is_timed_out: bool,
    now: datetime,
) -> Attempt:
    """Hand in with the state it comes to; an anonymous survey that ran out of time counts nothing."""
    has_answers = Response.objects.filter(item__attempt=attempt, given__isnull=False).exists()
    is_expired = is_timed_out and not has_answers
    mark_items(attempt)
    attempt.state = AttemptState.EXPIRED if is_expired else AttemptState.SUBMITTED
    attempt.submitted_at, attempt.is_timed_out = submitted_at, is_timed_out
    record_event(
        action="attempt_timed_out" if is_timed_out else "attempt_submitted",
        target=attempt,
        acting_user=acting_user,
        now=now,
        changed_fields=CLOSED_FIELDS,
        subject=attempt.enrolment.learner_id,
    )
    return settle(attempt=attempt, acting_user=acting_user, now=now)


def close_if_overdue(*, attempt: Attempt, now: datetime) -> Attempt:
    """Hand in an attempt whose time is over, and return it as it is then; else return it as it is."""
    if not is_overdue(attempt, now):
        return attempt
    with transaction.atomic(durable=True):
        locked = lock_attempt(attempt)
        return close_by_clock(attempt=locked, now=now) if is_overdue(locked, now) else locked


def close_overdue(*, now: datetime) -> int:
    """Hand in every attempt whose time is over; return how many. Each in a transaction of its own.

    A worker that was down for an hour loses nothing: the moments are kept with the attempts.
    """
    _end_endless(now)
    overdue = Attempt.objects.filter(state=AttemptState.IN_PROGRESS, due_at__lt=now)
    closed = 0
    for pk in list(overdue.order_by("due_at").values_list("pk", flat=True)):
        with transaction.atomic(durable=True):
            locked = lock_attempt(Attempt(pk=pk))
            if is_overdue(locked, now):
                close_by_clock(attempt=locked, now=now)
                closed += 1
    return closed


def _end_endless(now: datetime) -> None:
    """Give an end to attempts without one whose quiz has closed since they began.

    Their learners might never come back, and everybody's result would wait for them for ever.
    """
    endless = Attempt.objects.filter(state=AttemptState.IN_PROGRESS, due_at=None)
    closed = QuizPage.objects.filter(quiz__closes_at__lt=now).values("translation_key")
    for pk in list(endless.filter(quiz_key__in=closed).order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic(durable=True):
            locked = lock_attempt(Attempt(pk=pk))
            quiz = quiz_of(locked.quiz_key)
            if locked.state != AttemptState.IN_PROGRESS or quiz is None or quiz.closes_at is None:
                continue
            minutes = allowed(locked.enrolment, locked.quiz_key).minutes
            locked.due_at = quiz.closes_at + timedelta(minutes=minutes)
            locked.save(update_fields=["due_at"])


def release_held_results(*, now: datetime) -> int:
    """Give the results of exams that have closed for everybody; return how many."""
    held = Attempt.objects.filter(state=AttemptState.SUBMITTED).exclude(items__is_waiting=True)
    released = 0
    for pk in list(held.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic(durable=True):
            released += release_if_closed(attempt=lock_attempt(Attempt(pk=pk)), now=now)
    return released


def annul_attempt(*, attempt: Attempt, reason: str, acting_user: User, now: datetime) -> Attempt:
    """Take an attempt out of account, for good and with a reason.

    It stays on record and stays used up; another one of the learner's may count instead. A course
    that was completed stays completed, and a certificate stays. Repeating it changes nothing.
    Raises AnnulmentRefused without a reason.
    """
    if not reason.strip():
        raise AnnulmentRefused(_("Say why the attempt is annulled."))
    with transaction.atomic(durable=True):
        locked = lock_attempt(attempt)
        if locked.state == AttemptState.ANNULLED:
            return locked
        Enrolment.objects.select_for_update().get(pk=locked.enrolment_id)
        locked.state, locked.counts = AttemptState.ANNULLED, False
        locked.annulled_at, locked.annulled_by = now, acting_user
        locked.annulled_reason = reason.strip()
        fields = ["state", "counts", "annulled_at", "annulled_by", "annulled_reason"]
        locked.save(update_fields=fields)
        locked.items.filter(is_waiting=True).update(is_waiting=False)
        rule = AttemptRule.from_json(locked.rule)
        choose_counting(enrolment=locked.enrolment, quiz_key=locked.quiz_key, rule=rule)
        if locked.is_in_statistics:
            QuizStatistic.objects.mark_stale(locked.quiz_key)
        record_event(
            action="attempt_annulled",
            target=locked,
            acting_user=acting_user,
            now=now,
            changed_fields=fields,
            reason=reason.strip(),
            subject=locked.enrolment.learner_id,
        )
        learner = locked.enrolment.learner
        notify_learner(learner=learner, kind=NoticeKind.ANNULLED, attempt=locked, now=now)
        return locked

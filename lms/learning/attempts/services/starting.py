"""Beginning an attempt, and allowing a learner more time or more attempts."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from courses.enums import FeedbackTiming, ItemKind, QuizLayout
from courses.models import Quiz
from courses.promises import PromisedItem
from lms.accounts.models import User
from lms.core.services import record_event
from lms.learning.attempts.draws import DrawnQuestion, draw_questions
from lms.learning.attempts.queries import (
    Allowed,
    allowed,
    questions_compared,
    questions_seen,
    quiz_page_of,
    retry_at,
)
from lms.learning.attempts.rules import AttemptRule, SectionRule
from lms.learning.attempts.services.closing import close_if_overdue, lock_attempt
from lms.learning.attempts.services.refusals import AllowanceRefused, AttemptRefused
from lms.learning.attempts.wording import moment
from lms.learning.completion import may_begin
from lms.learning.enums import AttemptState, EnrolmentState, NoticeKind
from lms.learning.models import Allowance, Attempt, AttemptItem, Enrolment, Exemption
from lms.learning.notices import notify_learner
from lms.learning.progress import progress_in

SEED_BYTES = 16


def start_attempt(
    *, enrolment: Enrolment, quiz_key: UUID, acting_user: User, now: datetime
) -> Attempt:
    """Begin an attempt at a quiz, or return the one in progress.

    Draws the questions by a new seed, and freezes their order, that of their options, and the
    rule. A quiz that was passed is not taken again: its result stands, and its explanations stay
    open for reading. Raises AttemptRefused if the quiz is not in the enrolment's release, is not
    open now, the enrolment has ended, the quiz is done, the last attempt still waits to be marked,
    other items must be done first, no attempt is left, the waiting time is not over, or there are
    no questions.
    """
    overdue = _in_progress(enrolment, quiz_key)
    if overdue is not None:
        close_if_overdue(attempt=overdue, now=now)
    with transaction.atomic(durable=True):
        locked = Enrolment.objects.select_for_update(of=("self",)).select_related("release")
        enrolment = locked.get(pk=enrolment.pk)
        current = _in_progress(enrolment, quiz_key)
        if current is not None:
            return current
        item = _item(enrolment, quiz_key)
        page = quiz_page_of(quiz_key)
        if page is None:
            raise AttemptRefused(_("This quiz has no questions yet. Your trainer has to add them."))
        extra = allowed(enrolment, quiz_key)
        _check_time(page.quiz, now)
        _check_attempts(enrolment, page.quiz, item, extra, now)
        seed = secrets.token_hex(SEED_BYTES)
        drawn = draw_questions(
            page.quiz,
            seed=seed,
            seen=questions_seen(enrolment, quiz_key),
            elsewhere=questions_compared(enrolment, page.quiz),
        )
        if not any(question.takes_answer for question in drawn):
            raise AttemptRefused(_("This quiz has no questions yet. Your trainer has to add them."))
        rule = _rule(page.quiz, item)
        attempt = Attempt(
            enrolment=enrolment,
            quiz_key=quiz_key,
            mode=rule.mode,
            seed=seed,
            rule=rule.to_json(),
            started_at=now,
            due_at=rule.due_at(now, extra.minutes),
        )
        begun = begin_attempt(attempt=attempt, drawn=drawn, acting_user=acting_user, now=now)
        under_way = Enrolment.objects.filter(pk=enrolment.pk, state=EnrolmentState.ACTIVE)
        under_way.update(current_item_key=quiz_key)
        return begun


def _in_progress(enrolment: Enrolment, quiz_key: UUID) -> Attempt | None:
    return enrolment.attempts.filter(quiz_key=quiz_key, state=AttemptState.IN_PROGRESS).first()


def _item(enrolment: Enrolment, quiz_key: UUID) -> PromisedItem:
    promise = enrolment.release.typed_promise
    progress = progress_in(enrolment)
    item = promise.item(quiz_key)
    if item is None or item.kind != ItemKind.QUIZ:
        raise AttemptRefused(_("This quiz is not part of your course."))
    exemptions = Exemption.objects.filter(enrolment=enrolment, item_key=quiz_key)
    if quiz_key in progress.done and exemptions.exists():
        raise AttemptRefused(_("Your trainers let you off this quiz: you need not do it."))
    if quiz_key in progress.done and item.is_counted:
        raise AttemptRefused(_("You have passed this quiz. Your result stands."))
    if quiz_key in progress.done:
        raise AttemptRefused(_("You have done this already. Thank you."))
    if not may_begin(enrolment, item):
        raise AttemptRefused(_("Your enrolment in this course is not active."))
    missing = [promise.item(key) for key in progress.missing_before(promise, quiz_key)]
    if missing:
        titles = "; ".join(entry.title for entry in missing if entry is not None)
        raise AttemptRefused(_("First you have to finish: %(titles)s.") % {"titles": titles})
    return item


def _check_time(quiz: Quiz, now: datetime) -> None:
    if quiz.opens_at is not None and now < quiz.opens_at:
        raise AttemptRefused(
            _("This quiz opens on %(moment)s.") % {"moment": moment(quiz.opens_at)}
        )
    if quiz.closes_at is not None and now >= quiz.closes_at:
        raise AttemptRefused(
            _("This quiz closed on %(moment)s. Talk to your trainer.")
            % {"moment": moment(quiz.closes_at)}
        )


def _check_attempts(
    enrolment: Enrolment, quiz: Quiz, item: PromisedItem, extra: Allowed, now: datetime
) -> None:
    attempts = list(enrolment.attempts.filter(quiz_key=item.key).order_by("number"))
    if any(attempt.state == AttemptState.SUBMITTED for attempt in attempts):
        raise AttemptRefused(_("Your last attempt has no result yet. Please wait for it."))
    if item.attempts is not None and len(attempts) >= item.attempts + extra.attempts:
        raise AttemptRefused(
            _("You have used all your attempts at this quiz. Talk to your trainer.")
        )
    again_at = retry_at(attempts, quiz.wait_minutes, extra)
    if again_at is not None and now < again_at:
        raise AttemptRefused(
            _("You can try again from %(moment)s on.") % {"moment": moment(again_at)}
        )


def _rule(quiz: Quiz, item: PromisedItem) -> AttemptRule:
    return AttemptRule(
        pass_mark=item.pass_mark,
        attempts=item.attempts,
        layout=QuizLayout(quiz.layout),
        feedback=FeedbackTiming(quiz.feedback),
        mode=item.mode,
        counting=item.counting,
        time_limit_minutes=quiz.time_limit_minutes,
        closes_at=quiz.closes_at,
        is_anonymous=quiz.is_anonymous,
        sections=tuple(
            SectionRule(
                number=section.number,
                titles={"es": section.title_es, "en": section.title_en},
                pass_mark=section.pass_mark,
            )
            for section in sorted(quiz.sections.all(), key=lambda section: section.number)
        ),
    )


def begin_attempt(
    *, attempt: Attempt, drawn: Sequence[DrawnQuestion], acting_user: User, now: datetime
) -> Attempt:
    """Write a new attempt with its questions, or return the one that is under way at its key.

    The caller has made sure that it may be begun, and holds the row of the enrolment.
    """
    enrolment, quiz_key = attempt.enrolment, attempt.quiz_key
    last = enrolment.attempts.filter(quiz_key=quiz_key).order_by("-number").first()
    attempt.number = last.number + 1 if last else 1
    try:
        with transaction.atomic():
            attempt.save(force_insert=True)
    except IntegrityError:
        winner = _in_progress(enrolment, quiz_key)
        if winner is None:
            raise
        return winner
    AttemptItem.objects.bulk_create(
        AttemptItem(
            attempt=attempt,
            position=position,
            slot=question.slot,
            section=question.section,
            question_version=question.version,
            option_order=list(question.option_order),
            max_mark=question.marks,
            is_dropped=not question.is_marked,
        )
        for position, question in enumerate(drawn, start=1)
    )
    record_event(
        action="attempt_started",
        target=attempt,
        acting_user=acting_user,
        now=now,
        subject=enrolment.learner_id,
    )
    return attempt


def grant_allowance(
    *,
    enrolment: Enrolment,
    quiz_key: UUID,
    extra_minutes: int,
    extra_attempts: int,
    reason: str,
    acting_user: User,
    now: datetime,
) -> Allowance:
    """Allow one learner more time or more attempts at a quiz; only trainers see the reason.

    More time also moves the end of an attempt that is under way. A new attempt that is allowed may
    be begun at once, whatever the waiting time says. Raises AllowanceRefused if nothing is
    allowed, no reason is given, or the learner's release has no such quiz.
    """
    if extra_minutes < 1 and extra_attempts < 1:
        raise AllowanceRefused(_("Give extra minutes, extra attempts or both."))
    if not reason.strip():
        raise AllowanceRefused(_("Say why. Only trainers see it."))
    item = enrolment.release.typed_promise.item(quiz_key)
    if item is None or item.kind != ItemKind.QUIZ:
        raise AllowanceRefused(_("This quiz is not part of the learner's course."))
    with transaction.atomic(durable=True):
        current = _in_progress(enrolment, quiz_key)
        if current is not None:  # before the row that names the enrolment is written
            current = lock_attempt(current)
        allowance = Allowance.objects.create(
            enrolment=enrolment,
            quiz_key=quiz_key,
            extra_minutes=max(extra_minutes, 0),
            extra_attempts=max(extra_attempts, 0),
            reason=reason.strip(),
            granted_by=acting_user,
            granted_at=now,
        )
        if current is not None and extra_minutes > 0:
            _move_end(current, extra_minutes)
        record_event(
            action="allowance_granted",
            target=allowance,
            acting_user=acting_user,
            now=now,
            changed_fields=["extra_minutes", "extra_attempts", "reason"],
            subject=enrolment.learner_id,
        )
        learner = enrolment.learner
        notify_learner(learner=learner, kind=NoticeKind.ALLOWED, attempt=current, now=now)
        return allowance


def _move_end(attempt: Attempt, extra_minutes: int) -> None:
    """Move the end as it stands: an attempt that was opened again has one of its own."""
    if attempt.state != AttemptState.IN_PROGRESS or attempt.due_at is None:
        return
    attempt.due_at += timedelta(minutes=extra_minutes)
    attempt.save(update_fields=["due_at"])

"""What changes an attempt: start, save an answer, submit.

Each service locks what it changes and is durable: a refusal is written to the audit trail before
it is raised, and nobody's rollback takes it back. Single answers leave no audit row; the response
keeps its time and its sequence number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from courses.enums import FeedbackTiming, QuizLayout
from courses.promises import PromisedItem
from courses.question_types import InvalidAnswer, Posted, question_type
from lms.accounts.models import User
from lms.core.services import record_event
from lms.learning.attempts.draws import DrawnQuestion, draw_questions
from lms.learning.attempts.pages import response_of
from lms.learning.attempts.queries import questions_seen, quiz_page_of
from lms.learning.attempts.rules import AttemptRule, MarkedItem, mark_of, score_marks
from lms.learning.enums import (
    CLOSED_STATES,
    READING_STATES,
    RESULT_STATES,
    AttemptState,
    EnrolmentState,
)
from lms.learning.models import Attempt, AttemptItem, Enrolment, Response
from lms.learning.progress import progress_in
from lms.learning.services import complete_if_done

HIGHEST_SEQUENCE = 2**53 - 1
"""The largest whole number that a browser keeps exactly."""


class AttemptRefused(Exception):
    """No attempt can be begun; the message says why, and what can be done."""


class AttemptClosed(Exception):
    """The attempt was submitted, or its enrolment has ended: it takes nothing more."""


@dataclass(frozen=True)
class PostedAnswer:
    """What a browser sent for one question; `is_final` asks to check it and keep it."""

    position: int
    posted: Posted
    sequence: int
    is_final: bool = False


@dataclass(frozen=True)
class SavedAnswer:
    """What is stored for one question; `is_conflict` if another answer had been stored before.

    An answer is kept, and the new one set aside, if it is newer or was checked already.
    """

    position: int
    response: Response | None
    is_conflict: bool = False


class AnswerRefused(Exception):
    """An answer that cannot be stored; the message is for the learner."""

    def __init__(self, position: int, message: str) -> None:
        super().__init__(message)
        self.position = position


class UnknownPosition(AnswerRefused):
    """The attempt has no question at this position."""


def start_attempt(
    *, enrolment: Enrolment, quiz_key: UUID, acting_user: User, now: datetime
) -> Attempt:
    """Begin an attempt at a quiz, or return the one in progress.

    Draws the questions, and freezes their order, that of their options, and the rule. A quiz that
    was passed is not taken again: its result stands, and its explanations stay open for reading.
    Raises AttemptRefused if the quiz is not in the enrolment's release, the enrolment has ended,
    the quiz is passed, other items must be done first, no attempt is left, or there are no
    questions.
    """
    with transaction.atomic(durable=True):
        locked = Enrolment.objects.select_for_update(of=("self",)).select_related("release")
        enrolment = locked.get(pk=enrolment.pk)
        current = _in_progress(enrolment, quiz_key)
        if current is not None:
            return current
        item = _startable_item(enrolment, quiz_key)
        page = quiz_page_of(quiz_key)
        drawn = draw_questions(page.quiz, seen=questions_seen(enrolment, quiz_key)) if page else []
        if page is None or not drawn:
            raise AttemptRefused(_("This quiz has no questions yet. Your trainer has to add them."))
        rule = AttemptRule(
            pass_mark=item.pass_mark or Decimal(0),
            attempts=item.attempts,
            layout=QuizLayout(page.quiz.layout),
            feedback=FeedbackTiming(page.quiz.feedback),
        )
        return _begin(enrolment, quiz_key, rule, drawn, acting_user, now)


def _in_progress(enrolment: Enrolment, quiz_key: UUID) -> Attempt | None:
    return enrolment.attempts.filter(quiz_key=quiz_key, state=AttemptState.IN_PROGRESS).first()


def _startable_item(enrolment: Enrolment, quiz_key: UUID) -> PromisedItem:
    promise = enrolment.release.typed_promise
    progress = progress_in(enrolment)
    item = promise.item(quiz_key)
    if item is None or item.pass_mark is None:
        raise AttemptRefused(_("This quiz is not part of your course."))
    if quiz_key in progress.done:
        raise AttemptRefused(_("You have passed this quiz. Your result stands."))
    if enrolment.state != EnrolmentState.ACTIVE:
        raise AttemptRefused(_("Your enrolment in this course is not active."))
    missing = [promise.item(key) for key in progress.missing_before(promise, quiz_key)]
    if missing:
        titles = "; ".join(entry.title for entry in missing if entry is not None)
        raise AttemptRefused(_("First you have to finish: %(titles)s.") % {"titles": titles})
    used = enrolment.attempts.filter(quiz_key=quiz_key).count()
    if item.attempts is not None and used >= item.attempts:
        raise AttemptRefused(
            _("You have used all your attempts at this quiz. Talk to your trainer.")
        )
    return item


def _begin(
    enrolment: Enrolment,
    quiz_key: UUID,
    rule: AttemptRule,
    drawn: Sequence[DrawnQuestion],
    acting_user: User,
    now: datetime,
) -> Attempt:
    last = enrolment.attempts.filter(quiz_key=quiz_key).order_by("-number").first()
    try:
        with transaction.atomic():
            attempt = Attempt.objects.create(
                enrolment=enrolment,
                quiz_key=quiz_key,
                number=last.number + 1 if last else 1,
                rule=rule.to_json(),
                started_at=now,
            )
    except IntegrityError:
        winner = _in_progress(enrolment, quiz_key)
        if winner is None:
            raise
        return winner
    AttemptItem.objects.bulk_create(
        AttemptItem(
            attempt=attempt,
            position=position,
            question_version=question.version,
            option_order=list(question.option_order),
        )
        for position, question in enumerate(drawn, start=1)
    )
    Enrolment.objects.filter(pk=enrolment.pk).update(current_item_key=quiz_key)
    record_event(action="attempt_started", target=attempt, acting_user=acting_user, now=now)
    return attempt


def save_response(
    *,
    attempt: Attempt,
    position: int,
    posted: Posted,
    sequence: int,
    acting_user: User,
    now: datetime,
    is_final: bool = False,
) -> SavedAnswer:
    """Store one answer; the same answer with the same sequence number may come any number of times.

    Raises AttemptClosed, UnknownPosition or AnswerRefused; see `save_responses`.
    """
    answer = PostedAnswer(position, posted, sequence, is_final)
    saved = save_responses(attempt=attempt, answers=[answer], acting_user=acting_user, now=now)[0]
    if isinstance(saved, AnswerRefused):
        raise saved
    return saved


def save_responses(
    *, attempt: Attempt, answers: Sequence[PostedAnswer], acting_user: User, now: datetime
) -> list[SavedAnswer | AnswerRefused]:
    """Store several answers of one attempt, and say for each what became of it.

    An answer replaces the stored one only if its sequence number is higher. One that was checked
    (`is_final`, where the rule gives feedback after each question) is never replaced. A bad answer
    is refused by itself and written to the audit trail; the others are stored. Raises
    AttemptClosed, audited too, after submission or when the enrolment has ended.
    """
    with transaction.atomic(durable=True):
        locked = _lock(attempt)
        is_open = _takes_answers(locked)
        outcomes: list[SavedAnswer | AnswerRefused] = []
        if is_open:
            outcomes = _store(locked, answers, now)
            refused = [outcome for outcome in outcomes if isinstance(outcome, AnswerRefused)]
            if refused:
                _record_refusal(locked, [answer.position for answer in refused], acting_user, now)
        else:
            _record_refusal(locked, [answer.position for answer in answers], acting_user, now)
    if not is_open:
        raise AttemptClosed(_("This attempt is closed. It takes no more answers."))
    return outcomes


def _lock(attempt: Attempt) -> Attempt:
    return (
        Attempt.objects.select_for_update(of=("self",))
        .select_related("enrolment__release")
        .get(pk=attempt.pk)
    )


def _takes_answers(attempt: Attempt) -> bool:
    return attempt.state == AttemptState.IN_PROGRESS and attempt.enrolment.state in READING_STATES


def _record_refusal(
    attempt: Attempt, positions: Sequence[int], acting_user: User, now: datetime
) -> None:
    record_event(
        action="response_refused",
        target=attempt,
        acting_user=acting_user,
        now=now,
        reason=f"{attempt.state}: {', '.join(map(str, positions))}"[:200],
    )


def _store(
    attempt: Attempt, answers: Sequence[PostedAnswer], now: datetime
) -> list[SavedAnswer | AnswerRefused]:
    rule = AttemptRule.from_json(attempt.rule)
    items = {
        item.position: item
        for item in AttemptItem.objects.filter(
            attempt=attempt, position__in={answer.position for answer in answers}
        ).select_related("question_version", "response")
    }
    outcomes: list[SavedAnswer | AnswerRefused] = []
    for answer in answers:
        item = items.get(answer.position)
        if item is None:
            message = _("This attempt has no question with that number.")
            outcomes.append(UnknownPosition(answer.position, message))
            continue
        try:
            outcomes.append(_store_one(item, answer, rule, now))
        except InvalidAnswer as error:
            outcomes.append(AnswerRefused(answer.position, str(error)))
    return outcomes


def _store_one(
    item: AttemptItem, answer: PostedAnswer, rule: AttemptRule, now: datetime
) -> SavedAnswer:
    version = item.question_version
    given = question_type(version.kind).read_answer(version.typed_content, answer.posted)
    if not 0 < answer.sequence <= HIGHEST_SEQUENCE:
        raise InvalidAnswer(_("The form was not complete. Reload the page and answer again."))
    is_final = answer.is_final and rule.is_feedback_after_each
    if is_final and given is None:
        raise InvalidAnswer(_("Choose an answer before you check it."))
    stored = response_of(item)
    if stored is None:
        if given is None:
            return SavedAnswer(item.position, None)
        stored = Response(item=item, sequence=0)
    elif stored.is_final or (stored.sequence >= answer.sequence and stored.given != given):
        is_conflict = given is not None and stored.given != given
        return SavedAnswer(item.position, stored, is_conflict=is_conflict)
    elif stored.given == given and stored.is_final == is_final:
        return SavedAnswer(item.position, stored)
    stored.given = given
    stored.sequence = max(answer.sequence, stored.sequence)
    stored.saved_at = now
    stored.is_final = is_final
    stored.save()
    return SavedAnswer(item.position, stored)


def submit_attempt(*, attempt: Attempt, acting_user: User, now: datetime) -> Attempt:
    """Mark every question, freeze the result, and complete the enrolment if nothing is missing.

    Questions without an answer earn nothing. A second submission returns the same result. Raises
    AttemptClosed if the enrolment has ended.
    """
    with transaction.atomic(durable=True):
        locked = _lock(attempt)
        if locked.state in CLOSED_STATES:
            return locked
        if locked.enrolment.state not in READING_STATES:
            raise AttemptClosed(_("Your enrolment in this course is not active."))
        rule = AttemptRule.from_json(locked.rule)
        score = score_marks(_mark(locked), pass_mark=rule.pass_mark)
        locked.state = AttemptState.MARKED
        locked.submitted_at = locked.marked_at = now
        locked.score = score.per_cent
        locked.is_passed = score.is_passed
        fields = ["state", "submitted_at", "marked_at", "score", "is_passed"]
        locked.save(update_fields=fields)
        choose_counting(enrolment=locked.enrolment, quiz_key=locked.quiz_key)
        record_event(
            action="attempt_submitted",
            target=locked,
            acting_user=acting_user,
            now=now,
            changed_fields=fields,
        )
        if score.is_passed:
            complete_if_done(enrolment=locked.enrolment, now=now)
        return locked


def choose_counting(*, enrolment: Enrolment, quiz_key: UUID) -> None:
    """Let the best attempt with a result count for the learner's quiz, and no other."""
    results = enrolment.attempts.filter(quiz_key=quiz_key, state__in=RESULT_STATES)
    best = results.order_by("-score", "number").first()
    results.filter(counts=True).update(counts=False)
    if best is not None:
        Attempt.objects.filter(pk=best.pk).update(counts=True)


def _mark(attempt: Attempt) -> list[MarkedItem]:
    """Mark what was given, store the mark of each question, and return the marks of all."""
    items = list(
        AttemptItem.objects.filter(attempt=attempt).select_related("question_version", "response")
    )
    for item in items:
        version = item.question_version
        response = response_of(item)
        given = response.given if response else None
        fraction = question_type(version.kind).mark(version.typed_content, given)
        item.mark = mark_of(fraction, item.max_mark)
    AttemptItem.objects.bulk_update(items, ["mark"])
    return [MarkedItem(mark=item.mark or Decimal(0), max_mark=item.max_mark) for item in items]

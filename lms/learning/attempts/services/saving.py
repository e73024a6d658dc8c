"""Storing the answers of an attempt under way, and noting which questions were shown.

A refusal is written to the audit trail before it is raised, and nobody's rollback takes it back.
Single answers leave no audit row; the response keeps its time and its sequence number.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from courses.question_types import InvalidAnswer, Posted, question_type
from lms.accounts.models import User
from lms.core.services import record_event
from lms.learning.attempts.pages import response_of
from lms.learning.attempts.rules import AttemptRule
from lms.learning.attempts.services.closing import close_by_clock, is_overdue, lock_attempt
from lms.learning.attempts.services.refusals import AnswerRefused, AttemptClosed, UnknownPosition
from lms.learning.enums import READING_STATES, AttemptState
from lms.learning.guarding import guard_answer
from lms.learning.models import Attempt, AttemptItem, Response

HIGHEST_SEQUENCE = 2**53 - 1
"""The largest whole number that a browser keeps exactly."""


@dataclass(frozen=True)
class PostedAnswer:
    """What a browser sent for one question.

    `is_final` asks to check it and keep it; `is_checked` is the learner's word that it holds no
    data of a real case.
    """

    position: int
    posted: Posted
    sequence: int
    is_final: bool = False
    is_checked: bool = False


@dataclass(frozen=True)
class SavedAnswer:
    """What is stored for one question; `is_conflict` if another answer had been stored before.

    An answer is kept, and the new one set aside, if it is newer or was checked already.
    """

    position: int
    response: Response | None
    is_conflict: bool = False


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
    AttemptClosed, audited too, after submission, after the time was over (what was saved until then
    is handed in), when the enrolment has ended, or where a secret survey keeps nothing on the way.
    """
    with transaction.atomic(durable=True):
        locked = lock_attempt(attempt)
        if is_overdue(locked, now):
            close_by_clock(attempt=locked, now=now)
        is_open = _takes_answers(locked)
        outcomes: list[SavedAnswer | AnswerRefused] = []
        if is_open:
            outcomes = _store(locked, answers, now)
            refused = [outcome for outcome in outcomes if isinstance(outcome, AnswerRefused)]
            outdated = [one for one in outcomes if isinstance(one, SavedAnswer) and one.is_conflict]
            positions = [one.position for one in refused] + [one.position for one in outdated]
            if positions:
                _record_refusal(locked, positions, acting_user, now)
        else:
            _record_refusal(locked, [answer.position for answer in answers], acting_user, now)
    if not is_open:
        if locked.is_timed_out:
            raise AttemptClosed(_("The time is over. What was saved until then was handed in."))
        raise AttemptClosed(_("This attempt is closed. It takes no more answers."))
    return outcomes


def _takes_answers(attempt: Attempt) -> bool:
    is_open = attempt.state == AttemptState.IN_PROGRESS
    is_kept = not AttemptRule.from_json(attempt.rule).is_anonymous
    return is_open and is_kept and attempt.enrolment.state in READING_STATES


def _record_refusal(
    attempt: Attempt, positions: Sequence[int], acting_user: User, now: datetime
) -> None:
    record_event(
        action="response_refused",
        target=attempt,
        acting_user=acting_user,
        now=now,
        code=f"{attempt.state}: {', '.join(map(str, positions))}"[:200],
        subject=attempt.enrolment.learner_id,
    )


def _store(
    attempt: Attempt, answers: Sequence[PostedAnswer], now: datetime
) -> list[SavedAnswer | AnswerRefused]:
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
            outcomes.append(_store_one(item, answer, attempt, now))
        except InvalidAnswer as error:
            outcomes.append(AnswerRefused(answer.position, str(error)))
    return outcomes


def _store_one(
    item: AttemptItem, answer: PostedAnswer, attempt: Attempt, now: datetime
) -> SavedAnswer:
    version = item.question_version
    kind = question_type(version.kind)
    if not kind.takes_answer:
        raise InvalidAnswer(_("There is nothing to answer here."))
    given = kind.read_answer(version.typed_content, answer.posted)
    if not 0 < answer.sequence <= HIGHEST_SEQUENCE:
        raise InvalidAnswer(_("The form was not complete. Reload the page and answer again."))
    rule = AttemptRule.from_json(attempt.rule)
    is_final = answer.is_final and rule.is_feedback_after_each
    if is_final and given is None:
        raise InvalidAnswer(_("Choose an answer before you check it."))
    stored = response_of(item)
    if stored is None or stored.given != given:
        guard_answer(version, given, attempt.enrolment, is_checked=answer.is_checked)
    if stored is None:
        if given is None:
            return SavedAnswer(item.position, None)
        stored = Response(item=item, sequence=0)
    elif stored.is_final or (stored.sequence >= answer.sequence and stored.given != given):
        is_conflict = given is not None and stored.given != given
        return SavedAnswer(item.position, stored, is_conflict=is_conflict)
    elif stored.given == given and stored.is_final == is_final:
        if stored.sequence < answer.sequence:  # what lies between comes too late now
            stored.sequence = answer.sequence
            stored.save(update_fields=["sequence"])
        return SavedAnswer(item.position, stored)
    stored.given = given
    stored.sequence = max(answer.sequence, stored.sequence)
    stored.saved_at = now
    stored.is_final = is_final
    stored.save()
    return SavedAnswer(item.position, stored)


def note_shown(items: Iterable[AttemptItem], *, now: datetime) -> None:
    """Note when each of these questions was shown first; one statement, none where nothing is new."""
    new = [item.pk for item in items if item.shown_at is None]
    if new:
        AttemptItem.objects.filter(pk__in=new, shown_at=None).update(shown_at=now)


def record_tampering(
    *, attempt: Attempt, names: Sequence[str], acting_user: User, now: datetime
) -> None:
    """Write to the audit trail that a form came with fields which no page of ours has."""
    record_event(
        action="attempt_foreign_fields",
        target=attempt,
        acting_user=acting_user,
        now=now,
        reason=", ".join(sorted(names)).replace("\x00", "�")[:200],
        subject=attempt.enrolment.learner_id,
    )

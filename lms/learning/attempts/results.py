"""How an attempt that takes no more answers comes to its result, and which attempt counts."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from courses.enums import AttemptCounting
from courses.question_types import question_type
from lms.accounts.models import User
from lms.core.outbox import send_on_commit
from lms.core.services import record_event
from lms.learning.attempts.pages import response_of
from lms.learning.attempts.queries import is_held_back
from lms.learning.attempts.rules import AttemptRule, ItemResult, Result, mark_of, result_of
from lms.learning.booster_keys import is_booster
from lms.learning.enums import RESULT_STATES, AttemptState, NoticeKind
from lms.learning.models import Attempt, AttemptItem, Enrolment, QuizStatistic
from lms.learning.notices import notify_learner
from lms.learning.regrading import apply_regrades, regrades_of
from lms.learning.services import complete_if_done

RESULT_FIELDS = ("marked_at", "state", "score", "is_passed", "safety_errors", "section_results")


def mark_items(attempt: Attempt) -> None:
    """Mark what the machine can mark; an answer for a person waits, and nothing earns nothing.

    Questions that were corrected for everybody meanwhile are marked as corrected.
    """
    items = _items(attempt)
    corrections = regrades_of(attempt.quiz_key, [item.question_version_id for item in items])
    for item in items:
        version = item.question_version
        kind = question_type(version.kind)
        response = response_of(item)
        given = response.given if response else None
        if kind.is_marked_by_hand and given is not None and not item.is_dropped:
            item.mark, item.is_waiting = None, True
        else:
            item.mark = mark_of(kind.mark(version.typed_content, given), item.max_mark)
        apply_regrades(item, given, corrections.get(version.pk, ()))
    AttemptItem.objects.bulk_update(items, ["mark", "is_waiting", "is_dropped"])


def _items(attempt: Attempt) -> list[AttemptItem]:
    return list(
        AttemptItem.objects.filter(attempt=attempt)
        .select_related("question_version", "response")
        .order_by("position")
    )


def item_results(items: Sequence[AttemptItem]) -> list[ItemResult]:
    """Return what items earned, read with their versions; one that waits has earned nothing yet."""
    return [
        ItemResult(
            position=item.position,
            mark=item.mark or Decimal(0),
            max_mark=item.max_mark,
            section=item.section,
            is_dropped=item.is_dropped,
            is_critical=item.question_version.typed_content.common.is_critical,
        )
        for item in items
    ]


def settle(*, attempt: Attempt, acting_user: User | None, now: datetime) -> Attempt:
    """Give a handed-in attempt its result, or let it wait; the caller holds its row.

    It waits while a person has to mark an answer, and in an exam until the quiz has closed for
    everybody. Otherwise score, verdict, sections and rules of safety are computed from the marks of
    its items, the attempt that counts is chosen anew, and the enrolment is completed if nothing is
    missing; one that was completed stays so, whatever a new mark says. Called again after marks
    changed, it brings the result up to date.
    """
    Enrolment.objects.select_for_update().get(pk=attempt.enrolment_id)
    rule = AttemptRule.from_json(attempt.rule)
    items = _items(attempt)
    had_result = attempt.state in RESULT_STATES
    is_held = not had_result and is_held_back(attempt.quiz_key, rule, now)
    if is_held or any(item.is_waiting for item in items):
        _write(attempt, AttemptState.SUBMITTED, Result(None, None), None)
    else:
        result = result_of(item_results(items), rule)
        is_expired = attempt.state == AttemptState.EXPIRED
        state = AttemptState.EXPIRED if is_expired else AttemptState.MARKED
        _write(attempt, state, result, now)
    choose_counting(enrolment=attempt.enrolment, quiz_key=attempt.quiz_key, rule=rule)
    record_event(
        action="attempt_marked" if attempt.state in RESULT_STATES else "attempt_waits",
        target=attempt,
        acting_user=acting_user,
        now=now,
        changed_fields=RESULT_FIELDS,
        subject=attempt.enrolment.learner_id,
    )
    _tell_statistics(attempt)
    if attempt.is_passed or not rule.is_counted:
        complete_if_done(enrolment=attempt.enrolment, now=now)
    return attempt


def _write(attempt: Attempt, state: AttemptState, result: Result, now: datetime | None) -> None:
    attempt.state = state
    attempt.marked_at = now
    attempt.score = result.per_cent
    attempt.is_passed = result.is_passed
    attempt.safety_errors = list(result.safety_errors)
    attempt.section_results = [section.to_json() for section in result.sections]
    attempt.counts = attempt.counts and state in RESULT_STATES
    attempt.save(update_fields=[*RESULT_FIELDS, "counts", "submitted_at", "is_timed_out"])


def _tell_statistics(attempt: Attempt) -> None:
    if is_booster(attempt.quiz_key):
        return
    if attempt.is_in_statistics:
        QuizStatistic.objects.mark_stale(attempt.quiz_key)
    elif attempt.state in RESULT_STATES:
        send_on_commit("lms.learning.count_attempt", attempt_id=attempt.pk)


def choose_counting(*, enrolment: Enrolment, quiz_key: UUID, rule: AttemptRule) -> None:
    """Let one of the learner's attempts with a result count, as the quiz says: best, last or first.

    Of two equally good ones the earlier counts. The caller holds the row of the enrolment.
    """
    results = enrolment.attempts.filter(quiz_key=quiz_key, state__in=RESULT_STATES)
    order = {
        AttemptCounting.BEST: ("-is_passed", "-score", "number"),
        AttemptCounting.LAST: ("-number",),
        AttemptCounting.FIRST: ("number",),
    }
    chosen = results.order_by(*order[rule.counting]).first()
    results.filter(counts=True).exclude(pk=chosen.pk if chosen else 0).update(counts=False)
    if chosen is not None and not chosen.counts:
        Attempt.objects.filter(pk=chosen.pk).update(counts=True)


def release_if_closed(*, attempt: Attempt, now: datetime) -> bool:
    """Settle an attempt that only waited for the closing; the caller holds its row.

    It waits no longer either once the closing date was taken away: nothing would ever come then.
    """
    if attempt.state != AttemptState.SUBMITTED or attempt.items.filter(is_waiting=True).exists():
        return False
    if is_held_back(attempt.quiz_key, AttemptRule.from_json(attempt.rule), now):
        return False
    settle(attempt=attempt, acting_user=None, now=now)
    learner = attempt.enrolment.learner
    notify_learner(learner=learner, kind=NoticeKind.MARKED, attempt=attempt, now=now)
    return True

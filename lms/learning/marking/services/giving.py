"""Marks that people give to one answer.

Where two people mark, neither sees the other's mark before giving her own. If the two differ by no
more than the quiz agrees to, in per cent of the marks to be had, their mean holds: exact, and cut
to the four decimals that are kept, like every mark. Otherwise the lead of the course decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from courses.question_types import InvalidAnswer
from lms.accounts.models import User
from lms.core.services import record_event
from lms.learning.attempts.results import settle
from lms.learning.attempts.rules import PLACES, mark_of
from lms.learning.enums import CLOSED_STATES, RESULT_STATES, MarkKind, NoticeKind
from lms.learning.marking.queries.answers import (
    MarkingRule,
    Stage,
    blind_marks,
    kind_of,
    marking_rule_of,
    marks_of,
    newest_final,
    stage_of,
)
from lms.learning.marking.rubrics import rubric_fraction_of, rubric_of
from lms.learning.models import Attempt, AttemptItem, Enrolment, ItemMark
from lms.learning.notices import notify_learner


class MarkRefused(Exception):
    """A mark cannot be given; the message says why."""


class MarkChanged(MarkRefused):
    """Somebody else marked the answer meanwhile; what was typed is worth keeping as a draft."""


@dataclass(frozen=True)
class GivenMark:
    """What a marker typed; of a question with a rubric only the levels count."""

    mark: Decimal | None = None
    levels: Mapping[str, str] = field(default_factory=dict)
    comment: str = ""
    private_note: str = ""
    reason: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed at all."""
        texts = (self.comment, self.private_note, self.reason)
        return self.mark is None and not self.levels and not any(text.strip() for text in texts)


@transaction.atomic
def save_draft(
    *, item: AttemptItem, given: GivenMark, acting_user: User, now: datetime
) -> ItemMark | None:
    """Keep what a marker typed so far; she alone sees it. Nothing typed makes no draft."""
    standing = ItemMark.objects.filter(item=item, marker=acting_user, is_draft=True).first()
    if standing is None and given.is_empty:
        return None
    draft, _made = ItemMark.objects.update_or_create(
        item=item,
        marker=acting_user,
        is_draft=True,
        defaults={
            "kind": MarkKind.FIRST,
            "mark": given.mark,
            "levels": dict(given.levels),
            "comment": given.comment,
            "private_note": given.private_note,
            "reason": given.reason,
            "created_at": now,
        },
    )
    return draft


def points_of(item: AttemptItem, given: GivenMark) -> Decimal:
    """Return the mark that was given: by the levels of the rubric, else the points as typed.

    Raises MarkRefused if a criterion has no level, or the points are missing or out of range.
    """
    if rubric_of(item.question_version, item.max_mark):
        try:
            fraction = rubric_fraction_of(item.question_version, given.levels)
        except InvalidAnswer as error:
            raise MarkRefused(_("Choose a level for each criterion.")) from error
        return mark_of(fraction, item.max_mark)
    if given.mark is None or not 0 <= given.mark <= item.max_mark:
        raise MarkRefused(
            _("Give points from 0 to %(most)s.") % {"most": item.max_mark.normalize()}
        )
    return given.mark.quantize(PLACES, ROUND_FLOOR)


def give_mark(*, item: AttemptItem, given: GivenMark, acting_user: User, now: datetime) -> Stage:
    """Give the first or the second mark to an answer; return how it stands then.

    MARKED once the mark holds, OTHER if a second marker is needed, SETTLE if the two differ too
    much. Raises MarkChanged if somebody else gave the mark meanwhile, MarkRefused if the mark is no
    mark or was given by this marker already.
    """
    with transaction.atomic(durable=True):
        attempt, item = _lock(item)
        rule = marking_rule_of(attempt.quiz_key)
        stage = stage_of(item, marks_of(item), acting_user, rule)
        if stage == Stage.OTHER:
            raise MarkRefused(_("You have marked this answer. It waits for another marker."))
        if stage not in {Stage.FIRST, Stage.SECOND}:
            raise MarkChanged(_("Meanwhile somebody else has marked this answer."))
        mark = _write(item, kind_of(stage), given, points_of(item, given), acting_user, now)
        reached = _decide(item, rule, mark, now)
        if reached == Stage.MARKED:
            _bring_up_to_date(attempt, NoticeKind.MARKED, acting_user, now)
        return reached


def _decide(item: AttemptItem, rule: MarkingRule, mark: ItemMark, now: datetime) -> Stage:
    """Let the mark hold, or the mean of the two, if nobody else has to say something."""
    given = blind_marks(marks_of(item))
    if not rule.needs_second:
        _hold(item, mark.mark or Decimal(0))
        return Stage.MARKED
    if len(given) < 2:
        return Stage.OTHER
    values = [one.mark or Decimal(0) for one in given[:2]]
    if abs(values[0] - values[1]) * 100 > rule.difference * item.max_mark:
        return Stage.SETTLE
    mean = (sum(values, Decimal(0)) / 2).quantize(PLACES, ROUND_FLOOR)
    ItemMark.objects.create(
        item=item,
        kind=MarkKind.AUTOMATIC,
        mark=mean,
        comment="\n\n".join(dict.fromkeys(one.comment for one in given if one.comment.strip())),
        created_at=now,
    )
    _hold(item, mean)
    return Stage.MARKED


def settle_marks(
    *, item: AttemptItem, given: GivenMark, acting_user: User, now: datetime
) -> AttemptItem:
    """Decide between two marks that differ too much; only the lead of the course comes here.

    Raises MarkRefused without a reason or a mark, MarkChanged if there is nothing to settle.
    """
    _need_reason(given)
    with transaction.atomic(durable=True):
        attempt, item = _lock(item)
        rule = marking_rule_of(attempt.quiz_key)
        if stage_of(item, marks_of(item), acting_user, rule) != Stage.SETTLE:
            raise MarkChanged(_("Meanwhile somebody else has marked this answer."))
        points = points_of(item, given)
        _write(item, MarkKind.SETTLED, given, points, acting_user, now)
        _hold(item, points)
        _bring_up_to_date(attempt, NoticeKind.MARKED, acting_user, now)
        return item


def mark_again(
    *, item: AttemptItem, given: GivenMark, seen: int, acting_user: User, now: datetime
) -> AttemptItem:
    """Change a mark that was given; the earlier ones stay, and the learner is told.

    `seen` is the newest mark that the page showed, 0 for none. A mark of the system gets a row of
    its own first, so that the history is whole. Raises MarkRefused without a reason or a mark,
    MarkChanged if the answer was marked again meanwhile or waits for its first mark.
    """
    _need_reason(given)
    with transaction.atomic(durable=True):
        attempt, item = _lock(item)
        marks = marks_of(item)
        newest = newest_final(marks)
        if item.is_waiting or (newest.pk if newest else 0) != seen:
            raise MarkChanged(_("Meanwhile somebody else has marked this answer."))
        points = points_of(item, given)
        keep_earlier_mark(item, marks, now)
        _write(item, MarkKind.REMARK, given, points, acting_user, now)
        _hold(item, points)
        _bring_up_to_date(attempt, NoticeKind.REMARKED, acting_user, now)
        return item


def keep_earlier_mark(item: AttemptItem, marks: Sequence[ItemMark], now: datetime) -> None:
    """Write down the mark that the system had given, if nobody's stands there yet."""
    if item.mark is not None and newest_final(marks) is None:
        ItemMark.objects.create(item=item, kind=MarkKind.AUTOMATIC, mark=item.mark, created_at=now)


def _need_reason(given: GivenMark) -> None:
    if not given.reason.strip():
        raise MarkRefused(_("Say why the mark is changed."))


def lock_attempt(pk: int) -> Attempt:
    """Return an attempt with its row held after its enrolment's, release and learner beside it."""
    Enrolment.objects.select_for_update(of=("self",)).get(attempts=pk)
    return (
        Attempt.objects.select_for_update(of=("self",))
        .select_related("enrolment__release", "enrolment__learner")
        .get(pk=pk)
    )


def _lock(item: AttemptItem) -> tuple[Attempt, AttemptItem]:
    attempt = lock_attempt(item.attempt_id)
    if attempt.state not in CLOSED_STATES:
        raise MarkRefused(_("This attempt cannot be marked any more."))
    locked = AttemptItem.objects.select_related("question_version", "attempt__enrolment")
    return attempt, locked.get(pk=item.pk)


def _write(
    item: AttemptItem,
    kind: MarkKind,
    given: GivenMark,
    points: Decimal,
    acting_user: User,
    now: datetime,
) -> ItemMark:
    """Add the mark, put the draft away, and write it to the audit trail."""
    ItemMark.objects.filter(item=item, marker=acting_user, is_draft=True).delete()
    mark = ItemMark.objects.create(
        item=item,
        kind=kind,
        marker=acting_user,
        mark=points,
        levels=dict(given.levels),
        comment=given.comment.strip(),
        private_note=given.private_note.strip(),
        reason=given.reason.strip(),
        created_at=now,
    )
    record_event(
        action="item_marked",
        target=item,
        acting_user=acting_user,
        now=now,
        changed_fields=["mark"],
        code=str(kind),
        reason=mark.reason,
        subject=item.attempt.enrolment.learner_id,
    )
    return mark


def _hold(item: AttemptItem, points: Decimal) -> None:
    item.mark, item.is_waiting = points, False
    item.save(update_fields=["mark", "is_waiting"])


def _bring_up_to_date(attempt: Attempt, kind: NoticeKind, acting_user: User, now: datetime) -> None:
    """Give the attempt its result, and tell the learner once she has one."""
    settle(attempt=attempt, acting_user=acting_user, now=now)
    if attempt.state in RESULT_STATES:
        notify_learner(learner=attempt.enrolment.learner, kind=kind, attempt=attempt, now=now)

"""Correcting a question that turned out wrong, for everybody who had it.

A regrade is a row; a worker, or the request itself where there are few attempts, goes through the
attempts in batches, each in a transaction of its own. Going through them again changes nothing, so
it may be killed and begun anew. Some time after the regrade it is gone through once more, for the
attempts that were being handed in when it was made.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.models import QuestionVersion
from courses.question_types import InvalidAnswer, question_type
from lms.accounts.models import User
from lms.core.enums import OutboxState
from lms.core.outbox import send_now, send_on_commit
from lms.core.services import record_event
from lms.learning.attempts.results import settle
from lms.learning.enums import (
    CLOSED_STATES,
    RESULT_STATES,
    AttemptState,
    MarkKind,
    NoticeKind,
    RegradeKind,
)
from lms.learning.marking.queries.answers import marks_of, newest_final
from lms.learning.marking.queries.previews import (
    Preview,
    corrections_with,
    item_change,
    preview_regrade,
    regraded_items,
)
from lms.learning.marking.services.giving import keep_earlier_mark, lock_attempt
from lms.learning.models import (
    Attempt,
    AttemptItem,
    Enrolment,
    ItemMark,
    QuizStatistic,
    Regrade,
    RegradeWork,
)
from lms.learning.notices import notify_learner
from lms.learning.regrading import Correction

WORK_TASK = "lms.learning.work_regrade"
AT_ONCE = 200
"""How many attempts are changed within the request; more are for the worker."""
BATCH = 50
LEASE = timedelta(minutes=5)
SECOND_LOOK = timedelta(minutes=2)
MOST_TRIES = 10
OUTDATED = gettext_lazy(
    "Meanwhile something changed. Look at the preview again before you confirm."
)


class RegradeRefused(Exception):
    """A question cannot be regraded like this; the message says why."""


class PreviewOutdated(RegradeRefused):
    """More was handed in or marked since the preview; it must be looked at again."""


def make_regrade(
    *,
    quiz_key: UUID,
    version: QuestionVersion,
    correction: Correction,
    reason: str,
    digest: str,
    acting_user: User,
    now: datetime,
) -> Regrade:
    """Correct a question in one quiz, for the attempts handed in and for those under way.

    Up to AT_ONCE attempts are changed before this returns; for more, a worker is sent. `digest` is
    that of the preview which was confirmed. The same correction made before is returned, and not
    made again. Raises RegradeRefused without a reason, if the answer cannot be accepted, or if the
    acting user has an attempt with this question; PreviewOutdated if the preview is no longer true.
    """
    if not reason.strip():
        raise RegradeRefused(_("Say why the question is corrected."))
    _check(version, correction)
    if has_answered(acting_user, quiz_key, version):
        raise RegradeRefused(
            _("You had this question yourself. Somebody else of the course has to correct it.")
        )
    with transaction.atomic(durable=True):
        standing = _standing(quiz_key, version, correction)
        if standing is not None:
            return standing
        preview = preview_regrade(quiz_key, version, correction)
        if preview.digest != digest:
            raise PreviewOutdated(OUTDATED)
        regrade = Regrade.objects.create(
            quiz_key=quiz_key,
            question_version=version,
            kind=correction.kind,
            accepted=correction.accepted,
            reason=reason.strip(),
            made_by=acting_user,
            made_at=now,
        )
        record_event(
            action="question_regraded",
            target=regrade,
            acting_user=acting_user,
            now=now,
            changed_fields=["kind", "accepted"],
            reason=regrade.reason,
        )
        _go_or_send(regrade, preview, now)
    regrade.refresh_from_db()
    return regrade


def has_answered(user: User, quiz_key: UUID, version: QuestionVersion) -> bool:
    """Say whether the user has an attempt of her own with this question: nobody marks herself."""
    own = AttemptItem.objects.filter(attempt__quiz_key=quiz_key, question_version=version)
    own = own.exclude(attempt__state=AttemptState.ANNULLED)
    return own.filter(attempt__enrolment__learner=user).exists()


def _standing(quiz_key: UUID, version: QuestionVersion, correction: Correction) -> Regrade | None:
    """Return the same correction, if it was made; whoever asks at the same time waits here."""
    QuestionVersion.objects.select_for_update(no_key=True).get(pk=version.pk)
    return Regrade.objects.filter(
        quiz_key=quiz_key,
        question_version=version,
        kind=correction.kind,
        accepted=correction.accepted,
    ).first()


def _check(version: QuestionVersion, correction: Correction) -> None:
    if correction.kind != RegradeKind.ACCEPT:
        return
    try:
        question_type(version.kind).accepting(version.typed_content, correction.accepted)
    except InvalidAnswer as error:
        raise RegradeRefused(
            _("This answer cannot be accepted. Choose one of the list.")
        ) from error


def _go_or_send(regrade: Regrade, preview: Preview, now: datetime) -> None:
    RegradeWork.objects.create(regrade=regrade, created_at=now)
    if preview.changed > AT_ONCE:
        send_on_commit(WORK_TASK, regrade_id=regrade.pk)
        return
    held = _hold_rows(regrade, 0, None)
    for first in range(0, len(held), BATCH):
        _batch(regrade, held[first : first + BATCH], now)


def _hold_rows(regrade: Regrade, after: int, count: int | None) -> list[int]:
    """Hold the enrolments of the next answers, then their attempts; return the answers in order.

    Everybody who changes an attempt holds its enrolment first, and all attempts before the sums of
    the quiz; whoever holds many takes them in the order of their ids, so that nobody waits for
    ever. An attempt that is handed in meanwhile is not among them: it is left to the second look.
    """
    rows = regraded_items(regrade.quiz_key, regrade.question_version).filter(pk__gt=after)
    found = list(rows.order_by("pk").values_list("pk", "attempt__enrolment")[:count])
    pks = [enrolment for _item, enrolment in found]
    held = Enrolment.objects.filter(pk__in=pks).order_by("pk").select_for_update()
    list(held.values_list("pk", flat=True))
    attempts = Attempt.objects.filter(quiz_key=regrade.quiz_key, enrolment__in=pks)
    list(attempts.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
    return [item for item, _enrolment in found]


def work_regrade(*, regrade_id: int, now: datetime) -> bool:
    """Go through the attempts of a regrade; True if this call went through all of them.

    Does nothing if another worker is at it. It is done once it was gone through after SECOND_LOOK;
    before that the sweep sends it again.
    """
    work = _works().filter(regrade=regrade_id).select_related("regrade").first()
    if work is None or not RegradeWork.objects.claim(work.pk, now=now, lease=LEASE):
        return False
    last: int | None = 0
    while last is not None:
        with transaction.atomic(durable=True):
            held = _hold_rows(work.regrade, last, BATCH)
            _batch(work.regrade, held, now)
        last = held[-1] if held else None
    rows = RegradeWork.objects.filter(pk=work.pk, state=OutboxState.PENDING)
    if now >= work.created_at + SECOND_LOOK:
        rows.update(state=OutboxState.DONE, done_at=now, claimed_until=None)
    else:
        rows.update(claimed_until=None)
    return True


def resend_regrades(*, now: datetime) -> int:
    """Send every regrade that was not gone through for good; return how many were sent."""
    stale = RegradeWork.objects.stale(now=now)
    stale.filter(tries__gte=MOST_TRIES).update(state=OutboxState.FAILED)
    pks = stale.filter(created_at__lte=now - SECOND_LOOK).order_by("created_at").values("pk")
    ids = list(_works().filter(pk__in=pks).order_by("pk").values_list("regrade_id", flat=True))
    for regrade_id in ids:
        send_now(WORK_TASK, regrade_id=regrade_id)
    return len(ids)


def _works() -> QuerySet[RegradeWork]:
    """Return the rows as what they are: the manager of an outbox knows them by their base only."""
    return QuerySet(RegradeWork)


def _batch(regrade: Regrade, held: Sequence[int], now: datetime) -> None:
    """Go through answers whose attempts this transaction holds, in the order of their numbers."""
    version = regrade.question_version
    rows = regraded_items(regrade.quiz_key, version).filter(pk__in=held)
    corrections = _corrections(regrade)
    changed = passed = failed = 0
    for item in rows.select_related("response").order_by("pk"):
        item.question_version = version
        if not item_change(item, corrections).is_change:
            continue
        before, now_passes = _regrade_item(regrade, item.pk, corrections, now)
        changed += 1
        passed += now_passes is True and before is False
        failed += now_passes is False and before is True
    if changed:
        Regrade.objects.filter(pk=regrade.pk).update(
            attempts_changed=F("attempts_changed") + changed,
            now_passed=F("now_passed") + passed,
            now_failed=F("now_failed") + failed,
        )
        QuizStatistic.objects.mark_stale(regrade.quiz_key)


def _corrections(regrade: Regrade) -> list[Correction]:
    own = Correction(RegradeKind(regrade.kind), regrade.accepted)
    return corrections_with(regrade.quiz_key, regrade.question_version, own)


def _regrade_item(
    regrade: Regrade, item_id: int, corrections: Sequence[Correction], now: datetime
) -> tuple[bool | None, bool | None]:
    """Change one answer under the lock of its attempt; return the verdict before and after."""
    by_id = AttemptItem.objects.select_related("response", "question_version")
    attempt = lock_attempt(by_id.get(pk=item_id).attempt_id)
    item = by_id.get(pk=item_id)
    change = item_change(item, corrections)
    if attempt.state not in CLOSED_STATES or not change.is_change:
        return attempt.is_passed, attempt.is_passed
    before, had_result = attempt.is_passed, attempt.state in RESULT_STATES
    marks = marks_of(item)
    keep_earlier_mark(item, marks, now)
    newest = newest_final(marks)
    item.mark, item.is_waiting = change.after.mark, change.after.is_waiting
    item.is_dropped = change.after.is_dropped
    item.save(update_fields=["mark", "is_waiting", "is_dropped"])
    ItemMark.objects.create(
        item=item,
        kind=MarkKind.REGRADE,
        marker=regrade.made_by,
        mark=item.mark or 0,
        comment=newest.comment if newest else "",
        reason=regrade.reason,
        created_at=now,
    )
    settle(attempt=attempt, acting_user=regrade.made_by, now=now)
    if attempt.state in RESULT_STATES:
        kind = NoticeKind.REGRADED if had_result else NoticeKind.MARKED
        notify_learner(learner=attempt.enrolment.learner, kind=kind, attempt=attempt, now=now)
    return before, attempt.is_passed

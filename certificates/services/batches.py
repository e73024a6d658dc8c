"""Issuing to a whole cohort: the press inserts a row for each person, and workers go through them.

A message does not carry one certificate but asks a worker for a turn: the worker takes rows one
after the other, ITEMS_AT_ONCE of them, and then lets the others in the queue go first. So one
press sends a handful of messages and not a thousand, a learner who finishes alone does not wait
behind a cohort, and a stop takes hold at the next row. Each row is taken by one conditional UPDATE
with a lease; all that is done for it may be done twice and has its effect once.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from types import TracebackType

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from certificates.batches.queries import issuable_enrolments, issue_items, running_batches
from certificates.models import IssueBatch, IssueItem
from certificates.queries import issuances
from certificates.services.issuing import request_certificate
from certificates.services.rendering import (
    LOST_WORKER,
    render_issuance,
    render_lease,
    reopen_issuance,
)
from lms.accounts.models import User
from lms.core.enums import OutboxState
from lms.core.outbox import NotedFailure, send_now, send_on_commit
from lms.core.services import record_event
from lms.learning.models import Cohort

WORK_TASK = "certificates.work_batch"
LANES = 4
"""How many messages of one batch are in the queue: as many workers can be at it at once."""
ITEMS_AT_ONCE = 10
MOST_TRIES = 3
LONGEST_QUIET = timedelta(seconds=30)


def quiet() -> timedelta:
    """Return how long a batch may stand still before its messages are taken for lost."""
    return min(LONGEST_QUIET, render_lease())


class BatchRefused(Exception):
    """The certificates of a cohort cannot be issued now; the message says why."""


@transaction.atomic
def start_batch(*, cohort: Cohort, acting_user: User, now: datetime) -> IssueBatch:
    """Ask for the certificates of everybody in a cohort who completed the course and has none.

    A batch that is under way, stopped or not, is returned as it is.

    Raises:
        BatchRefused: nobody waits for a certificate.
    """
    Cohort.objects.select_for_update().get(pk=cohort.pk)
    under_way = IssueBatch.objects.filter(cohort=cohort, finished_at=None).first()
    if under_way is not None:
        return under_way
    pks = list(
        issuable_enrolments(cohort)
        .order_by("learner__full_name", "pk")
        .values_list("pk", flat=True)
    )
    if not pks:
        raise BatchRefused(_("Nobody in this cohort waits for a certificate."))
    batch = IssueBatch.objects.create(cohort=cohort, created_at=now, created_by=acting_user)
    IssueItem.objects.bulk_create(
        [IssueItem(batch=batch, enrolment_id=pk, created_at=now) for pk in pks], batch_size=500
    )
    _note("batch_started", batch, acting_user=acting_user, now=now)
    _send_lanes(batch)
    return batch


@transaction.atomic
def stop_batch(*, batch: IssueBatch, acting_user: User, now: datetime) -> IssueBatch:
    """Let no further certificate of a batch be issued; those that are being made are finished."""
    locked = _lock(batch)
    if locked.finished_at is None and locked.stopped_at is None:
        locked.stopped_at = now
        locked.save(update_fields=["stopped_at"])
        _note("batch_stopped", locked, acting_user=acting_user, now=now)
    return locked


@transaction.atomic
def resume_batch(*, batch: IssueBatch, acting_user: User, now: datetime) -> IssueBatch:
    """Go on with a batch that was stopped."""
    locked = _lock(batch)
    if locked.finished_at is None and locked.stopped_at is not None:
        locked.stopped_at = None
        locked.save(update_fields=["stopped_at"])
        _note("batch_resumed", locked, acting_user=acting_user, now=now)
        _send_lanes(locked)
    return locked


@transaction.atomic
def retry_batch(*, batch: IssueBatch, acting_user: User, now: datetime) -> IssueBatch:
    """Try again what failed in a batch, from the start; the batch is then under way again.

    Raises:
        BatchRefused: a newer batch of the cohort is under way.
    """
    Cohort.objects.select_for_update().get(pk=batch.cohort_id)
    locked = _lock(batch)
    others = IssueBatch.objects.filter(cohort_id=locked.cohort_id, finished_at=None)
    if others.exclude(pk=locked.pk).exists():
        raise BatchRefused(_("The certificates of this cohort are being issued."))
    failed = IssueItem.objects.filter(batch=locked, state=OutboxState.FAILED)
    enrolments = list(issue_items().filter(pk__in=failed).values_list("enrolment_id", flat=True))
    if not enrolments:
        return locked
    broken = issuances().filter(certificate__enrolment__in=enrolments, state=OutboxState.FAILED)
    for issuance in broken.order_by("pk"):
        reopen_issuance(issuance=issuance, acting_user=acting_user, now=now, sends_task=False)
    failed.update(state=OutboxState.PENDING, tries=0, failure="", claimed_until=None)
    locked.finished_at = locked.stopped_at = None
    locked.save(update_fields=["finished_at", "stopped_at"])
    _note("batch_retried", locked, acting_user=acting_user, now=now)
    _send_lanes(locked)
    return locked


def _lock(batch: IssueBatch) -> IssueBatch:
    return IssueBatch.objects.select_for_update().get(pk=batch.pk)


def _note(action: str, batch: IssueBatch, *, acting_user: User | None, now: datetime) -> None:
    record_event(action=action, target=batch, acting_user=acting_user, now=now)


def _send_lanes(batch: IssueBatch) -> None:
    for _lane in range(LANES):
        send_on_commit(WORK_TASK, batch_id=batch.pk)


class _Turn(NotedFailure):
    """Work at one row: one that fails does not hold up the other 999."""

    def __init__(self, batch_id: int, item_id: int) -> None:
        super().__init__(IssueItem.objects.filter(pk=item_id), most_tries=MOST_TRIES)
        self.batch_id = batch_id

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        super().__exit__(kind, error, trace)
        if isinstance(error, Exception):
            send_now(WORK_TASK, batch_id=self.batch_id)


def work_batch(*, batch_id: int, clock: Callable[[], datetime]) -> int:
    """Issue, sign and render the next certificates of a batch; return how many.

    Takes up to ITEMS_AT_ONCE rows and then asks for another turn. Ends where the batch was stopped
    or nothing is left that nobody holds. A failure is written on its row and rises, after another
    turn was asked for.
    """
    made = 0
    for _row in range(ITEMS_AT_ONCE):
        item_id = _claim_next(batch_id, now=clock())
        if item_id is None:
            finish_batch(batch_id=batch_id, now=clock())
            return made
        with _Turn(batch_id, item_id):
            made += _issue_item(item_id, now=clock())
    send_now(WORK_TASK, batch_id=batch_id)
    return made


def _claim_next(batch_id: int, *, now: datetime) -> int | None:
    """Take the next row of a batch that is neither stopped nor finished; None if there is none.

    The batch is asked for inside the UPDATE, by a subquery: a join would make the database look
    the row's own lease up in an older snapshot.
    """
    running = IssueBatch.objects.filter(pk=OuterRef("batch_id"), stopped_at=None, finished_at=None)
    rows = IssueItem.objects.filter(Exists(running), batch_id=batch_id, tries__lt=MOST_TRIES)
    for pk in rows.stale(now=now).order_by("pk").values_list("pk", flat=True)[: 2 * LANES]:
        if rows.claim(pk, now=now, lease=render_lease()):
            return int(pk)
    return None


def _issue_item(item_id: int, *, now: datetime) -> bool:
    """Issue the certificate of a claimed row and make its file; True if both are there now."""
    item = issue_items().select_related("batch__created_by", "enrolment").get(pk=item_id)
    certificate = request_certificate(
        enrolment=item.enrolment, acting_user=item.batch.created_by, now=now, sends_task=False
    )
    issuance = certificate.issuance
    if issuance.state == OutboxState.PENDING:
        render_issuance(issuance_id=issuance.pk, now=now)
        issuance.refresh_from_db(fields=["state", "failure", "claimed_until"])
    held = issue_items().filter(
        pk=item_id, state=OutboxState.PENDING, claimed_until=item.claimed_until
    )
    if issuance.state == OutboxState.DONE:
        return bool(
            held.update(state=OutboxState.DONE, done_at=now, failure="", certificate=certificate)
        )
    if issuance.state == OutboxState.FAILED:
        held.update(state=OutboxState.FAILED, failure=issuance.failure, certificate=certificate)
    else:  # another worker has the file, or had it when it was killed: not a try of this row
        held.update(claimed_until=issuance.claimed_until, tries=F("tries") - 1)
    return False


@transaction.atomic
def finish_batch(*, batch_id: int, now: datetime) -> bool:
    """Note that a batch is finished if nothing in it waits any more; True if this call did it."""
    waiting = IssueItem.objects.filter(batch=OuterRef("pk"), state=OutboxState.PENDING)
    rows = IssueBatch.objects.filter(~Exists(waiting), pk=batch_id, finished_at=None)
    if not rows.update(finished_at=now):
        return False
    _note("batch_finished", IssueBatch.objects.get(pk=batch_id), acting_user=None, now=now)
    return True


def resend_batches(*, now: datetime) -> int:
    """Go on with the batches in which nothing moves any more; return how many those are.

    A row whose worker vanished MOST_TRIES times is given up, with the reason: it would kill the
    next one too.
    """
    stale = IssueItem.objects.stale(now=now).filter(tries__gte=MOST_TRIES)
    stale.filter(failure="").update(failure=LOST_WORKER)
    stale.update(state=OutboxState.FAILED)
    since = now - quiet()
    moved = Q(done_at__gt=since) | Q(claimed_until__gt=since + render_lease())
    resent = 0
    for batch in running_batches(quiet_since=since):
        items = IssueItem.objects.filter(batch=batch)
        if finish_batch(batch_id=batch.pk, now=now) or items.filter(moved).exists():
            continue
        if items.stale(now=now).exists():
            resent += 1
            for _lane in range(LANES):
                send_now(WORK_TASK, batch_id=batch.pk)
    return resent

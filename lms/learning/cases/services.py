"""What changes a walk through a case: begin, choose, think again, begin again.

Each service locks the walk. What is posted carries the number of steps that its page had seen: a
post that comes twice, from a double click, a second window or a weak link, changes nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from courses.case_walks import Walk, replay
from courses.enums import EndingKind, ItemKind
from lms.accounts.models import User
from lms.core.services import record_event
from lms.learning.cases.places import case_page_of
from lms.learning.enums import READING_STATES, CaseRunState, EnrolmentState
from lms.learning.models import CaseRun, Enrolment
from lms.learning.progress import progress_in
from lms.learning.services import complete_if_done, lock_enrolment

MOST_STEPS = 400
"""So many steps of one walk are kept; a walk in circles begins again then."""


class WalkRefused(Exception):
    """Nothing was changed; the message says why, and what can be done."""


class ForeignChoice(WalkRefused):
    """The scene has no such choice."""


@dataclass(frozen=True)
class Moved:
    """A walk after a post; `is_new` is false if the post had been dealt with before."""

    run: CaseRun
    is_new: bool


def start_run(*, enrolment: Enrolment, case_key: UUID, acting_user: User, now: datetime) -> CaseRun:
    """Begin a walk through the published case, or return the one under way.

    A walk may be begun as often as wanted, after the case or the whole course is done, too. It is
    bound to the version that is published now.

    Raises:
        WalkRefused: the case is not in the enrolment's release, the enrolment has ended, other items
            must be done first, or no version is published.
    """
    with transaction.atomic(durable=True):
        enrolment = lock_enrolment(enrolment.pk)
        current = _under_way(enrolment, case_key)
        if current is not None:
            return current
        _check_start(enrolment, case_key)
        page = case_page_of(case_key)
        version = page.case.live_version if page is not None else None
        if version is None:
            raise WalkRefused(_("This case is not ready yet. Your trainer has to publish it."))
        return _begin(
            enrolment, case_key, version_id=version.pk, steps=[], user=acting_user, now=now
        )


def _under_way(enrolment: Enrolment, case_key: UUID) -> CaseRun | None:
    return enrolment.case_runs.filter(case_key=case_key, state=CaseRunState.WALKING).first()


def _check_start(enrolment: Enrolment, case_key: UUID) -> None:
    promise = enrolment.release.typed_promise
    item = promise.item(case_key)
    if item is None or item.kind != ItemKind.CASE:
        raise WalkRefused(_("This case is not part of your course."))
    if enrolment.state not in READING_STATES:
        raise WalkRefused(_("Your enrolment in this course is not active."))
    progress = progress_in(enrolment)
    if case_key in progress.done:
        return
    missing = [promise.item(key) for key in progress.missing_before(promise, case_key)]
    if missing:
        titles = "; ".join(entry.title for entry in missing if entry is not None)
        raise WalkRefused(_("First you have to finish: %(titles)s.") % {"titles": titles})


def _begin(
    enrolment: Enrolment,
    case_key: UUID,
    *,
    version_id: int,
    steps: list[dict[str, Any]],
    user: User,
    now: datetime,
) -> CaseRun:
    last = enrolment.case_runs.filter(case_key=case_key).order_by("-number").first()
    try:
        with transaction.atomic():
            run = CaseRun.objects.create(
                enrolment=enrolment,
                case_key=case_key,
                case_version_id=version_id,
                number=last.number + 1 if last else 1,
                steps=steps,
                started_at=now,
            )
    except IntegrityError:
        winner = _under_way(enrolment, case_key)
        if winner is None:
            raise
        return winner
    if enrolment.state == EnrolmentState.ACTIVE:
        Enrolment.objects.filter(pk=enrolment.pk).update(current_item_key=case_key)
    record_event(
        action="case_run_started",
        target=run,
        acting_user=user,
        now=now,
        subject=enrolment.learner_id,
    )
    return run


def take_choice(
    *, run: CaseRun, choice_id: str, number: int, acting_user: User, now: datetime
) -> Moved:
    """Take a choice of the scene in which the walk stands; end the walk if it leads to an ending.

    Args:
        run: the learner's own walk.
        choice_id: the id of the choice.
        number: how many steps the page had seen; another number changes nothing.
        acting_user: the learner.
        now: when.

    Raises:
        ForeignChoice: the scene has no such choice; noted in the audit trail.
        WalkRefused: the choice is not open now (noted too), the enrolment has ended, or the walk
            has taken too many steps.
    """
    refusal: WalkRefused | None = None
    with transaction.atomic(durable=True):
        locked = _lock(run)
        if locked.state == CaseRunState.ENDED or number != len(locked.steps):
            return Moved(locked, is_new=False)
        _check_room(locked)
        walk = replay(locked.case_version.graph, locked.steps)
        refusal = _refusal_of(walk, choice_id)
        if refusal is None:
            step = {"scene": walk.scene.id, "choice": choice_id}
            _advance(locked, [*locked.steps, step], acting_user, now)
        else:
            _record_refusal(locked, f"{walk.scene.id}: {choice_id}", acting_user, now)
    if refusal is not None:
        raise refusal
    return Moved(locked, is_new=True)


def _lock(run: CaseRun) -> CaseRun:
    """Lock a walk, its enrolment first: the same order in every service, so that none waits."""
    lock_enrolment(run.enrolment_id)
    locked = (
        CaseRun.objects.select_for_update(of=("self",))
        .select_related("enrolment__release", "case_version")
        .get(pk=run.pk)
    )
    if locked.enrolment.state not in READING_STATES:
        raise WalkRefused(_("Your enrolment in this course is not active."))
    return locked


def _check_room(run: CaseRun) -> None:
    if len(run.steps) >= MOST_STEPS:
        raise WalkRefused(
            _("This walk has gone round many times. Begin again from the first scene.")
        )


def _refusal_of(walk: Walk, choice_id: str) -> WalkRefused | None:
    if walk.scene.choice(choice_id) is None:
        return ForeignChoice(_("This scene has no such choice."))
    if choice_id not in {choice.id for choice in walk.choices}:
        return WalkRefused(_("This choice is not open now. Choose another one."))
    return None


def _record_refusal(run: CaseRun, reason: str, acting_user: User, now: datetime) -> None:
    record_event(
        action="case_choice_refused",
        target=run,
        acting_user=acting_user,
        now=now,
        reason=reason.replace("\x00", "�")[:200],
        subject=run.enrolment.learner_id,
    )


def _advance(run: CaseRun, steps: list[dict[str, Any]], acting_user: User, now: datetime) -> None:
    """Store the steps, and end the walk and perhaps the course if they lead to an ending."""
    run.steps = steps
    ending = replay(run.case_version.graph, steps).scene.ending
    if ending is None:
        run.save(update_fields=["steps"])
        return
    run.state, run.ending, run.ended_at = CaseRunState.ENDED, ending.kind, now
    fields = ["ended_at", "ending", "state", "steps"]
    run.save(update_fields=fields)
    record_event(
        action="case_run_ended",
        target=run,
        acting_user=acting_user,
        now=now,
        changed_fields=fields,
        subject=run.enrolment.learner_id,
    )
    if ending.kind == EndingKind.SAFE:
        complete_if_done(enrolment=run.enrolment, now=now)


def think_again(*, run: CaseRun, number: int, acting_user: User, now: datetime) -> Moved:
    """Go one choice back; from an ending this begins a new walk that stands before the last choice.

    Another number of steps than the walk has changes nothing. Raises WalkRefused if the enrolment
    has ended or the walk has taken too many steps.
    """
    with transaction.atomic(durable=True):
        locked = _lock(run)
        if number != len(locked.steps):
            return Moved(locked, is_new=False)
        if not replay(locked.case_version.graph, locked.steps).taken:
            return Moved(locked, is_new=False)
        if locked.state == CaseRunState.WALKING:
            _check_room(locked)
            locked.steps = [*locked.steps, {"back": True}]
            locked.save(update_fields=["steps"])
            return Moved(locked, is_new=True)
        current = _under_way(locked.enrolment, locked.case_key)
        if current is not None:
            return Moved(current, is_new=False)
        again = _begin(
            locked.enrolment,
            locked.case_key,
            version_id=locked.case_version_id,
            steps=[*_path(locked), {"back": True}],
            user=acting_user,
            now=now,
        )
        return Moved(again, is_new=True)


def _path(run: CaseRun) -> list[dict[str, Any]]:
    """Return the steps of a walk without what was thought over."""
    walk = replay(run.case_version.graph, run.steps)
    return [{"scene": one.scene.id, "choice": one.choice.id} for one in walk.taken]


def begin_again(*, run: CaseRun, number: int, acting_user: User, now: datetime) -> Moved:
    """Let a walk under way stand at the first scene again; the steps before stay on record.

    A walk that took too many steps forgets them. Another number of steps than the walk has changes
    nothing, nor does a walk that has ended. Raises WalkRefused if the enrolment has ended.
    """
    with transaction.atomic(durable=True):
        locked = _lock(run)
        if locked.state == CaseRunState.ENDED or number != len(locked.steps):
            return Moved(locked, is_new=False)
        kept = locked.steps if len(locked.steps) < MOST_STEPS else []
        locked.steps = [*kept, {"again": True}]
        locked.save(update_fields=["steps"])
        return Moved(locked, is_new=True)


def record_foreign_run(*, run: CaseRun, acting_user: User, now: datetime) -> None:
    """Note in the audit trail that somebody posted to another person's walk."""
    with transaction.atomic(durable=True):
        _record_refusal(run, "another person's walk", acting_user, now)

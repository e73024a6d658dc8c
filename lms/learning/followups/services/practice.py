"""The questions on practice: answered, left out, put off, ended for good."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lms.accounts.models import User
from lms.core.services import record_event
from lms.learning.enums import FollowUpState, Obstacle, PracticeQuestion, StepOutcome
from lms.learning.followups.consents import disagree
from lms.learning.followups.rules import POSTPONED_BY
from lms.learning.followups.services.plans import note_outcomes
from lms.learning.models import FollowUp, FollowUpAnswer
from lms.learning.quiet_hours import lima_date


class PracticeRefused(Exception):
    """The questions take no answer any more; the message says why."""


@transaction.atomic
def answer_practice(
    *,
    follow_up: FollowUp,
    steps: Mapping[PracticeQuestion, int],
    obstacles: Collection[Obstacle],
    remark: str,
    outcomes: Mapping[int, StepOutcome],
    acting_user: User,
    now: datetime,
) -> FollowUp:
    """Keep the five answers, what got in the way, and what became of the steps of the plan.

    Answers are given once. Raises PracticeRefused where they were given already.
    """
    locked = _lock(follow_up)
    if locked.state == FollowUpState.ANSWERED:
        raise PracticeRefused(_("You have answered these questions already. Thank you."))
    locked.state, locked.answered_at = FollowUpState.ANSWERED, now
    locked.obstacles, locked.remark = sorted(str(one) for one in obstacles), remark.strip()
    locked.save(update_fields=["state", "answered_at", "obstacles", "remark"])
    FollowUpAnswer.objects.bulk_create(
        FollowUpAnswer(follow_up=locked, question=question, step=step)
        for question, step in steps.items()
    )
    note_outcomes(enrolment=locked.enrolment, outcomes=outcomes, acting_user=acting_user, now=now)
    _note("follow_up_answered", locked, acting_user, now)
    return locked


@transaction.atomic
def skip_practice(*, follow_up: FollowUp, acting_user: User, now: datetime) -> None:
    """Leave the questions out this time: she is not reminded of them, and may still answer."""
    locked = _lock(follow_up)
    if locked.state == FollowUpState.OFFERED:
        locked.state = FollowUpState.SKIPPED
        locked.save(update_fields=["state"])
        _note("follow_up_skipped", locked, acting_user, now)


@transaction.atomic
def postpone_practice(*, follow_up: FollowUp, acting_user: User, now: datetime) -> bool:
    """Put the one reminder off by two weeks; False if it was given already, and none will come."""
    locked = _lock(follow_up)
    if locked.state != FollowUpState.OFFERED or locked.reminded_at is not None:
        return False
    locked.again_date = lima_date(now) + POSTPONED_BY
    locked.save(update_fields=["again_date"])
    _note("follow_up_postponed", locked, acting_user, now)
    return True


@transaction.atomic
def end_practice(*, learner: User, now: datetime) -> None:
    """End the questions on practice for good, for all courses: her consent is withdrawn."""
    disagree(learner=learner, now=now)
    waiting = FollowUp.objects.filter(enrolment__learner=learner, state=FollowUpState.OFFERED)
    for follow_up in waiting.select_for_update():
        follow_up.state = FollowUpState.SKIPPED
        follow_up.save(update_fields=["state"])


def _lock(follow_up: FollowUp) -> FollowUp:
    rows = FollowUp.objects.select_for_update(of=("self",)).select_related("enrolment__learner")
    return rows.get(pk=follow_up.pk)


def _note(action: str, follow_up: FollowUp, acting_user: User, now: datetime) -> None:
    record_event(
        action=action, target=follow_up, acting_user=acting_user, now=now, subject=acting_user
    )

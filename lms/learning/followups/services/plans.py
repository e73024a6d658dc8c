"""A learner's own plan: saved, its steps brought up to date, deleted. Only she does any of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from lms.accounts.models import User
from lms.core.services import record_event
from lms.learning.enums import StepOutcome
from lms.learning.models import Enrolment, Plan, PlanStep
from lms.learning.services import lock_enrolment


@dataclass(frozen=True)
class PlannedStep:
    """One thing that somebody will do differently, and by when."""

    text: str
    by_date: date
    outcome: StepOutcome = StepOutcome.OPEN


@transaction.atomic
def save_plan(
    *, enrolment: Enrolment, steps: Sequence[PlannedStep], acting_user: User, now: datetime
) -> Plan:
    """Keep a plan of one to three steps in place of the one before; the audit trail holds no word of it."""
    lock_enrolment(enrolment.pk)
    plan, _made = Plan.objects.update_or_create(enrolment=enrolment, defaults={"changed_at": now})
    plan.steps.all().delete()
    PlanStep.objects.bulk_create(
        PlanStep(
            plan=plan,
            position=position,
            text=step.text,
            by_date=step.by_date,
            outcome=step.outcome,
        )
        for position, step in enumerate(steps, start=1)
    )
    _note("plan_saved", plan, acting_user, now)
    return plan


@transaction.atomic
def note_outcomes(
    *,
    enrolment: Enrolment,
    outcomes: Mapping[int, StepOutcome],
    acting_user: User,
    now: datetime,
) -> None:
    """Keep what became of the steps, by their numbers; a step that is gone meanwhile is left out."""
    lock_enrolment(enrolment.pk)
    changed = []
    for step in PlanStep.objects.filter(plan__enrolment=enrolment, pk__in=outcomes):
        if step.outcome != outcomes[step.pk]:
            step.outcome = outcomes[step.pk]
            changed.append(step)
    if changed:
        PlanStep.objects.bulk_update(changed, ["outcome"])
        plan = Plan.objects.get(enrolment=enrolment)
        plan.changed_at = now
        plan.save(update_fields=["changed_at"])
        _note("plan_saved", plan, acting_user, now)


@transaction.atomic
def delete_plan(*, enrolment: Enrolment, acting_user: User, now: datetime) -> None:
    """Delete a plan with its steps; nothing happens where there is none."""
    lock_enrolment(enrolment.pk)
    plan = Plan.objects.filter(enrolment=enrolment).first()
    if plan is not None:
        _note("plan_deleted", plan, acting_user, now)
        plan.delete()


def _note(action: str, plan: Plan, acting_user: User, now: datetime) -> None:
    record_event(action=action, target=plan, acting_user=acting_user, now=now, subject=acting_user)

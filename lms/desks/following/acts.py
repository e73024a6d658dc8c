"""What the audit trail says of one learner, in words: only what others did, and only the day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.accounts.models import User
from lms.core.models import AuditEvent
from lms.core.queries import read_reasons
from lms.learning.models import Enrolment

WORDS: dict[str, Any] = {
    "enrolment_created": _("Enrolled"),
    "cohort_joined": _("Put into a cohort"),
    "cohort_left": _("Taken out of a cohort"),
    "deadline_moved": _("Deadline moved"),
    "enrolment_expired": _("The enrolment expired"),
    "enrolment_withdrawn": _("Taken off the course"),
    "item_exempted": _("Let off one part"),
    "exemption_taken_back": _("Asked again for a part that she had been let off"),
    "allowance_granted": _("More time or more attempts allowed"),
    "attempt_reopened": _("An attempt opened again"),
    "attempt_annulled": _("An attempt annulled"),
    "practice_signed": _("A practice signed"),
    "practice_taken_back": _("A signed practice taken back"),
    "learner_approved": _("The course approved"),
    "learner_approval_undone": _("The approval taken back"),
}
"""What is shown, by the action of the event; what has no words here is shown elsewhere."""


@dataclass(frozen=True)
class Act:
    """Something that somebody else, or the calendar, did to a learner's record."""

    on: date
    words: str
    by: str
    reason: str


def acts_on(enrolment: Enrolment, records: Iterable[tuple[str, int]]) -> list[Act]:
    """Return what others did to an enrolment and to what hangs on it, the newest first.

    Four queries. `records` are those that hang on it: the name of their model and their number.
    """
    wanted = Q(target_type="learning.enrolment", target_id=str(enrolment.pk))
    by_type: dict[str, list[str]] = {}
    for name, pk in records:
        by_type.setdefault(f"learning.{name}", []).append(str(pk))
    for name, pks in by_type.items():
        wanted |= Q(target_type=name, target_id__in=pks)
    events = list(
        AuditEvent.objects.filter(wanted, action__in=list(WORDS))
        .exclude(actor_id=enrolment.learner_id)
        .order_by("-at", "-pk")
    )
    reasons = read_reasons(events)
    actors = User.objects.in_bulk({event.actor_id for event in events if event.actor_id})
    return [
        Act(
            on=timezone.localdate(event.at),
            words=str(WORDS[event.action]),
            by=actors[event.actor_id].get_display_name() if event.actor_id in actors else "",
            reason=reasons[event.pk],
        )
        for event in events
    ]

"""When somebody last did anything in an enrolment, whatever kind of item it was."""

from datetime import datetime
from typing import Any

from django.db.models import Max, Model, Q, QuerySet
from django.db.models.functions import Coalesce

from lms.learning.booster_keys import ALL_BOOSTER_KEYS
from lms.learning.enums import AttendanceState
from lms.learning.models import (
    Attempt,
    Attendance,
    CaseRun,
    Enrolment,
    LessonProgress,
    PracticeObservation,
)

EVERYTHING = Q()


def last_activity(enrolments: QuerySet[Enrolment]) -> dict[int, datetime]:
    """Return when each learner last did anything in her enrolment, by its id; one query for all.

    What counts: a lesson opened or finished, an attempt begun or handed in, a walk through a case
    begun or ended, a practice that a trainer saw, a session attended. Logging in is nothing done,
    and neither is a booster, which comes after the course.
    Whoever did nothing yet is not in the answer.
    """
    ids = enrolments.order_by().values("pk")

    def latest(model: type[Model], *moments: str, only: Q = EVERYTHING) -> Any:
        rows = model._default_manager.filter(only, enrolment__in=ids).order_by()
        moment = Coalesce(*moments) if len(moments) > 1 else moments[0]
        return rows.values_list("enrolment_id").annotate(at=Max(moment))

    parts = latest(LessonProgress, "completed_at", "opened_at").union(
        latest(Attempt, "submitted_at", "started_at", only=~Q(quiz_key__in=ALL_BOOSTER_KEYS)),
        latest(CaseRun, "ended_at", "started_at"),
        latest(PracticeObservation, "observed_at", only=Q(taken_back_at=None)),
        latest(Attendance, "session__starts_at", only=Q(state=AttendanceState.PRESENT)),
        all=True,
    )
    last: dict[int, datetime] = {}
    for enrolment_id, at in parts:
        last[enrolment_id] = max(at, last.get(enrolment_id, at))
    return last

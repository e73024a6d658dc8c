"""What a learner opened and did in an enrolment, whatever kind of item it is.

An item from which she was exempted counts as done.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Case, QuerySet, Value, When

from courses.enums import EndingKind
from courses.promises import CoursePromise
from lms.learning.models import (
    Attempt,
    CaseRun,
    Enrolment,
    Exemption,
    LessonProgress,
    PracticeObservation,
)


@dataclass(frozen=True)
class Progress:
    """Keys of the items that were opened, and of those that are done."""

    opened: frozenset[UUID] = frozenset()
    done: frozenset[UUID] = frozenset()

    def missing_before(self, promise: CoursePromise, key: UUID) -> tuple[UUID, ...]:
        """Return the keys of the items that must still be done before this item opens.

        What the release never promised cannot be asked for: nobody could ever do it.
        """
        return tuple(need for need in promised_needs(promise, key) if need not in self.done)


def promised_needs(promise: CoursePromise, key: UUID) -> tuple[UUID, ...]:
    """Return the keys of the promised items to be done before this item opens.

    The same for every learner of a release: whoever looks at many asks once for each item.
    """
    return tuple(need for need in promise.required_before(key) if promise.item(need) is not None)


def _parts(found: Any) -> list[QuerySet[Any, tuple[int, UUID, bool]]]:
    """Return whose and which item, and whether it is done, for each kind of record."""
    is_signed = Case(
        When(is_passed=True, taken_back_at__isnull=True, then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )
    is_finished = Case(
        When(completed_at__isnull=False, then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )
    always = Value(True, output_field=BooleanField())
    rows: list[tuple[QuerySet[Any], str, Any]] = [
        (LessonProgress.objects.all(), "lesson_key", is_finished),
        (Attempt.objects.done(), "quiz_key", always),
        (CaseRun.objects.filter(ending=EndingKind.SAFE), "case_key", always),
        (PracticeObservation.objects.all(), "item_key", is_signed),
        (Exemption.objects.all(), "item_key", always),
    ]
    return [
        kind.filter(enrolment__in=found)
        .annotate(is_done=is_done)
        .values_list("enrolment_id", key, "is_done")
        for kind, key, is_done in rows
    ]


def progress_by_enrolment(
    enrolments: Iterable[Enrolment], *, among: QuerySet[Enrolment] | None = None
) -> dict[int, Progress]:
    """Return the progress of each enrolment by its id, in one query for all.

    Args:
        enrolments: whose.
        among: a query that finds them, and perhaps more. With many enrolments the database reads
            it in place of a list of all their numbers, for which it may have no room.
    """
    ids = [enrolment.pk for enrolment in enrolments]
    if not ids:
        return {}
    found: Any = ids if among is None else among.order_by().values("pk")
    opened: dict[int, set[UUID]] = {pk: set() for pk in ids}
    done: dict[int, set[UUID]] = {pk: set() for pk in ids}
    first, *others = _parts(found)
    for enrolment_id, key, is_finished in first.union(*others, all=True):
        if enrolment_id not in opened:
            continue
        opened[enrolment_id].add(key)
        if is_finished:
            done[enrolment_id].add(key)
    return {pk: Progress(frozenset(opened[pk]), frozenset(done[pk])) for pk in ids}


def progress_in(enrolment: Enrolment) -> Progress:
    """Return the progress in one enrolment; one query."""
    return progress_by_enrolment([enrolment])[enrolment.pk]

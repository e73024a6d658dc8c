"""What a regrade does to one question of one attempt; the engine and the marker ask the same.

The engine calls `apply_regrades` when it marks an attempt that was under way while a question was
corrected; `lms.learning.marking` calls it for the attempts that had been handed in. No regrade ever
lowers a mark: only dropping a question can lower a result.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, Decimal
from typing import Any
from uuid import UUID

from courses.models import QuestionVersion
from courses.question_types import InvalidAnswer, question_type
from lms.learning.enums import RegradeKind
from lms.learning.models import AttemptItem, Regrade

PLACES = Decimal("0.0001")


@dataclass(frozen=True)
class Correction:
    """One thing that was decided about a question; `accepted` is a key of the type's `tallied`."""

    kind: RegradeKind
    accepted: str = ""


@dataclass(frozen=True)
class Standing:
    """How one question of one attempt stands."""

    mark: Decimal | None
    is_waiting: bool = False
    is_dropped: bool = False


def corrected(
    standing: Standing,
    *,
    max_mark: Decimal,
    version: QuestionVersion,
    given: Mapping[str, Any] | None,
    corrections: Sequence[Correction],
) -> Standing:
    """Return how the question stands after these corrections, in the order in which they were made.

    Doing it again changes nothing. What is dropped or earns the whole mark waits for nobody.
    Accepted answers add up: who gave one earns what the type gives for it, or keeps the better mark.
    """
    kind = question_type(version.kind)
    content: Any = None
    for correction in corrections:
        if correction.kind == RegradeKind.DROP:
            standing = replace(standing, is_dropped=True, is_waiting=False)
        elif correction.kind == RegradeKind.FULL_MARK:
            standing = replace(standing, mark=max_mark, is_waiting=False)
        elif given is not None and not standing.is_waiting:
            content = version.typed_content if content is None else content
            try:
                content = kind.accepting(content, correction.accepted)
            except InvalidAnswer:
                continue
            fraction = kind.mark(content, given)
            earned = (fraction * max_mark).quantize(PLACES, ROUND_FLOOR)
            standing = replace(standing, mark=max(earned, standing.mark or Decimal(0)))
    return standing


def apply_regrades(
    item: AttemptItem, given: Mapping[str, Any] | None, regrades: Iterable[Regrade]
) -> bool:
    """Bring one item in line with the regrades of its question; say whether anything changed.

    The item is changed in memory: the caller stores `mark`, `is_waiting` and `is_dropped`.
    """
    before = Standing(item.mark, item.is_waiting, item.is_dropped)
    after = corrected(
        before,
        max_mark=item.max_mark,
        version=item.question_version,
        given=given,
        corrections=[Correction(RegradeKind(one.kind), one.accepted) for one in regrades],
    )
    item.mark, item.is_waiting, item.is_dropped = after.mark, after.is_waiting, after.is_dropped
    return after != before


def regrades_of(quiz_key: UUID, version_ids: Iterable[int]) -> dict[int, list[Regrade]]:
    """Return the regrades of these versions in one quiz, oldest first; one query."""
    found: dict[int, list[Regrade]] = defaultdict(list)
    rows = Regrade.objects.filter(quiz_key=quiz_key, question_version__in=list(version_ids))
    for row in rows.order_by("made_at", "pk"):
        found[row.question_version_id].append(row)
    return found

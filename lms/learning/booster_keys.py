"""Under which keys boosters stand among attempts: no quiz of any course has them.

A booster is an attempt like any other, so that it is saved, marked and shown by the same engine. By
these keys whatever counts, lists or compares the attempts of a course leaves boosters out.
"""

from collections.abc import Mapping
from uuid import UUID

from lms.learning.enums import AfterInterval

BOOSTER_KEYS: Mapping[AfterInterval, UUID] = {
    AfterInterval.WEEK: UUID("d16f5ff9-3d84-5122-95a1-b7339e80b32e"),
    AfterInterval.MONTH: UUID("f7f7f35e-7580-5337-b5b5-ef8b6abdc024"),
    AfterInterval.QUARTER: UUID("30f4742b-b6e5-5c73-8841-24ac72072872"),
    AfterInterval.HALF_YEAR: UUID("b0afb284-34c1-5afe-8efc-739c80662be8"),
}
ALL_BOOSTER_KEYS = frozenset(BOOSTER_KEYS.values())


def is_booster(quiz_key: UUID) -> bool:
    """Whether an attempt with this key is a booster."""
    return quiz_key in ALL_BOOSTER_KEYS

"""What one step of an erasure is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.functional import Promise

from lms.accounts.models import User


class Fate(StrEnum):
    """What an erasure does with a kind of record."""

    DELETED = "deleted"
    EMPTIED = "emptied"
    DETACHED = "detached"
    KEPT = "kept"


@dataclass(frozen=True)
class Act:
    """One erasure: of whom, by whom, when; and whether her certificates can still be checked."""

    user: User
    acting_user: User | None
    now: datetime
    keeps_certificates: bool


@dataclass(frozen=True)
class Step:
    """One kind of record: what becomes of it, how many there are, how it is done, why some stay.

    `rule` says in plain words why rows stay that are EMPTIED, DETACHED or KEPT; it is empty where
    nothing stays.
    """

    key: str
    title: Promise
    fate: Fate
    count: Callable[[User], int]
    erase: Callable[[Act], None] | None = None
    rule: Promise | str = ""


EMPTIED = "—"
"""What is written in the place of a text that a constraint asks for."""

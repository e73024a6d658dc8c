"""How often a certificate may be checked.

A whole ministry may sit behind one address, so codes that exist are counted generously and only
those that do not exist strictly. An address over its limit gets no answer at all, right codes
included: else it could go on guessing. When strangers guess from everywhere at once, those who
guessed wrong before have to wait, and whoever holds a real certificate is still answered.
"""

import logging
from datetime import datetime

from certificates.enums import BurstKind
from lms.core.ratelimit import Limit, add_one, counts

logger = logging.getLogger(__name__)

UNKNOWN_PER_ADDRESS = Limit("check-unknown", most=30)
KNOWN_PER_ADDRESS = Limit("check-known", most=600)
UNKNOWN_OVERALL = Limit("check-unknown-overall", most=600)
FREE_MISTAKES = 3
"""Wrong codes that an address may have while somebody guesses from everywhere."""

FILES_PER_ADDRESS = Limit("check-file", most=30)
FILES_OVERALL = Limit("check-file-overall", most=240)
"""A file takes the server a hundred times as long as a code."""

EVERYBODY = "everybody"


def seconds_to_wait(network: str, *, now: datetime) -> int | None:
    """Return how long this address must wait before its next check; None if it need not."""
    pairs = (
        (UNKNOWN_PER_ADDRESS, network),
        (KNOWN_PER_ADDRESS, network),
        (UNKNOWN_OVERALL, EVERYBODY),
    )
    found = counts(pairs, now=now)
    mistakes = found[UNKNOWN_PER_ADDRESS]
    is_burst = found[UNKNOWN_OVERALL] >= UNKNOWN_OVERALL.most
    if (
        mistakes >= UNKNOWN_PER_ADDRESS.most
        or found[KNOWN_PER_ADDRESS] >= KNOWN_PER_ADDRESS.most
        or (is_burst and mistakes >= FREE_MISTAKES)
    ):
        return UNKNOWN_PER_ADDRESS.wait(now=now)
    return None


def note_check(network: str, *, is_known: bool, now: datetime) -> BurstKind | None:
    """Count one check; return what kind of burst of unknown codes begins with it, if one does.

    A burst is logged once a window, without address or code.
    """
    if is_known:
        add_one(KNOWN_PER_ADDRESS, network, now=now)
        return None
    mistakes = add_one(UNKNOWN_PER_ADDRESS, network, now=now)
    overall = add_one(UNKNOWN_OVERALL, EVERYBODY, now=now)
    if overall == UNKNOWN_OVERALL.most:
        logger.warning("Burst of unknown certificate codes: somebody may be guessing.")
        return BurstKind.EVERYWHERE
    return BurstKind.ONE_ADDRESS if mistakes == UNKNOWN_PER_ADDRESS.most else None


def file_seconds_to_wait(network: str, *, now: datetime) -> int | None:
    """Return how long this address must wait before its next file; None if it need not."""
    found = counts(((FILES_PER_ADDRESS, network), (FILES_OVERALL, EVERYBODY)), now=now)
    if any(number >= limit.most for limit, number in found.items()):
        return FILES_PER_ADDRESS.wait(now=now)
    return None


def note_file(network: str, *, now: datetime) -> None:
    """Count one file, before it is looked at."""
    add_one(FILES_PER_ADDRESS, network, now=now)
    add_one(FILES_OVERALL, EVERYBODY, now=now)

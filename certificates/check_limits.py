"""How often a certificate may be checked.

A whole ministry may sit behind one address, so codes that exist are counted generously and only
those that do not exist strictly. An address over its limit gets no answer at all, right codes
included: else it could go on guessing. When strangers guess from everywhere at once, those who
guessed wrong before have to wait, and whoever holds a real certificate is still answered.
"""

import logging
from datetime import datetime

from lms.core.ratelimit import Limit, add_one, counts

logger = logging.getLogger(__name__)

UNKNOWN_PER_ADDRESS = Limit("check-unknown", most=30)
KNOWN_PER_ADDRESS = Limit("check-known", most=600)
UNKNOWN_OVERALL = Limit("check-unknown-overall", most=600)
FREE_MISTAKES = 3
"""Wrong codes that an address may have while somebody guesses from everywhere."""

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


def note_check(network: str, *, is_known: bool, now: datetime) -> None:
    """Count one check; a burst of unknown codes is logged once a window, without address or code."""
    if is_known:
        add_one(KNOWN_PER_ADDRESS, network, now=now)
        return
    add_one(UNKNOWN_PER_ADDRESS, network, now=now)
    if add_one(UNKNOWN_OVERALL, EVERYBODY, now=now) == UNKNOWN_OVERALL.most:
        logger.warning("Burst of unknown certificate codes: somebody may be guessing.")

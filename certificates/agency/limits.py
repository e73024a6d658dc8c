"""How often an agency may check certificates: codes are counted, not requests.

All keys of an agency and its coordinators share one allowance, so that a list of 500 costs the same
however it comes. Codes that exist are counted generously; of those that do not exist, a whole list
may come at once (somebody chose the wrong column), and then the agency waits for the next minute.
"""

import logging
from dataclasses import dataclass
from datetime import datetime

from lms.core.ratelimit import Limit, add, add_one, counts

logger = logging.getLogger(__name__)

CODES_PER_AGENCY = Limit("agency-codes", most=3000)
UNKNOWN_PER_AGENCY = Limit("agency-unknown", most=120)
REFUSED_PER_ADDRESS = Limit("api-refused", most=60)


@dataclass(frozen=True)
class Allowance:
    """How many codes may be checked in a window, how many are left, and when the next one begins."""

    most: int
    left: int
    seconds: int


class TooManyChecksError(Exception):
    """The caller must wait until its next window."""

    def __init__(self, allowance: Allowance) -> None:
        super().__init__(allowance)
        self.allowance = allowance


def allowance_of(agency_id: int, *, now: datetime) -> Allowance:
    """Return what an agency may still check in this window."""
    who = str(agency_id)
    found = counts(((CODES_PER_AGENCY, who), (UNKNOWN_PER_AGENCY, who)), now=now)
    left = max(CODES_PER_AGENCY.most - found[CODES_PER_AGENCY], 0)
    if found[UNKNOWN_PER_AGENCY] >= UNKNOWN_PER_AGENCY.most:
        left = 0
    return Allowance(CODES_PER_AGENCY.most, left, CODES_PER_AGENCY.wait(now=now))


def admit(agency_id: int, *, codes: int, now: datetime) -> None:
    """Let an agency look up so many codes.

    Raises:
        TooManyChecksError: these are more than the agency may still check in this window.
    """
    allowance = allowance_of(agency_id, now=now)
    if codes > allowance.left:
        raise TooManyChecksError(allowance)


def note_codes(agency_id: int, *, codes: int, unknown: int, now: datetime) -> bool:
    """Count codes that were answered; return whether a burst of unknown ones begins with them.

    A burst is logged once a window, without any code.
    """
    who = str(agency_id)
    add(CODES_PER_AGENCY, who, number=codes, now=now)
    if not unknown:
        return False
    total = add(UNKNOWN_PER_AGENCY, who, number=unknown, now=now)
    is_burst = total - unknown < UNKNOWN_PER_AGENCY.most <= total
    if is_burst:
        logger.warning("Burst of unknown certificate codes from agency %s.", agency_id)
    return is_burst


def refusals_of(network: str, *, now: datetime) -> Allowance:
    """Return how many wrong keys an address may still try in this window."""
    found = counts(((REFUSED_PER_ADDRESS, network),), now=now)
    left = max(REFUSED_PER_ADDRESS.most - found[REFUSED_PER_ADDRESS], 0)
    return Allowance(REFUSED_PER_ADDRESS.most, left, REFUSED_PER_ADDRESS.wait(now=now))


def note_refusal(network: str, *, now: datetime) -> None:
    """Count one wrong key."""
    add_one(REFUSED_PER_ADDRESS, network, now=now)

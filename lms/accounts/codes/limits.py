"""How often wrong codes may be tried, as with wrong passwords."""

from datetime import datetime

from lms.core.ratelimit import Limit, add_one, counts

PER_ADDRESS = Limit("paper-code-address", most=10, seconds=60)
PER_ACCOUNT = Limit("paper-code-account", most=5, seconds=300)


def seconds_to_wait(*, network: str, username: str, now: datetime) -> int | None:
    """Return how long nobody may try from there, or for this user name; None if one may."""
    found = counts(_pairs(network, username), now=now)
    waits = [limit.wait(now=now) for limit, number in found.items() if number >= limit.most]
    return max(waits, default=None)


def note_wrong_code(*, network: str, username: str, now: datetime) -> None:
    """Count one wrong try; whether anybody has this user name makes no difference."""
    for limit, who in _pairs(network, username):
        add_one(limit, who, now=now)


def _pairs(network: str, username: str) -> list[tuple[Limit, str]]:
    return [(PER_ADDRESS, network), (PER_ACCOUNT, username.strip().lower())]

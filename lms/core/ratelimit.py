"""Counting in fixed windows over the shared cache.

Small on purpose: a limit is a name, a number and a window; the caller decides what to count and
what to do when there was too much. The counters of a database cache are not exact under fire, and
need not be. Windows are up to five minutes long: that is how long a cache keeps a counter.
"""

import hashlib
import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache

LONGEST_WINDOW = 300
IPV6_NETWORK = 64
"""Bits of an IPv6 address that name a customer; the rest is theirs to vary."""


@dataclass(frozen=True)
class Limit:
    """So many in so many seconds."""

    name: str
    most: int
    seconds: int = 60

    def __post_init__(self) -> None:
        if not 0 < self.seconds <= LONGEST_WINDOW:
            raise ValueError("a window is up to five minutes long")

    def key(self, who: str, *, now: datetime) -> str:
        """Return the counter's name; whoever is counted does not stand in it readably."""
        digest = hashlib.sha256(who.encode("utf-8", "replace")).hexdigest()[:32]
        return f"limit:{self.name}:{int(now.timestamp()) // self.seconds}:{digest}"

    def wait(self, *, now: datetime) -> int:
        """Return the seconds until the next window."""
        return self.seconds - int(now.timestamp()) % self.seconds


def add(limit: Limit, who: str, *, number: int, now: datetime) -> int:
    """Count so many events; return how many there are in this window."""
    key = limit.key(who, now=now)
    if cache.add(key, number, timeout=LONGEST_WINDOW):
        return number
    try:
        return int(cache.incr(key, number))
    except ValueError:  # it ran out in between
        return number


def add_one(limit: Limit, who: str, *, now: datetime) -> int:
    """Count one event; return how many there are in this window."""
    return add(limit, who, number=1, now=now)


def counts(pairs: Iterable[tuple[Limit, str]], *, now: datetime) -> Mapping[Limit, int]:
    """Return how many events each limit has counted for its person, in one look at the cache."""
    keys = {limit: limit.key(who, now=now) for limit, who in pairs}
    found = cache.get_many(list(keys.values()))
    return {limit: int(found.get(key, 0)) for limit, key in keys.items()}


def network_of(address: str) -> str:
    """Return what is counted as one address: an IPv4 address, or an IPv6 network of 64 bits."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, IPV6_NETWORK), strict=False))

"""How long one has to wait after passwords that were not right.

The first tries are free; then each wrong one makes the next wait twice as long, up to a ceiling. A
try that comes too early is not looked at and not counted, so nobody makes another wait for longer
than the ceiling. A day without a wrong password forgets all of it.

Known and unknown accounts are counted in the same way. A thousand passwords from one address meet
the network's tally after ten; from a thousand addresses, the account's after five: then four an
hour are compared, whoever sends them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from lms.accounts.models import SignInTally
from lms.accounts.signing_in.doors import Door, door_of

FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Patience:
    """So many free tries; then a wait of so many seconds, doubled each time up to the longest."""

    free: int
    first: int
    longest: int

    def wait(self, failures: int) -> timedelta:
        """Return how long to wait after so many wrong tries."""
        if failures < self.free:
            return timedelta(0)
        return timedelta(seconds=min(self.first * 2 ** min(failures - self.free, 16), self.longest))


ACCOUNT = Patience(free=5, first=60, longest=900)
NETWORK = Patience(free=10, first=60, longest=300)
DEVICE = Patience(free=10, first=60, longest=300)


def _patience(door: Door, digest: str) -> Patience:
    if digest == door.device:
        return DEVICE
    return ACCOUNT if digest == door.account else NETWORK


@transaction.atomic
def take_try(door: Door, *, now: datetime) -> int:
    """Count a try before the password is compared; return 0, or the seconds to wait instead.

    It is counted first so that a thousand tries at the same moment are a thousand tries; one that
    turned out right is given back by `give_back`.
    """
    wait = _longest_wait(door, SignInTally.objects.filter(digest__in=door.digests), now=now)
    if wait:  # made-up logins from a network that has to wait leave no row
        return wait
    for digest in sorted(door.digests):
        SignInTally.objects.get_or_create(digest=digest, defaults={"last_at": now})
    rows = SignInTally.objects.select_for_update().filter(digest__in=door.digests)
    tallies = list(rows.order_by("digest"))
    wait = _longest_wait(door, tallies, now=now)
    if wait:
        return wait
    for one in tallies:
        is_old = one.last_at <= now - FORGOTTEN_AFTER
        one.failures = 1 if is_old else one.failures + 1
        one.last_at = now
        one.save(update_fields=["failures", "last_at"])
    return 0


def _longest_wait(door: Door, tallies: Iterable[SignInTally], *, now: datetime) -> int:
    waits = (_seconds_left(one, _patience(door, one.digest), now=now) for one in tallies)
    return max(waits, default=0)


def _seconds_left(tally: SignInTally, patience: Patience, *, now: datetime) -> int:
    left = tally.last_at + patience.wait(tally.failures) - now
    return max(0, -(-int(left.total_seconds() * 1000) // 1000))


@transaction.atomic
def give_back(door: Door) -> None:
    """Uncount a try whose password was right.

    The account's tally is cleared where its owner came in by a way that is counted for it; the
    network's loses one only, or an attacker would clear it by logging in to an account of his own.
    Nobody else of the network waits because of it: a class shares one address.
    """
    if door.device:
        SignInTally.objects.filter(digest=door.device).delete()
        return
    SignInTally.objects.filter(digest=door.account).delete()
    network = SignInTally.objects.select_for_update().filter(digest=door.network).first()
    if network is not None and network.failures:
        network.failures -= 1
        network.last_at -= NETWORK.wait(network.failures)
        network.save(update_fields=["failures", "last_at"])


def forget_account(login: str) -> None:
    """Forget the wrong passwords of an account whose owner proved that the mailbox is hers."""
    door = door_of(login=login, address="", device_digest="")
    SignInTally.objects.filter(digest=door.account).delete()


def forget_old_tallies(*, now: datetime) -> int:
    """Delete what was counted more than a day ago; return how many rows."""
    return SignInTally.objects.filter(last_at__lte=now - FORGOTTEN_AFTER).delete()[0]

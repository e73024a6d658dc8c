"""Fixed windows over the cache."""

from datetime import UTC, datetime, timedelta

import pytest

from lms.core.ratelimit import Limit, add_one, counts, network_of

NOW = datetime(2026, 11, 24, 17, 0, 10, tzinfo=UTC)
LIMIT = Limit("test", most=3)
OTHER = Limit("other", most=3, seconds=300)


def test_counts_each_person_and_limit_alone() -> None:
    assert [add_one(LIMIT, "ana", now=NOW) for _ in range(3)] == [1, 2, 3]
    assert add_one(LIMIT, "carla", now=NOW) == 1
    assert add_one(OTHER, "ana", now=NOW) == 1
    assert counts(((LIMIT, "ana"), (OTHER, "carla")), now=NOW) == {LIMIT: 3, OTHER: 0}


def test_next_window_starts_from_nothing() -> None:
    add_one(LIMIT, "ana", now=NOW)
    later = NOW + timedelta(seconds=LIMIT.wait(now=NOW))

    assert LIMIT.wait(now=NOW) == 50
    assert counts(((LIMIT, "ana"),), now=later) == {LIMIT: 0}
    assert add_one(LIMIT, "ana", now=later) == 1


def test_counter_does_not_name_whom_it_counts() -> None:
    assert "192.0.2.7" not in LIMIT.key("192.0.2.7", now=NOW)


@pytest.mark.parametrize("seconds", [0, -1, 301])
def test_window_has_bounds(seconds: int) -> None:
    with pytest.raises(ValueError, match="five minutes"):
        Limit("x", most=1, seconds=seconds)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", "unknown"),
        ("no address", "unknown"),
    ],
)
def test_network_of_groups_what_belongs_to_one_customer(address: str, network: str) -> None:
    assert network_of(address) == network

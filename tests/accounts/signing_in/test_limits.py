"""A thousand wrong passwords, from one address and from a thousand; and the owner gets in."""

from datetime import datetime, timedelta

import pytest

from lms.accounts.models import KnownDevice, SignInTally, User
from lms.accounts.signing_in.doors import Door, door_of
from lms.accounts.signing_in.limits import (
    ACCOUNT,
    forget_account,
    forget_old_tallies,
    give_back,
    take_try,
)
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def address_of(number: int) -> str:
    return f"10.{number // 250}.{number % 250}.1"


def compared(doors: list[Door], *, now: datetime, every: timedelta) -> int:
    """Return how many of these tries had their password compared."""
    return sum(take_try(door, now=now + every * number) == 0 for number, door in enumerate(doors))


def door(user: User, *, address: str = "10.0.0.1", device: str = "") -> Door:
    return door_of(login=user.email or "", address=address, device_digest=device)


def test_thousand_passwords_from_one_address_meet_its_tally(now: datetime) -> None:
    doors = [
        door_of(login=f"p{number}@correo.test", address="10.0.0.1", device_digest="")
        for number in range(200)
    ]

    assert compared(doors, now=now, every=timedelta(seconds=1)) == 12


def test_thousand_passwords_from_a_thousand_addresses_meet_the_accounts(now: datetime) -> None:
    user = UserFactory()
    doors = [door(user, address=address_of(number)) for number in range(200)]

    assert compared(doors, now=now, every=timedelta(seconds=18)) == 11  # within an hour


def test_owner_gets_in_on_a_device_that_she_used_before(now: datetime) -> None:
    user = UserFactory()
    KnownDevice.objects.create(user=user, digest="d" * 64, created_at=now)
    for number in range(8):
        take_try(door(user, address=address_of(number)), now=now)

    waits = [take_try(door(user, device=device), now=now) for device in ("", "d" * 64, "e" * 64)]

    assert [wait > 0 for wait in waits] == [True, False, True]


def test_owner_waits_a_quarter_of_an_hour_at_most(now: datetime) -> None:
    user = UserFactory()
    at = now
    for _try in range(40):
        at += timedelta(seconds=ACCOUNT.longest)
        take_try(door(user), now=at)

    assert 0 < take_try(door(user), now=at) <= ACCOUNT.longest
    assert take_try(door(user), now=at + timedelta(seconds=ACCOUNT.longest)) == 0


def test_tries_that_come_too_early_make_nobody_wait_longer(now: datetime) -> None:
    user = UserFactory()
    for _try in range(5):
        take_try(door(user), now=now)

    waits = {take_try(door(user), now=now + timedelta(seconds=9)) for _try in range(30)}

    assert waits == {51}


def test_right_password_clears_the_account_and_not_the_network(now: datetime) -> None:
    user = UserFactory()
    for _try in range(4):
        take_try(door(user), now=now)

    give_back(door(user))

    here = door(user)
    left = dict(SignInTally.objects.values_list("digest", "failures"))
    assert left == {here.network: 3}


def test_email_and_user_name_are_one_account_and_unknown_ones_count_alike(now: datetime) -> None:
    user = UserFactory(username="palta.verde")
    logins = (user.email or "", "PALTA.verde", "nadie@correo.test")

    doors = [door_of(login=login, address="10.0.0.1", device_digest="") for login in logins]

    assert doors[0] == doors[1] != doors[2]
    assert {one.device for one in doors} == {""}


def test_tallies_name_nobody_and_go_after_a_day(now: datetime) -> None:
    user = UserFactory()
    take_try(door(user), now=now)

    digests = SignInTally.objects.values_list("digest", flat=True)
    assert all(len(one) == 64 and user.email not in one for one in digests)
    assert forget_old_tallies(now=now + timedelta(days=1)) == 2


def test_right_passwords_of_a_class_behind_one_address_hold_nobody_up(now: datetime) -> None:
    for number in range(14):
        at = now + timedelta(minutes=5 * number)
        take_try(door(UserFactory(), address="10.0.0.9"), now=at)
    at += timedelta(minutes=5)

    waits = []
    for _person in range(3):
        one = door(UserFactory(), address="10.0.0.9")
        waits.append(take_try(one, now=at))
        give_back(one)

    wrong = door(UserFactory(), address="10.0.0.9")
    take_try(wrong, now=at)
    assert waits == [0, 0, 0]
    assert take_try(wrong, now=at) == 300


def test_made_up_logins_from_a_network_that_has_to_wait_leave_no_row(now: datetime) -> None:
    doors = [
        door_of(login=f"p{number}@correo.test", address="10.0.0.1", device_digest="")
        for number in range(30)
    ]

    compared(doors, now=now, every=timedelta(0))

    assert SignInTally.objects.count() == 11  # the network's, and those of ten that were compared


def test_reset_by_mail_forgets_the_wrong_passwords_of_the_account(now: datetime) -> None:
    user = UserFactory()
    for number in range(6):
        take_try(door(user, address=address_of(number)), now=now)

    forget_account(user.email or "")

    assert take_try(door(user, address="10.9.9.9"), now=now) == 0

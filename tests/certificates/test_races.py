"""Row 9 of the attack table, for certificates: many requests at the same moment.

Each has a connection of its own to a real database, on SQLite and on PostgreSQL.
"""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from certificates import services
from certificates.enums import RevocationClass
from certificates.models import Certificate, Issuance, SignedCredential, StatusEntry, StatusList
from certificates.services import AlreadySettledError
from lms.accounts.enums import StaffRole
from lms.core.models import AuditEvent
from lms.core.queries import read_reason
from tests.factories import EnrolmentFactory, UserFactory, make_course, release_course_for_tests
from tests.factories.certificates import complete, make_certificate

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.xdist_group("races"),  # so many connections at once are enough for one server
]

CROWD = 8
ROUNDS = 5
"""By hand it was 50 at once and 20 rounds on both databases: see docs/threat-model.md."""


@pytest.fixture(autouse=True)
def _no_rendering(monkeypatch: pytest.MonkeyPatch) -> None:
    """Send no task: what is raced here is the row, and the worker has tests of its own."""
    monkeypatch.setattr("lms.core.outbox.send_now", lambda name, **ids: None)


def all_at_once(work: Callable[[int], Any], count: int = CROWD) -> list[Any]:
    """Return what each of `count` threads answered, all let go at the same moment."""
    barrier = Barrier(count)

    def run(number: int) -> Any:
        try:
            barrier.wait(timeout=30)
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=count) as pool:
        return list(pool.map(run, range(count)))


def test_requests_at_once_give_one_certificate(now: datetime) -> None:
    release = release_course_for_tests(make_course())
    for number in range(1, ROUNDS + 1):
        enrolment = complete(EnrolmentFactory(release=release), now=now)
        made = all_at_once(
            lambda _number, one=enrolment: services.request_certificate(enrolment=one, now=now).pk
        )

        assert len(set(made)) == 1
        assert Certificate.objects.filter(enrolment=enrolment).count() == 1
        assert Issuance.objects.count() == StatusEntry.objects.count() == number
        assert AuditEvent.objects.filter(action="certificate_issued").count() == number
    assert StatusList.objects.count() == 1


def test_certificates_of_many_at_once_get_places_of_their_own(now: datetime) -> None:
    release = release_course_for_tests(make_course())
    enrolments = [complete(EnrolmentFactory(release=release), now=now) for _number in range(CROWD)]
    all_at_once(lambda number: services.request_certificate(enrolment=enrolments[number], now=now))

    places = set(StatusEntry.objects.values_list("status_list__number", "index"))
    assert len(places) == Certificate.objects.count() == CROWD
    assert {number for number, _index in places} == {1}


def settled(work: Callable[[], Any]) -> str:
    """Return whether a change of state was made, or came too late."""
    try:
        work()
    except AlreadySettledError:
        return "too late"
    return "made"


def test_revoking_at_once_is_done_once(now: datetime) -> None:
    certificate = make_certificate(now=now)
    administrator = UserFactory(role=StaffRole.ADMINISTRATOR)

    def revoke(number: int) -> str:
        return settled(
            lambda: services.revoke_certificate(
                certificate=certificate,
                revocation_class=RevocationClass.ISSUED_IN_ERROR,
                reason=f"motivo {number}",
                acting_user=administrator,
                now=now,
            )
        )

    said = Counter(all_at_once(revoke))
    events = AuditEvent.objects.filter(action="certificate_revoked")
    assert said == {"made": 1, "too late": CROWD - 1}
    assert read_reason(events.get()) == Certificate.objects.get().revocation_reason


def test_revoking_and_replacing_at_once_end_in_one_of_both(now: datetime) -> None:
    certificate = make_certificate(now=now)
    administrator = UserFactory(role=StaffRole.ADMINISTRATOR)

    def either(number: int) -> str:
        if number % 2:
            return settled(
                lambda: services.replace_certificate(
                    certificate=certificate,
                    acting_user=administrator,
                    reason="motivo",
                    now=now,
                )
            )
        return settled(
            lambda: services.revoke_certificate(
                certificate=certificate,
                revocation_class=RevocationClass.HOLDER_REQUEST,
                reason="motivo",
                acting_user=administrator,
                now=now,
            )
        )

    said = Counter(all_at_once(either))
    old = Certificate.objects.get(pk=certificate.pk)
    assert said == {"made": 1, "too late": CROWD - 1}
    assert (old.revoked_at is None) is (old.replaced_by_id is not None)
    standing = Certificate.objects.filter(revoked_at=None, replaced_by=None).count()
    assert standing == (1 if old.replaced_by_id else 0)
    assert Issuance.objects.count() == StatusEntry.objects.count() == Certificate.objects.count()


def test_signing_at_once_keeps_one_credential(now: datetime) -> None:
    certificate = make_certificate(now=now)
    services.ensure_keys(now=now)
    texts = all_at_once(
        lambda _number: services.sign_certificate(certificate=certificate, now=now).json_text
    )

    assert len(set(texts)) == 1
    assert SignedCredential.objects.get().json_text == texts[0]

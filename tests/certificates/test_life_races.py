"""Many workers and administrators at the same moment: each thing happens once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from certificates import services
from certificates.enums import CertificateState, ProposalState, RevocationClass
from certificates.models import Certificate, CertificateProposal, Reminder
from certificates.services import issuing, reminders
from lms.accounts.enums import StaffRole
from lms.core.models import AuditEvent
from lms.learning.models import Notice
from tests.certificates.life_scene import LifeScene
from tests.factories import UserFactory

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.xdist_group("races"),
]
CROWD = 8


@pytest.fixture
def scene(now: datetime, monkeypatch: pytest.MonkeyPatch) -> LifeScene:
    """Two courses; no file is made meanwhile, because threads may not share the renderer."""
    monkeypatch.setattr(issuing, "send_on_commit", lambda *_args, **_ids: None)
    return LifeScene(now)


def without_mail(number: int = 0) -> dict[str, Any]:
    return {"email": None, "username": f"persona-{number}"}


def all_at_once(work: Callable[[int], Any]) -> list[Any]:
    barrier = Barrier(CROWD)

    def run(number: int) -> Any:
        try:
            barrier.wait(timeout=30)
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=CROWD) as pool:
        return list(pool.map(run, range(CROWD)))


def test_many_workers_remind_once(scene: LifeScene, now: datetime) -> None:
    certificate = scene.certificate(days_left=20, **without_mail())

    told = all_at_once(
        lambda _number: reminders.remind_holder(
            certificate_id=certificate.pk, days=30, after_days=7, refreshers={}, now=now
        )
    )

    assert sorted(told) == [False] * (CROWD - 1) + [True]
    assert (Reminder.objects.count(), Notice.objects.count()) == (1, 1)


def outcome(work: Callable[[], Any]) -> str:
    try:
        work()
    except (services.AlreadySettledError, services.ProposalRefused):
        return "refused"
    return "done"


def test_many_administrators_ask_once_and_decide_once(
    scene: LifeScene, now: datetime, settings: Any
) -> None:
    settings.REQUIRE_TWO_PERSON_CERTIFICATES = True
    certificate = scene.certificate(**without_mail())
    crowd = [UserFactory(role=StaffRole.ADMINISTRATOR) for _ in range(CROWD)]

    def ask(number: int) -> str:
        return outcome(
            lambda: services.ask_to_revoke(
                certificate=certificate,
                revocation_class=RevocationClass.ISSUER_DECISION,
                reason="x",
                acting_user=crowd[number],
                now=now,
            )
        )

    def decide(number: int) -> str:
        step = services.approve_proposal if number % 2 else services.refuse_proposal
        return outcome(lambda: step(proposal=proposal, acting_user=others[number], now=now))

    asked = all_at_once(ask)
    proposal = CertificateProposal.objects.get()
    asker = proposal.proposed_by
    others = [UserFactory() if user == asker else user for user in crowd]
    decided = all_at_once(decide)

    assert sorted(asked) == sorted(decided) == ["done", *["refused"] * (CROWD - 1)]
    proposal.refresh_from_db()
    state = Certificate.objects.get().state(now=now)
    assert (proposal.state, state) in {
        (ProposalState.APPROVED, CertificateState.REVOKED),
        (ProposalState.REFUSED, CertificateState.VALID),
    }


def test_many_replacements_make_one_new_certificate(scene: LifeScene, now: datetime) -> None:
    certificate = scene.certificate(**without_mail())
    crowd = [UserFactory(role=StaffRole.ADMINISTRATOR) for _ in range(CROWD)]

    found = all_at_once(
        lambda number: outcome(
            lambda: services.replace_certificate(
                certificate=certificate, acting_user=crowd[number], reason="x", now=now
            )
        )
    )

    assert sorted(found) == ["done", *["refused"] * (CROWD - 1)]
    assert Certificate.objects.count() == 2
    assert AuditEvent.objects.filter(action="certificate_replaced").count() == 1

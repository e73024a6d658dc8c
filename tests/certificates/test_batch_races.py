"""Many presses and many workers at the same moment, on a real database: each certificate once."""

from datetime import datetime
from typing import Any

import pytest

from certificates import services
from certificates.models import Certificate, Issuance, IssueBatch, IssueItem
from lms.core.enums import OutboxState
from lms.core.models import AuditEvent
from tests.factories.cohorts import completed_in, make_cohort
from tests.learning.attempts.test_races import all_at_once
from tests.learning.cast import make_cast

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.xdist_group("races"),
    pytest.mark.filterwarnings("ignore:task_always_eager has no effect"),
]
CROWD = 8
PEOPLE = 10


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files take no time (threads must not render), and messages go nowhere."""
    monkeypatch.setattr(
        "certificates.services.rendering.render_certificate", lambda _certificate, **_when: b"%PDF-"
    )
    monkeypatch.setattr("certificates.services.batches.send_on_commit", lambda *_a, **_k: None)
    monkeypatch.setattr("certificates.services.batches.send_now", lambda *_a, **_k: None)


def test_many_presses_and_many_workers_issue_each_once(now: datetime) -> None:
    cast = make_cast()
    cohort = make_cohort(cast.release)
    enrolments = {completed_in(cohort, now=now).pk for _one in range(PEOPLE)}

    started = all_at_once(
        lambda _number: services.start_batch(cohort=cohort, acting_user=cast.trainer, now=now).pk,
        CROWD,
    )
    made: list[Any] = all_at_once(
        lambda _number: services.work_batch(batch_id=started[0], clock=lambda: now), CROWD
    )

    assert len(set(started)) == 1
    assert sum(made) == PEOPLE
    assert set(Certificate.objects.values_list("enrolment_id", flat=True)) == enrolments
    assert Certificate.objects.count() == Issuance.objects.count() == PEOPLE
    rows = IssueItem.objects.values_list("state", "tries")
    assert list(rows) == [(OutboxState.DONE, 1)] * PEOPLE
    assert IssueBatch.objects.get().finished_at == now
    events = AuditEvent.objects.filter(action__in=("batch_started", "batch_finished"))
    assert events.count() == 2

"""Issuing to a cohort: each exactly once, stopped, gone on with, tried again."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from django.db import transaction

from certificates import pdf, services
from certificates.models import Certificate, Issuance, IssueBatch, IssueItem
from certificates.services import batches
from certificates.services.batches import LANES, MOST_TRIES, quiet
from certificates.services.rendering import LOST_WORKER, render_lease
from lms.core.enums import OutboxState
from lms.core.models import AuditEvent
from lms.learning.enums import CertificateTiming
from lms.learning.models import Cohort
from lms.learning.signals import course_completed
from tests.factories import EnrolmentFactory, UserFactory
from tests.factories.certificates import complete
from tests.factories.cohorts import completed_in, make_cohort
from tests.learning.cast import Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def cohort(cast: Cast) -> Cohort:
    return make_cohort(cast.release)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, int]]]:
    """Note every message, also those that wait for the end of the transaction; send none."""
    found: list[tuple[str, dict[str, int]]] = []

    def note(name: str, **ids: int) -> None:
        found.append((name, ids))

    for module in ("batches", "issuing", "rendering"):
        for function in ("send_on_commit", "send_now"):
            monkeypatch.setattr(f"certificates.services.{module}.{function}", note, raising=False)
    return found


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a file take no time: how it looks is tested elsewhere."""

    def rendered(certificate: Certificate, **_when: Any) -> bytes:
        return f"%PDF- {certificate.code}".encode()

    monkeypatch.setattr("certificates.services.rendering.render_certificate", rendered)


def start(cohort: Cohort, cast: Cast, now: datetime) -> IssueBatch:
    return services.start_batch(cohort=cohort, acting_user=cast.trainer, now=now)


def work(batch: IssueBatch, now: datetime) -> int:
    return services.work_batch(batch_id=batch.pk, clock=lambda: now)


def states(batch: IssueBatch) -> list[str]:
    return list(
        IssueItem.objects.filter(batch=batch).order_by("pk").values_list("state", flat=True)
    )


def actions() -> list[str]:
    rows = AuditEvent.objects.filter(action__startswith="batch").order_by("pk")
    return list(rows.values_list("action", flat=True))


@pytest.mark.parametrize(
    ("timing", "certificates"),
    [(CertificateTiming.AT_COMPLETION, 1), (CertificateTiming.BY_TRAINER, 0)],
)
def test_completion_issues_at_once_or_leaves_it_to_the_trainer(
    cast: Cast, now: datetime, timing: CertificateTiming, certificates: int
) -> None:
    enrolment = completed_in(make_cohort(cast.release, timing=timing), now=now)

    with transaction.atomic():
        course_completed.send(sender=None, enrolment=enrolment, now=now)

    assert Certificate.objects.filter(enrolment=enrolment).count() == certificates


def test_press_makes_a_row_for_everybody_who_waits_and_sends_a_few_messages(
    cast: Cast, cohort: Cohort, now: datetime, sent: list[Any]
) -> None:
    waiting = [completed_in(cohort, now=now) for _one in range(3)]
    certified = completed_in(cohort, now=now)
    services.request_certificate(enrolment=certified, now=now)
    completed_in(make_cohort(cast.release), now=now)
    complete(EnrolmentFactory(release=cast.release), now=now)
    EnrolmentFactory(release=cast.release, cohort=cohort)
    nameless = completed_in(cohort, now=now)
    type(nameless.learner).objects.filter(pk=nameless.learner_id).update(full_name="")
    sent.clear()

    batch = start(cohort, cast, now)

    rows = IssueItem.objects.filter(batch=batch).values_list("enrolment_id", flat=True)
    assert sorted(rows) == sorted(one.pk for one in waiting)
    assert (batch.created_by, batch.created_at) == (cast.trainer, now)
    assert sent == [("certificates.work_batch", {"batch_id": batch.pk})] * LANES
    assert Certificate.objects.count() == 1


def test_second_press_returns_the_batch_that_is_under_way(
    cast: Cast, cohort: Cohort, now: datetime, sent: list[Any]
) -> None:
    completed_in(cohort, now=now)
    first = start(cohort, cast, now)
    sent.clear()

    assert start(cohort, cast, now) == first
    assert (sent, actions()) == ([], ["batch_started"])


def test_press_with_nobody_waiting_is_refused(cast: Cast, cohort: Cohort, now: datetime) -> None:
    with pytest.raises(services.BatchRefused):
        start(cohort, cast, now)

    assert IssueBatch.objects.count() == 0


def test_turn_issues_and_renders_each_once_and_finishes(
    cast: Cast, cohort: Cohort, now: datetime, sent: list[Any]
) -> None:
    enrolments = [completed_in(cohort, now=now) for _one in range(2)]
    batch = start(cohort, cast, now)
    sent.clear()

    assert work(batch, now) == 2
    assert work(batch, now) == 0

    batch.refresh_from_db()
    rows = IssueItem.objects.filter(batch=batch).order_by("pk")
    assert [(row.state, row.tries, row.done_at) for row in rows] == [(OutboxState.DONE, 1, now)] * 2
    assert [row.certificate.enrolment_id for row in rows] == [one.pk for one in enrolments]
    assert Certificate.objects.count() == 2
    assert [one.state for one in Issuance.objects.all()] == [OutboxState.DONE] * 2
    assert (batch.finished_at, sent) == (now, [])
    assert actions() == ["batch_started", "batch_finished"]
    issued = AuditEvent.objects.filter(action="certificate_issued")
    assert set(issued.values_list("actor_id", flat=True)) == {cast.trainer.pk}


def test_turn_is_short_and_asks_for_another(
    cast: Cast,
    cohort: Cohort,
    now: datetime,
    sent: list[Any],
    quick: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for _one in range(3):
        completed_in(cohort, now=now)
    batch = start(cohort, cast, now)
    sent.clear()
    monkeypatch.setattr(batches, "ITEMS_AT_ONCE", 2)

    assert work(batch, now) == 2
    assert sent == [("certificates.work_batch", {"batch_id": batch.pk})]
    assert work(batch, now) == 1
    assert len(sent) == 1


def test_certificate_is_dated_by_its_own_row(
    cast: Cast, cohort: Cohort, now: datetime, sent: list[Any], quick: None
) -> None:
    for _one in range(2):
        completed_in(cohort, now=now)
    batch = start(cohort, cast, now)
    ticks = (now + timedelta(seconds=number) for number in count())

    services.work_batch(batch_id=batch.pk, clock=lambda: next(ticks))

    assert len(set(Certificate.objects.values_list("issued_at", flat=True))) == 2


def test_stopped_batch_gives_no_row_until_it_goes_on(
    cast: Cast, cohort: Cohort, now: datetime, sent: list[Any], quick: None
) -> None:
    for _one in range(2):
        completed_in(cohort, now=now)
    batch = start(cohort, cast, now)

    for _press in range(2):
        services.stop_batch(batch=batch, acting_user=cast.trainer, now=now)
    assert (work(batch, now), Certificate.objects.count()) == (0, 0)
    sent.clear()
    for _press in range(2):
        services.resume_batch(batch=batch, acting_user=cast.trainer, now=now)

    assert sent == [("certificates.work_batch", {"batch_id": batch.pk})] * LANES
    assert work(batch, now) == 2
    assert actions() == ["batch_started", "batch_stopped", "batch_resumed", "batch_finished"]


def test_row_that_another_worker_holds_is_left_and_taken_when_its_lease_is_over(
    cast: Cast, cohort: Cohort, now: datetime, sent: list[Any], quick: None
) -> None:
    completed_in(cohort, now=now)
    batch = start(cohort, cast, now)
    IssueItem.objects.claim(IssueItem.objects.get().pk, now=now, lease=render_lease())

    assert work(batch, now) == 0
    batch.refresh_from_db()
    assert batch.finished_at is None
    assert work(batch, now + render_lease() + timedelta(seconds=1)) == 1


def test_worker_killed_after_the_certificate_leaves_one(
    cast: Cast, cohort: Cohort, now: datetime, sent: list[Any], quick: None
) -> None:
    enrolment = completed_in(cohort, now=now)
    batch = start(cohort, cast, now)
    IssueItem.objects.claim(IssueItem.objects.get().pk, now=now, lease=render_lease())
    left_behind = services.request_certificate(enrolment=enrolment, now=now, sends_task=False)

    assert work(batch, now + render_lease() + timedelta(seconds=1)) == 1

    assert Certificate.objects.get() == left_behind
    assert IssueItem.objects.get().certificate == left_behind


def test_file_that_another_worker_holds_costs_no_try(
    cast: Cast, cohort: Cohort, now: datetime, sent: list[Any], quick: None
) -> None:
    enrolment = completed_in(cohort, now=now)
    batch = start(cohort, cast, now)
    certificate = services.request_certificate(enrolment=enrolment, now=now, sends_task=False)
    file_row = certificate.issuance.pk
    Issuance.objects.claim(file_row, now=now - timedelta(seconds=60), lease=render_lease())

    assert work(batch, now) == 0

    row, held = IssueItem.objects.get(), Issuance.objects.get(pk=file_row)
    assert (row.tries, row.claimed_until) == (0, held.claimed_until)
    assert work(batch, now + timedelta(seconds=61)) == 1


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Break every file until `undo` is called."""

    def raising(certificate: Certificate, **_when: Any) -> bytes:
        raise LookupError("a broken design")

    with monkeypatch.context() as patch:
        patch.setattr("certificates.services.rendering.render_certificate", raising)
        yield patch


def fail(batch: IssueBatch, now: datetime) -> None:
    with pytest.raises(LookupError):
        work(batch, now)


def test_failure_is_noted_on_its_row_and_the_others_go_on(
    cast: Cast,
    cohort: Cohort,
    now: datetime,
    sent: list[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bad, good = completed_in(cohort, now=now), completed_in(cohort, now=now)

    def render(certificate: Certificate, **_when: Any) -> bytes:
        if certificate.enrolment_id == bad.pk:
            raise LookupError("a broken design")
        return b"%PDF-"

    monkeypatch.setattr("certificates.services.rendering.render_certificate", render)
    batch = start(cohort, cast, now)
    sent.clear()

    fail(batch, now)
    assert sent == [("certificates.work_batch", {"batch_id": batch.pk})]
    assert work(batch, now) == 1

    rows = dict(IssueItem.objects.values_list("enrolment_id", "failure"))
    assert rows == {bad.pk: "LookupError: a broken design", good.pk: ""}
    assert states(batch) == [OutboxState.PENDING, OutboxState.DONE]


def test_failure_is_given_up_and_tried_again_by_the_trainer(
    cast: Cast,
    cohort: Cohort,
    now: datetime,
    sent: list[Any],
    broken: pytest.MonkeyPatch,
) -> None:
    completed_in(cohort, now=now)
    batch = start(cohort, cast, now)
    for _try in range(MOST_TRIES):
        fail(batch, now)
        now += render_lease() + timedelta(seconds=1)
    assert states(batch) == [OutboxState.FAILED]
    assert work(batch, now) == 0
    batch.refresh_from_db()
    assert batch.finished_at == now
    broken.undo()
    broken.setattr(
        "certificates.services.rendering.render_certificate", lambda _one, **_when: b"%PDF-"
    )
    Issuance.objects.update(state=OutboxState.FAILED)
    broken.setattr(batches, "send_on_commit", lambda name, **ids: sent.append((name, ids)))
    sent.clear()

    for _press in range(2):
        batch = services.retry_batch(batch=batch, acting_user=cast.trainer, now=now)
    assert (batch.finished_at, work(batch, now)) == (None, 1)

    row = IssueItem.objects.get()
    assert (row.state, row.tries, row.failure) == (OutboxState.DONE, 1, "")
    assert Certificate.objects.count() == 1
    assert [name for name, _ids in sent] == ["certificates.work_batch"] * LANES


def test_retry_waits_for_a_newer_batch(
    cast: Cast, cohort: Cohort, now: datetime, sent: list[Any]
) -> None:
    completed_in(cohort, now=now)
    old = start(cohort, cast, now)
    IssueItem.objects.update(state=OutboxState.FAILED, failure="x")
    services.finish_batch(batch_id=old.pk, now=now)
    completed_in(cohort, now=now)
    start(cohort, cast, now)

    with pytest.raises(services.BatchRefused):
        services.retry_batch(batch=old, acting_user=cast.trainer, now=now)


def test_sweep_goes_on_with_what_stands_still(
    cast: Cast, cohort: Cohort, now: datetime, sent: list[Any], quick: None
) -> None:
    for _one in range(2):
        completed_in(cohort, now=now)
    batch = start(cohort, cast, now)
    sent.clear()

    assert services.resend_batches(now=now) == 0
    late = now + quiet() + timedelta(seconds=1)
    IssueItem.objects.claim(IssueItem.objects.order_by("pk")[0].pk, now=late, lease=render_lease())
    assert services.resend_batches(now=late) == 0
    assert sent == []
    later = late + quiet() + timedelta(seconds=1)
    assert services.resend_batches(now=later) == 1
    assert sent == [("certificates.work_batch", {"batch_id": batch.pk})] * LANES
    services.stop_batch(batch=batch, acting_user=cast.trainer, now=later)
    assert services.resend_batches(now=later + timedelta(days=1)) == 0


def test_sweep_gives_up_a_row_that_kills_its_workers_and_finishes(
    cast: Cast, cohort: Cohort, now: datetime, sent: list[Any]
) -> None:
    completed_in(cohort, now=now)
    batch = start(cohort, cast, now)
    IssueItem.objects.update(tries=MOST_TRIES, claimed_until=now)
    late = now + timedelta(hours=1)

    assert work(batch, late) == 0
    assert services.resend_batches(now=late) == 0

    row = IssueItem.objects.get()
    batch.refresh_from_db()
    assert (row.state, row.failure) == (OutboxState.FAILED, LOST_WORKER)
    assert batch.finished_at == late


def test_person_who_was_revoked_gets_no_other_by_a_press(
    cast: Cast, cohort: Cohort, now: datetime
) -> None:
    certificate = services.request_certificate(
        enrolment=completed_in(cohort, now=now), now=now, sends_task=False
    )
    services.revoke_certificate(
        certificate=certificate,
        revocation_class="issued_in_error",
        reason="motivo interno",
        acting_user=UserFactory(),
        now=now,
    )

    with pytest.raises(services.BatchRefused):
        start(cohort, cast, now)


def test_render_function_is_the_one_of_single_certificates(
    cast: Cast, cohort: Cohort, now: datetime, sent: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    render = pdf.render

    def noting(*args: Any, **kwargs: Any) -> bytes:
        seen.append("rendered")
        return render(*args, **kwargs)

    monkeypatch.setattr(pdf, "render", noting)
    completed_in(cohort, now=now)

    work(start(cohort, cast, now), now)

    assert seen == ["rendered"]

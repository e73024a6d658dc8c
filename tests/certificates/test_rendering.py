"""The worker's half: claimed once, stored once, tried again, given up with its reason."""

import hashlib
from datetime import datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from certificates import pdf, services
from certificates.models import Certificate, Issuance
from certificates.print_jobs import Print
from certificates.services.rendering import LOST_WORKER, MOST_TRIES, render_lease
from lms.core.enums import OutboxState
from tests.factories import UserFactory, make_course, release_course_for_tests
from tests.factories.certificates import make_certificate

pytestmark = pytest.mark.django_db


@pytest.fixture
def certificate(now: datetime) -> Certificate:
    return make_certificate(now=now)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Note which rows the sweep sends, and send nothing."""
    numbers: list[int] = []
    monkeypatch.setattr(
        "certificates.services.rendering.send_now",
        lambda name, *, issuance_id: numbers.append(issuance_id),
    )
    return numbers


def break_design(monkeypatch: pytest.MonkeyPatch) -> None:
    def raising(job: Print) -> bytes:
        raise LookupError("a broken design")

    monkeypatch.setattr(pdf, "render", raising)


def test_render_stores_the_file_under_its_unguessable_name(
    certificate: Certificate, now: datetime
) -> None:
    assert services.render_issuance(issuance_id=certificate.issuance.pk, now=now)

    issuance = Issuance.objects.get()
    content = default_storage.open(issuance.file.name).read()
    assert issuance.state == OutboxState.DONE
    assert issuance.done_at == now
    assert issuance.digest == hashlib.sha256(content).hexdigest()
    assert len(issuance.file.name) > 50
    assert certificate.code not in issuance.file.name
    assert default_storage.listdir("certificates")[1] == [issuance.file.name.split("/")[1]]


def test_render_does_nothing_twice(certificate: Certificate, now: datetime) -> None:
    number = certificate.issuance.pk

    assert services.render_issuance(issuance_id=number, now=now)
    assert not services.render_issuance(issuance_id=number, now=now + timedelta(days=1))

    assert Issuance.objects.get().tries == 1


def test_render_leaves_a_row_that_another_worker_holds(
    certificate: Certificate, now: datetime
) -> None:
    Issuance.objects.claim(certificate.issuance.pk, now=now, lease=render_lease())

    assert not services.render_issuance(issuance_id=certificate.issuance.pk, now=now)

    assert Issuance.objects.get().state == OutboxState.PENDING


def test_render_takes_over_when_the_lease_is_over_and_writes_over_the_rest(
    certificate: Certificate, now: datetime
) -> None:
    issuance = certificate.issuance
    Issuance.objects.claim(issuance.pk, now=now, lease=render_lease())
    default_storage.save(issuance.file.name, ContentFile(b"half a file of a killed worker"))
    later = now + render_lease() + timedelta(seconds=1)

    assert services.render_issuance(issuance_id=issuance.pk, now=later)

    issuance.refresh_from_db()
    assert default_storage.open(issuance.file.name).read(5) == b"%PDF-"
    assert len(default_storage.listdir("certificates")[1]) == 1


def test_worker_that_lost_its_lease_does_not_finish_the_row(
    certificate: Certificate, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = certificate.issuance.pk
    later = now + render_lease() + timedelta(seconds=1)
    render = pdf.render

    def slow(*args: object, **kwargs: object) -> bytes:
        monkeypatch.setattr(pdf, "render", render)
        assert services.render_issuance(issuance_id=number, now=later)
        return render(*args, **kwargs)

    monkeypatch.setattr(pdf, "render", slow)

    assert not services.render_issuance(issuance_id=number, now=now)

    issuance = Issuance.objects.get()
    assert (issuance.done_at, issuance.tries) == (later, 2)
    assert len(default_storage.listdir("certificates")[1]) == 1


def test_failure_is_written_down_and_given_up_after_some_tries(
    certificate: Certificate, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_design(monkeypatch)
    states = []
    for number in range(MOST_TRIES):
        at = now + number * (render_lease() + timedelta(seconds=1))
        with pytest.raises(LookupError, match="a broken design"):
            services.render_issuance(issuance_id=certificate.issuance.pk, now=at)
        states.append(Issuance.objects.get().state)

    issuance = Issuance.objects.get()
    assert states == [OutboxState.PENDING] * (MOST_TRIES - 1) + [OutboxState.FAILED]
    assert issuance.failure == "LookupError: a broken design"
    assert not services.render_issuance(issuance_id=issuance.pk, now=now + timedelta(days=1))


def test_reopened_row_is_tried_from_the_start(
    certificate: Certificate, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    issuance = certificate.issuance
    with monkeypatch.context() as broken:
        break_design(broken)
        with pytest.raises(LookupError):
            services.render_issuance(issuance_id=issuance.pk, now=now)
    Issuance.objects.update(state=OutboxState.FAILED, tries=MOST_TRIES)

    services.reopen_issuance(issuance=issuance, acting_user=UserFactory(), now=now)

    assert services.render_issuance(issuance_id=issuance.pk, now=now)
    issuance.refresh_from_db()
    assert (issuance.state, issuance.tries, issuance.failure) == (OutboxState.DONE, 1, "")


def test_sweep_sends_what_nobody_holds(now: datetime, sent: list[int]) -> None:
    release = release_course_for_tests(make_course())
    waiting, held, done, young = (
        make_certificate(now=now, release=release).issuance for _ in range(4)
    )
    Issuance.objects.claim(held.pk, now=now, lease=render_lease())
    services.render_issuance(issuance_id=done.pk, now=now)
    Issuance.objects.filter(pk=young.pk).update(created_at=now)

    assert services.resend_stale_issuances(now=now) == 1
    assert sent == [waiting.pk]


def test_sweep_gives_up_a_row_that_kills_its_workers(
    certificate: Certificate, now: datetime, sent: list[int]
) -> None:
    Issuance.objects.update(tries=MOST_TRIES, claimed_until=now - timedelta(seconds=1))

    assert services.resend_stale_issuances(now=now) == 0

    issuance = Issuance.objects.get()
    assert sent == []
    assert (issuance.state, issuance.failure) == (OutboxState.FAILED, LOST_WORKER)


@pytest.mark.parametrize("damage", ["lost", "damaged"])
def test_file_that_is_gone_comes_back_with_the_same_bytes(
    certificate: Certificate, now: datetime, damage: str
) -> None:
    services.render_issuance(issuance_id=certificate.issuance.pk, now=now)
    certificate = Certificate.objects.get()
    before = services.stored_pdf(certificate=certificate, now=now)
    name = certificate.issuance.file.name
    default_storage.delete(name)
    if damage == "damaged":
        default_storage.save(name, ContentFile(b"%PDF- something else"))

    assert services.stored_pdf(certificate=certificate, now=now) is None
    assert services.render_issuance(issuance_id=certificate.issuance.pk, now=now)

    assert services.stored_pdf(certificate=Certificate.objects.get(), now=now) == before

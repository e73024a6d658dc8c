"""The trainer's pages of a cohort's certificates, and the coordinator's ZIP."""

import io
import zipfile
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from certificates import services
from certificates.batches.queries import cohorts_shared_with, name_doubt
from certificates.models import Certificate, CertificateShare, IssueBatch, IssueItem
from certificates.services.zips import file_name
from courses.models import CourseRelease
from lms.accounts.enums import MembershipRole
from lms.accounts.models import Membership
from lms.core.enums import OutboxState
from lms.core.models import AuditEvent
from lms.learning.models import Cohort
from tests.factories import AgencyFactory, MembershipFactory, UserFactory, make_course
from tests.factories.certificates import FACTS, facts_with
from tests.factories.cohorts import completed_in, make_cohort
from tests.learning.cast import Cast, body_of, client_of, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def cohort(cast: Cast) -> Cohort:
    return make_cohort(cast.release, name="Valle Alto")


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a file take no time: how it looks is tested elsewhere."""
    monkeypatch.setattr(
        "certificates.services.rendering.render_certificate",
        lambda certificate, **_when: f"%PDF- {certificate.code}".encode(),
    )


def page(cohort: Cohort) -> str:
    with translation.override("es"):
        return reverse("cohort_certificates", args=[cohort.pk])


def confirmation(cohort: Cohort) -> str:
    with translation.override("es"):
        return reverse("cohort_issue", args=[cohort.pk])


def start(cast: Cast, cohort: Cohort, now: datetime, number: int = 1) -> IssueBatch:
    for _one in range(number):
        completed_in(cohort, now=now)
    return services.start_batch(cohort=cohort, acting_user=cast.trainer, now=now)


def outsiders(cast: Cast) -> dict[str, Any]:
    other = make_cast(make_course(slug="otro"))
    return {
        "learner": cast.learner,
        "coordinator": cast.coordinator,
        "stranger": cast.stranger,
        "other trainer": other.trainer,
        "nobody": None,
    }


def test_pages_are_for_the_staff_of_the_course(cast: Cast, cohort: Cohort, now: datetime) -> None:
    completed_in(cohort, now=now)

    for url in (page(cohort), confirmation(cohort)):
        assert cast.statuses(url) == {
            "learner": 404,
            "trainer": 200,
            "coordinator": 404,
            "administrator": 200,
            "stranger": 404,
            "nobody": 302,
        }


def test_nobody_else_issues_stops_or_goes_on(cast: Cast, cohort: Cohort, now: datetime) -> None:
    batch = start(cast, cohort, now)
    completed_in(cohort, now=now)
    before = list(IssueBatch.objects.values())
    addresses = [confirmation(cohort)] + [
        reverse(name, args=[cohort.pk, batch.pk])
        for name in ("batch_stop", "batch_resume", "batch_retry")
    ]

    found = {
        (who, client_of(user).post(url).status_code)
        for who, user in outsiders(cast).items()
        for url in addresses
    }

    assert found == {
        ("learner", 404),
        ("coordinator", 404),
        ("stranger", 404),
        ("other trainer", 404),
        ("nobody", 302),
    }
    assert list(IssueBatch.objects.values()) == before


def test_batch_of_another_cohort_is_not_found_under_this_one(
    cast: Cast, cohort: Cohort, now: datetime
) -> None:
    batch = start(cast, cohort, now)
    other = make_cohort(cast.release)

    url = reverse("batch_stop", args=[other.pk, batch.pk])

    assert client_of(cast.trainer).post(url).status_code == 404
    assert (
        client_of(cast.trainer).get(reverse("batch_stop", args=[cohort.pk, batch.pk])).status_code
        == 405
    )


def test_page_counts_who_waits_and_has_one_main_action(
    cast: Cast, cohort: Cohort, now: datetime
) -> None:
    for _one in range(2):
        completed_in(cohort, now=now)
    certified = completed_in(cohort, now=now)
    services.request_certificate(enrolment=certified, now=now)
    nameless = completed_in(cohort, now=now)
    type(nameless.learner).objects.filter(pk=nameless.learner_id).update(full_name="")

    response = client_of(cast.trainer).get("/en" + page(cohort))

    counts = response.context["counts"]
    assert (counts.people, counts.completed, counts.certified) == (4, 4, 1)
    assert (counts.nameless, counts.ready) == (1, 2)
    html = response.content.decode()
    assert "Issue 2 certificates" in html
    assert "1 person has no name on record" in html
    assert "batch-progress.js" not in html


@pytest.mark.parametrize("is_pilot", [True, False])
def test_pilot_says_that_its_certificates_have_no_validity(
    cast: Cast, cohort: Cohort, now: datetime, is_pilot: bool
) -> None:
    CourseRelease.objects.update(is_pilot=is_pilot)
    completed_in(cohort, now=now)

    for url in (page(cohort), confirmation(cohort)):
        html = client_of(cast.trainer).get("/en" + url).content.decode()
        assert ("they have no validity" in html) == is_pilot


def test_confirmation_shows_every_name_the_odd_ones_first(
    cast: Cast, cohort: Cohort, now: datetime
) -> None:
    for name in ("Ana Quispe", "Beatriz", "CARLA RAMOS", "Dina Apaza"):
        completed_in(cohort, now=now, name=name)

    response = client_of(cast.trainer).get(confirmation(cohort))

    names = [row.name for row in response.context["page_obj"]]
    assert names == ["Beatriz", "CARLA RAMOS", "Ana Quispe", "Dina Apaza"]
    assert response.context["doubtful"] == 2
    assert IssueBatch.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "is_odd"),
    [
        ("Ana Quispe", False),
        ("María del Pilar Quispe Ñahui", False),
        ("Ana", True),
        ("ANA QUISPE", True),
        ("ana quispe", True),
        ("Ana Quispe 2", True),
        ("\N{CYRILLIC CAPITAL LETTER A}na Quispe", True),
    ],
)
def test_odd_names_are_found(name: str, is_odd: bool) -> None:
    assert bool(name_doubt(name)) == is_odd


def test_press_starts_one_batch_and_shows_how_far_it_is(
    cast: Cast, cohort: Cohort, now: datetime
) -> None:
    completed_in(cohort, now=now)
    client = client_of(cast.trainer)

    for _press in range(2):
        assert client.post(confirmation(cohort))["Location"] == page(cohort)

    batch = IssueBatch.objects.get()
    response = client.get("/en" + page(cohort))
    html = response.content.decode()
    assert (batch.created_by, response.context["progress"].state) == (cast.trainer, "running")
    assert "0 of 1 certificate issued" in html
    assert '<progress max="1" value="0"' in html
    assert "batch-progress.js" in html
    assert f'href="/en{page(cohort)}" data-batch-refresh' in html
    assert client.get(confirmation(cohort))["Location"] == page(cohort)


def test_press_with_nobody_waiting_says_so(cast: Cast, cohort: Cohort) -> None:
    response = client_of(cast.trainer).post("/en" + confirmation(cohort), follow=True)

    assert "Nobody in this cohort waits for a certificate." in response.content.decode()


def test_trainer_stops_goes_on_and_sees_the_end(
    cast: Cast, cohort: Cohort, now: datetime, rendered: None
) -> None:
    batch = start(cast, cohort, now, number=2)
    client = client_of(cast.trainer)
    stop, go_on = (
        reverse(f"batch_{name}", args=[cohort.pk, batch.pk]) for name in ("stop", "resume")
    )

    def state() -> str:
        found: str = client.get(page(cohort)).context["progress"].state
        return found

    client.post(stop)
    assert state() == "stopped"
    assert services.work_batch(batch_id=batch.pk, clock=timezone.now) == 0
    client.post(go_on)
    assert state() == "running"
    services.work_batch(batch_id=batch.pk, clock=timezone.now)
    assert state() == "finished"
    assert "2 of 2 certificates were issued" in client.get("/en" + page(cohort)).content.decode()


def test_failure_is_told_in_words_and_tried_again(
    cast: Cast, cohort: Cohort, now: datetime
) -> None:
    completed_in(cohort, now=now, name="Rosa Quispe")
    batch = services.start_batch(cohort=cohort, acting_user=cast.trainer, now=now)
    IssueItem.objects.update(state=OutboxState.FAILED, failure="LookupError: innards", tries=3)
    services.finish_batch(batch_id=batch.pk, now=now)

    shown = {
        who: client_of(user).get("/en" + page(cohort)).content.decode()
        for who, user in (("trainer", cast.trainer), ("administrator", cast.administrator))
    }
    client_of(cast.trainer).post(reverse("batch_retry", args=[cohort.pk, batch.pk]))

    assert ("Rosa Quispe" in shown["trainer"], "innards" in shown["trainer"]) == (True, False)
    assert "innards" in shown["administrator"]
    assert IssueItem.objects.get().state == OutboxState.PENDING


@pytest.mark.parametrize("state", [OutboxState.PENDING, OutboxState.FAILED])
def test_pages_take_the_same_queries_for_one_and_three(
    cast: Cast, cohort: Cohort, now: datetime, state: OutboxState
) -> None:
    client = client_of(cast.trainer)

    def queries(number: int) -> int:
        IssueItem.objects.all().delete()
        IssueBatch.objects.all().delete()
        start(cast, cohort, now, number=number)
        IssueItem.objects.update(state=state, failure="x")
        client.get(page(cohort))
        with CaptureQueriesContext(connection) as captured:
            response = client.get(page(cohort))
        assert response.status_code == 200
        return len(captured)

    assert queries(1) == queries(2)


def shared(
    certificate: Certificate, agency: Any, now: datetime, *, ended: bool = False
) -> CertificateShare:
    return CertificateShare.objects.create(
        certificate=certificate,
        agency=agency,
        created_at=now,
        ended_at=now if ended else None,
    )


def certificate_in(
    cohort: Cohort, now: datetime, *, name: str, is_made: bool = True
) -> Certificate:
    enrolment = completed_in(cohort, now=now, name=name)
    certificate = services.request_certificate(enrolment=enrolment, now=now, sends_task=False)
    if is_made:
        services.render_issuance(issuance_id=certificate.issuance.pk, now=now)
    return Certificate.objects.select_related("issuance").get(pk=certificate.pk)


def zip_url(cohort: Cohort) -> str:
    return reverse("agency_zip", args=[cohort.pk])


def unzipped(answer: Any) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(body_of(answer))) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def agency_of(cast: Cast) -> Any:
    return cast.coordinator.memberships.get().agency


def test_zip_is_for_the_coordinator_with_whom_it_is_shared(
    cast: Cast, cohort: Cohort, now: datetime, rendered: None
) -> None:
    shared(certificate_in(cohort, now, name="Rosa Quispe"), agency_of(cast), now)
    elsewhere = UserFactory()
    MembershipFactory(user=elsewhere, agency=AgencyFactory(), role=MembershipRole.COORDINATOR)
    former = UserFactory()
    MembershipFactory(
        user=former,
        agency=agency_of(cast),
        role=MembershipRole.COORDINATOR,
        until_date=timezone.localdate() - timedelta(days=1),
    )

    assert cast.statuses(zip_url(cohort)) == {
        "learner": 404,
        "trainer": 404,
        "coordinator": 200,
        "administrator": 404,
        "stranger": 404,
        "nobody": 302,
    }
    assert client_of(elsewhere).get(zip_url(cohort)).status_code == 404
    assert client_of(former).get(zip_url(cohort)).status_code == 404
    assert client_of(cast.coordinator).get(zip_url(make_cohort(cast.release))).status_code == 404
    assert client_of(cast.coordinator).post(zip_url(cohort)).status_code == 405


def test_zip_holds_exactly_what_stands_and_is_shared(
    cast: Cast, cohort: Cohort, now: datetime, rendered: None
) -> None:
    agency = agency_of(cast)
    mine = [certificate_in(cohort, now, name=name) for name in ("Rosa Quispe", "Ana Ñahui")]
    for certificate in mine:
        shared(certificate, agency, now)
    certificate_in(cohort, now, name="No Comparte")
    shared(certificate_in(cohort, now, name="Otra Agencia"), AgencyFactory(), now)
    shared(certificate_in(cohort, now, name="Ya No"), agency, now, ended=True)
    other_group = make_cohort(cast.release)
    shared(certificate_in(other_group, now, name="Otro Grupo"), agency, now)
    erased = certificate_in(cohort, now, name="Borrada Quispe")
    shared(erased, agency, now)
    Certificate.objects.filter(pk=erased.pk).update(holder_erased_at=now)
    revoked = certificate_in(cohort, now, name="Revocada Quispe")
    shared(revoked, agency, now)
    services.revoke_certificate(
        certificate=revoked,
        revocation_class="issued_in_error",
        reason="motivo interno",
        acting_user=cast.administrator,
        now=now,
    )

    listed = cohorts_shared_with([agency.pk]).values_list("pk", "shared")
    assert set(listed) == {(cohort.pk, 2), (other_group.pk, 1)}
    answer = client_of(cast.coordinator).get(zip_url(cohort))

    assert answer["Content-Type"] == "application/zip"
    assert "no-store" in answer["Cache-Control"]
    assert answer["Content-Encoding"] == "identity"
    assert unzipped(answer) == {
        f"{one.typed_facts.full_name} {one.code[:4]}.pdf": f"%PDF- {one.code}".encode()
        for one in mine
    }
    event = AuditEvent.objects.get(action="certificates_downloaded")
    assert (event.actor_id, event.target_id) == (cast.coordinator.pk, str(cohort.pk))


def test_zip_names_the_files_that_are_not_there_yet(
    cast: Cast, cohort: Cohort, now: datetime, rendered: None
) -> None:
    made = certificate_in(cohort, now, name="Rosa Quispe")
    waiting = certificate_in(cohort, now, name="Ana Quispe", is_made=False)
    for certificate in (made, waiting):
        shared(certificate, agency_of(cast), now)

    files = unzipped(client_of(cast.coordinator).get("/en" + zip_url(cohort)))

    assert set(files) == {file_name(made), "files to come.txt"}
    assert file_name(waiting) in files["files to come.txt"].decode()


def test_zip_is_read_piece_by_piece(
    cast: Cast, cohort: Cohort, now: datetime, rendered: None
) -> None:
    certificates = [certificate_in(cohort, now, name=f"Rosa {word}") for word in ("Uno", "Dos")]
    read: list[int] = []

    def noting() -> Any:
        for certificate in certificates:
            read.append(certificate.pk)
            yield certificate

    pieces = services.zip_of(noting(), now=now)
    first = next(pieces)

    assert certificates[0].code.encode() in first
    assert read == [certificates[0].pk]
    assert len(list(pieces)) == 2


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("María del Pilar Quispe Ñahui", "María del Pilar Quispe Ñahui"),
        ("../../etc/passwd", "etc passwd"),
        ('Rosa "x" <b>\r\n', "Rosa x b"),
        ("=CMD()", "CMD"),
        ("D'Angelo O-Brien", "D'Angelo O-Brien"),
        ("x" * 300, "x" * 80),
        ("...", None),
        ("\u202eRosa", "Rosa"),
    ],
)
def test_file_name_is_a_name_and_nothing_else(name: str, shown: str | None) -> None:
    certificate = Certificate(
        code="8K2MZ4QW7TRXN5V0CDEH", facts=facts_with(full_name=name).to_json()
    )

    found = file_name(certificate)

    assert found.endswith(" 8K2M.pdf")
    assert shown is None or found == f"{shown} 8K2M.pdf"
    assert FACTS.full_name != name or shown == name


def test_namesakes_get_files_of_their_own(
    cast: Cast, cohort: Cohort, now: datetime, rendered: None
) -> None:
    for first in ("8K2M", "8K2M"):
        certificate = certificate_in(cohort, now, name="Rosa Quispe")
        code = first + certificate.code[4:]
        Certificate.objects.filter(pk=certificate.pk).update(code=code)
        shared(certificate, agency_of(cast), now)

    files = unzipped(client_of(cast.coordinator).get(zip_url(cohort)))

    assert set(files) == {"Rosa Quispe 8K2M.pdf", "Rosa Quispe 8K2M 2.pdf"}
    assert len(Membership.objects.filter(user=cast.coordinator)) == 1

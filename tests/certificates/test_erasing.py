"""Taking a name off: for good, everywhere, and only by the holder."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client

from certificates import services
from certificates.enums import CertificateState, RevocationClass
from certificates.models import (
    Certificate,
    CertificateCheck,
    CertificateMail,
    CertificateShare,
    Issuance,
    SignedCredential,
)
from certificates.services.rendering import ERASED
from lms.accounts.models import Agency
from lms.core.enums import OutboxState
from lms.core.models import AuditEvent
from lms.core.queries import read_reasons
from tests.certificates.holding_scene import (
    address,
    confirmed_client,
    hold,
    main_of,
    store_file,
)
from tests.factories import EnrolmentFactory
from tests.factories.certificates import complete, make_certificate, make_token
from tests.learning.cast import Cast, client_of, make_cast

pytestmark = pytest.mark.django_db

NAME = "Rosa Elvira Mamani Huanca"


@pytest.fixture
def cast() -> Cast:
    found = make_cast()
    learner = found.learner
    learner.full_name = NAME
    learner.save()
    return found


@pytest.fixture
def certificate(cast: Cast, now: datetime) -> Certificate:
    return hold(cast, now=now)


def detach(certificate: Certificate, *, now: datetime, keep: bool = True) -> Certificate:
    learner = certificate.enrolment.learner
    services.detach_holder(certificate=certificate, keep=keep, acting_user=learner, now=now)
    return Certificate.objects.select_related("issuance").get(pk=certificate.pk)


def name_path(certificate: Certificate) -> str:
    return "/en" + address(certificate, "own_certificate_name")


def test_detaching_empties_all_that_made_it_hers(
    cast: Cast,
    certificate: Certificate,
    now: datetime,
    django_capture_on_commit_callbacks: Any,
) -> None:
    agency = Agency.objects.get(memberships__user=cast.learner)
    acting = {"certificate": certificate, "acting_user": cast.learner, "now": now}
    services.share_certificate(agency=agency, **acting)
    services.set_tells_of_checks(is_wanted=True, **acting)
    services.note_certificate_check(certificate=certificate, agency=None, now=now)
    row = services.request_mail(**acting)
    before = certificate.facts

    with django_capture_on_commit_callbacks(execute=True):
        after = detach(certificate, now=now)

    assert after.facts == {**before, "full_name": "", "document_tail": ""}
    assert (after.holder_erased_at, after.tells_of_checks, after.has_offline_qr) == (
        now,
        False,
        False,
    )
    assert after.state(now=now) == CertificateState.VALID
    signed = SignedCredential.objects.get()
    assert (signed.json_text, signed.jwt_text, signed.fragment) == ("", "", "")
    assert not default_storage.exists(after.issuance.file.name)
    assert after.issuance.digest == ERASED
    assert CertificateShare.objects.get().ended_at == now
    assert CertificateCheck.objects.count() == 0
    row.refresh_from_db()
    assert row.state == OutboxState.FAILED
    assert not services.send_certificate_mail(mail_id=row.pk, now=now)
    assert mail.outbox == []


def test_detaching_without_keeping_revokes_at_the_holders_request(
    certificate: Certificate, now: datetime
) -> None:
    after = detach(certificate, now=now, keep=False)

    assert after.state(now=now) == CertificateState.REVOKED
    assert after.revocation_class == RevocationClass.HOLDER_REQUEST
    assert after.facts["full_name"] == ""


def test_detaching_twice_changes_nothing(certificate: Certificate, now: datetime) -> None:
    detach(certificate, now=now)
    events = AuditEvent.objects.count()

    later = detach(certificate, now=now + timedelta(days=1), keep=False)

    assert (later.holder_erased_at, later.revoked_at) == (now, None)
    assert AuditEvent.objects.count() == events


def test_whole_chain_loses_the_name(cast: Cast, certificate: Certificate, now: datetime) -> None:
    second = services.replace_certificate(
        certificate=certificate, acting_user=cast.administrator, reason="x", now=now
    )
    renewal = EnrolmentFactory(learner=cast.learner, release=cast.release)
    third = services.request_certificate(enrolment=complete(renewal, now=now), now=now)
    Certificate.objects.filter(pk=third.pk).update(renews=second)
    apart = make_certificate(now=now, release=cast.release)

    for start in (certificate, second, third):
        assert {one.pk for one in services.chain_of(start)} == {
            certificate.pk,
            second.pk,
            third.pk,
        }
    detach(second, now=now, keep=False)

    names = {one.pk: one.facts["full_name"] for one in Certificate.objects.all()}
    assert [names[one.pk] for one in (certificate, second, third)] == ["", "", ""]
    assert names[apart.pk] == apart.facts["full_name"] != ""
    states = [one.state(now=now) for one in Certificate.objects.order_by("pk")][:3]
    assert states == [
        CertificateState.REPLACED,
        CertificateState.REVOKED,
        CertificateState.REVOKED,
    ]


def test_all_of_a_person_are_detached_at_once(
    cast: Cast, certificate: Certificate, now: datetime
) -> None:
    apart = make_certificate(now=now, release=cast.release)

    count = services.detach_all_of(cast.learner, keep=True, acting_user=None, now=now)
    again = services.detach_all_of(cast.learner, keep=True, acting_user=None, now=now)

    assert (count, again) == (1, 0)
    erased = Certificate.objects.filter(holder_erased_at__isnull=False)
    assert [one.pk for one in erased] == [certificate.pk]
    assert Certificate.objects.get(pk=apart.pk).facts["full_name"] != ""


def test_no_road_brings_the_name_or_the_file_back(
    cast: Cast, certificate: Certificate, now: datetime
) -> None:
    erased = detach(certificate, now=now)
    later = now + timedelta(days=1)

    with pytest.raises(services.AlreadySettledError):
        services.replace_certificate(
            certificate=erased, acting_user=cast.administrator, reason="x", now=later
        )
    assert services.request_certificate(enrolment=cast.enrolment, now=later).pk == erased.pk
    services.reopen_issuance(issuance=erased.issuance, acting_user=cast.administrator, now=later)
    assert not services.render_issuance(issuance_id=erased.issuance.pk, now=later)
    assert services.stored_pdf(certificate=erased, now=later) is None
    assert Issuance.objects.get().state == OutboxState.DONE
    for refused in (
        lambda: services.set_offline_qr(
            certificate=erased, is_wanted=True, acting_user=cast.learner, now=later
        ),
        lambda: services.request_mail(certificate=erased, acting_user=cast.learner, now=later),
        lambda: services.share_certificate(
            certificate=erased,
            agency=Agency.objects.get(memberships__user=cast.learner),
            acting_user=cast.learner,
            now=later,
        ),
    ):
        with pytest.raises(services.ChoiceRefusedError):
            refused()
    assert services.note_certificate_check(certificate=erased, agency=None, now=later) is False
    assert NAME not in json.dumps(list(Certificate.objects.values("facts")))


def test_worker_in_the_middle_leaves_nothing_behind(
    cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = hold(cast, now=now, is_signed=False, is_made=False)

    def erase_meanwhile(held: Certificate, **_kwargs: datetime) -> bytes:
        services.sign_certificate(certificate=held, now=now)
        detach(certificate, now=now)
        return b"%PDF- with the name"

    monkeypatch.setattr("certificates.services.rendering.render_certificate", erase_meanwhile)

    assert not services.render_issuance(issuance_id=certificate.issuance.pk, now=now)

    issuance = Issuance.objects.get()
    assert (issuance.state, issuance.digest) == (OutboxState.DONE, ERASED)
    assert not default_storage.exists(issuance.file.name)
    assert SignedCredential.objects.get().json_text == ""


def test_sweep_clears_what_was_left_behind(certificate: Certificate, now: datetime) -> None:
    erased = detach(certificate, now=now)
    name = erased.issuance.file.name
    default_storage.delete(name)
    default_storage.save(name, ContentFile(b"%PDF- of a worker that died"))

    assert services.clear_after_erasures(now=now + timedelta(hours=1)) == 1
    assert not default_storage.exists(name)
    assert services.clear_after_erasures(now=now + timedelta(days=3)) == 0


def test_nothing_of_a_certificate_with_its_holder_is_cleared(certificate: Certificate) -> None:
    assert not services.clear_after_erasure(issuance_id=certificate.issuance.pk)

    assert default_storage.exists(certificate.issuance.file.name)
    assert SignedCredential.objects.get().json_text != ""


def test_check_shows_state_and_facts_and_no_name(
    certificate: Certificate, now: datetime, client: Client
) -> None:
    erased = detach(certificate, now=now)

    text = main_of(client.get(f"/en/v/{erased.code}/"))

    assert "had her name removed" in text
    assert "Full name" not in text
    assert NAME not in text
    assert erased.facts["course_title"] in text


@pytest.mark.parametrize("form", ["credential.json", "credential.jwt"])
def test_credential_is_gone(
    certificate: Certificate, now: datetime, client: Client, form: str
) -> None:
    assert client.get(f"/v/{certificate.code}/{form}").status_code == 200

    detach(certificate, now=now)
    response = client.get(f"/v/{certificate.code}/{form}")

    assert response.status_code == 410
    assert NAME not in response.content.decode()


def test_file_is_gone_for_the_holder_and_the_administrator(
    cast: Cast, certificate: Certificate, now: datetime
) -> None:
    detach(certificate, now=now)

    assert cast.statuses(address(certificate, "certificate_pdf")) == {
        "learner": 410,
        "trainer": 404,
        "coordinator": 404,
        "administrator": 410,
        "stranger": 404,
        "nobody": 302,
    }


def test_api_and_admin_cope_with_a_certificate_without_a_name(
    cast: Cast, certificate: Certificate, now: datetime, client: Client
) -> None:
    detach(certificate, now=now)
    secret = make_token(now=now, days=3000)[1]
    answer = client.get(
        f"/api/v1/certificates/{certificate.code}", headers={"Authorization": f"Bearer {secret}"}
    ).json()
    assert (answer["state"], answer["facts"]["full_name"]) == ("valid", "")

    administrator = client_of(cast.administrator)
    for path in ("", f"{certificate.pk}/"):
        response = administrator.get(f"/admin/certificados/{path}")
        text = response.content.decode()
        assert response.status_code == 200
        assert NAME not in text
        assert f"/admin/certificados/{certificate.pk}/reemplazar/" not in text


def test_learners_pages_cope_with_a_certificate_without_a_name(
    cast: Cast, certificate: Certificate, now: datetime
) -> None:
    detach(certificate, now=now)
    client = client_of(cast.learner)

    page = main_of(client.get("/en" + address(certificate)))
    desk = main_of(client.get("/en/mi-aprendizaje/"))

    assert "Your name was taken off this certificate." in page
    assert 'id="correo"' not in page
    assert f"/en/mi-aprendizaje/certificado/{certificate.pk}/" not in page + desk
    assert client.get(name_path(certificate))["Location"] == f"/en{address(certificate)}"


def test_audit_trail_has_no_name(cast: Cast, certificate: Certificate, now: datetime) -> None:
    detach(certificate, now=now, keep=False)

    rows = list(AuditEvent.objects.order_by("pk"))
    told = [(row.action, row.changed_fields, row.actor_id) for row in rows]
    assert NAME not in json.dumps([told, list(read_reasons(rows).values())])
    last = AuditEvent.objects.order_by("pk").last()
    assert last is not None
    assert (last.action, last.actor_id) == ("certificate_holder_erased", cast.learner.pk)


def test_page_is_the_holders_and_asks_who_is_there(cast: Cast, certificate: Certificate) -> None:
    path = address(certificate, "own_certificate_name")

    assert cast.statuses(path) == {
        "learner": 302,
        "trainer": 404,
        "coordinator": 404,
        "administrator": 404,
        "stranger": 404,
        "nobody": 302,
    }
    asked = client_of(cast.learner).get(path)["Location"]
    assert asked.startswith("/accounts/reauthenticate/?next=")
    assert set(cast.statuses(path, method="post", choice="keep").values()) == {302, 404}
    assert Certificate.objects.get().holder_erased_at is None


def test_page_says_what_is_lost_and_names_the_chain(
    cast: Cast, certificate: Certificate, now: datetime
) -> None:
    new = services.replace_certificate(
        certificate=certificate, acting_user=cast.administrator, reason="x", now=now
    )
    store_file(new, now=now)

    text = main_of(confirmed_client(cast).get(name_path(new)))

    assert certificate.printed_code in text
    assert "We cannot reach them." in text


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"choice": "keep"},
        {"choice": "keep", "code_start": "ZZZZ"},
        {"choice": "perhaps", "code_start": "{start}"},
        {"code_start": "{start}"},
        {"choice": "keep", "code_start": "{start}0"},
        {"choice": "keep", "code_start": "x" * 500},
    ],
)
def test_removal_needs_the_choice_and_the_start_of_the_code(
    cast: Cast, certificate: Certificate, fields: dict[str, str]
) -> None:
    start = certificate.code[:4]
    sent = {key: value.format(start=start) for key, value in fields.items()}

    response = confirmed_client(cast).post(name_path(certificate), {"sent": "1", **sent})

    assert response.status_code == 200
    assert "error-summary" in main_of(response)
    assert Certificate.objects.get().holder_erased_at is None


@pytest.mark.parametrize("typed", ["{start}", " {lower} ", "{code}", "{printed}"])
@pytest.mark.parametrize("choice", ["keep", "end"])
def test_removal_by_the_holder(
    cast: Cast, certificate: Certificate, choice: str, typed: str
) -> None:
    code = certificate.code
    text = typed.format(
        start=code[:4], lower=code[:4].lower(), code=code, printed=certificate.printed_code
    )
    client = confirmed_client(cast)

    for _press in range(2):
        response = client.post(name_path(certificate), {"choice": choice, "code_start": text})
        assert response["Location"] == f"/en{address(certificate)}"

    after = Certificate.objects.get()
    assert after.facts["full_name"] == ""
    assert (after.revoked_at is None) is (choice == "keep")
    assert CertificateMail.objects.count() == 0


def test_removal_asks_for_the_token_of_the_form(cast: Cast, certificate: Certificate) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.learner)

    assert client.post(name_path(certificate), {"choice": "keep"}).status_code == 403

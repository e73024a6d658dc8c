"""The holder's own page: what it shows, and the choices that she makes there."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from certificates import services
from certificates.enums import RevocationClass
from certificates.models import Certificate, CertificateCheck, CertificateShare, Issuance
from lms.accounts.models import Agency
from lms.core.enums import OutboxState
from lms.core.models import AuditEvent
from tests.certificates.holding_scene import address, confirmed_client, hold, main_of
from tests.factories import AgencyFactory, MembershipFactory
from tests.learning.cast import Cast, client_of, make_cast

pytestmark = pytest.mark.django_db

CHOICES = {
    "own_certificate_mail": {},
    "own_certificate_qr": {"wanted": "yes"},
    "own_certificate_share": {"wanted": "yes", "agency": "1"},
    "own_certificate_told": {"wanted": "yes"},
}


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def certificate(cast: Cast, now: datetime) -> Certificate:
    return hold(cast, now=now)


def agency_of(cast: Cast) -> Agency:
    return Agency.objects.get(memberships__user=cast.learner)


def text_of(cast: Cast, certificate: Certificate) -> str:
    return main_of(client_of(cast.learner).get("/en" + address(certificate)))


def test_page_is_the_holders_alone(cast: Cast, certificate: Certificate) -> None:
    assert cast.statuses(address(certificate)) == {
        "learner": 200,
        "trainer": 404,
        "coordinator": 404,
        "administrator": 404,
        "stranger": 404,
        "nobody": 302,
    }


@pytest.mark.parametrize("name", CHOICES)
def test_choices_are_the_holders_alone(cast: Cast, certificate: Certificate, name: str) -> None:
    fields = {**CHOICES[name]}
    if "agency" in fields:
        fields["agency"] = str(agency_of(cast).pk)
    before = Certificate.objects.values().get(pk=certificate.pk)
    others = {key: user for key, user in cast.people.items() if key != "learner"}
    found = {
        key: client_of(user).post(address(certificate, name), fields).status_code
        for key, user in others.items()
    }

    assert found == {**dict.fromkeys(others, 404), "nobody": 401}
    assert Certificate.objects.values().get(pk=certificate.pk) == before
    assert (CertificateShare.objects.count(), certificate.mails.count()) == (0, 0)
    assert client_of(cast.learner).post(address(certificate, name), fields).status_code == 302


@pytest.mark.parametrize("method", ["get", "put", "delete"])
@pytest.mark.parametrize("name", CHOICES)
def test_choices_are_made_by_post_only(
    cast: Cast, certificate: Certificate, name: str, method: str
) -> None:
    statuses = cast.statuses(address(certificate, name), method=method)

    assert set(statuses.values()) == {405}


@pytest.mark.parametrize("name", CHOICES)
def test_choices_ask_for_the_token_of_the_form(
    cast: Cast, certificate: Certificate, name: str
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.learner)

    assert client.post(address(certificate, name), CHOICES[name]).status_code == 403


def test_page_shows_facts_state_code_and_the_file_first(
    cast: Cast, certificate: Certificate
) -> None:
    text = text_of(cast, certificate)

    order = [
        "state-valid",
        cast.learner.full_name,
        certificate.printed_code,
        "Download the PDF",
        f"/en/v/{certificate.code}/",
        'id="correo"',
        f"/v/{certificate.code}/credential.json",
        'id="sin_red"',
        'id="compartir"',
        'id="consultas"',
        'id="nombre"',
    ]
    places = [text.find(part) for part in order]
    assert places == sorted(places)
    assert -1 not in places
    assert text.count('class="button button-wide"') == 1


@pytest.mark.parametrize("name", ["own_certificate", "own_certificate_name"])
def test_pages_stay_out_of_caches_and_their_forms_arrive(
    cast: Cast, certificate: Certificate, name: str
) -> None:
    response = confirmed_client(cast).get(address(certificate, name))

    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    # "no-referrer" would make a browser send "Origin: null" with the forms, which CSRF refuses.
    assert response["Referrer-Policy"] == "same-origin"


def test_page_says_while_the_file_is_being_made(cast: Cast, now: datetime) -> None:
    certificate = hold(cast, now=now, is_made=False)

    text = text_of(cast, certificate)

    assert "data-certificate-wait" in text
    assert "The PDF is being made." in text


def test_old_certificate_without_a_signed_form_offers_none(cast: Cast, now: datetime) -> None:
    certificate = hold(cast, now=now, is_signed=False)

    text = text_of(cast, certificate)

    assert "credential.json" not in text
    assert 'id="sin_red"' not in text
    with pytest.raises(services.ChoiceRefusedError):
        services.set_offline_qr(
            certificate=certificate, is_wanted=True, acting_user=cast.learner, now=now
        )


def test_first_layout_has_no_place_for_the_offline_qr(
    cast: Cast, certificate: Certificate, now: datetime
) -> None:
    Certificate.objects.update(design="horizonte-1")

    text = text_of(cast, certificate)

    assert "The design of this certificate has no place for this QR." in text
    assert "Print this QR" not in text
    with pytest.raises(services.ChoiceRefusedError):
        services.set_offline_qr(
            certificate=certificate, is_wanted=True, acting_user=cast.learner, now=now
        )


def test_offline_qr_is_off_until_chosen_and_the_choice_says_who_could_read_it(
    cast: Cast, certificate: Certificate
) -> None:
    assert certificate.has_offline_qr is False
    text = text_of(cast, certificate)
    assert "the scanner app, the browser's history" in text.replace("&#x27;", "'")
    assert "The file that you have now stays genuine." in text


def test_offline_qr_has_the_file_made_anew_both_ways(
    cast: Cast, certificate: Certificate, django_capture_on_commit_callbacks: Any
) -> None:
    path = address(certificate, "own_certificate_qr")
    for wanted in ("yes", "no"):
        Issuance.objects.update(state=OutboxState.DONE, done_at=timezone.now())
        with django_capture_on_commit_callbacks(execute=False) as sent:
            client_of(cast.learner).post(path, {"wanted": wanted})
        certificate.refresh_from_db()
        assert certificate.has_offline_qr is (wanted == "yes")
        assert (Issuance.objects.get().state, len(sent)) == (OutboxState.PENDING, 1)

    events = AuditEvent.objects.filter(action="certificate_choice_made")
    assert [event.changed_fields for event in events] == [["has_offline_qr"]] * 2


def test_offline_qr_chosen_twice_is_chosen_once(cast: Cast, certificate: Certificate) -> None:
    path = address(certificate, "own_certificate_qr")
    client = client_of(cast.learner)
    client.post(path, {"wanted": "yes"})
    Issuance.objects.update(state=OutboxState.DONE, done_at=timezone.now())

    client.post(path, {"wanted": "yes"})

    assert Issuance.objects.get().state == OutboxState.DONE
    assert AuditEvent.objects.filter(action="certificate_choice_made").count() == 1


def test_worker_that_began_before_the_choice_cannot_finish_the_row(
    cast: Cast, now: datetime
) -> None:
    certificate = hold(cast, now=now, is_made=False)
    Issuance.objects.claim(certificate.issuance.pk, now=now, lease=timedelta(minutes=2))

    services.set_offline_qr(
        certificate=certificate, is_wanted=True, acting_user=cast.learner, now=now
    )

    issuance = Issuance.objects.get()
    assert (issuance.state, issuance.claimed_until) == (OutboxState.PENDING, None)


@pytest.mark.parametrize("fields", [{}, {"wanted": "perhaps"}, {"wanted": ["yes", "maybe"]}])
def test_choice_that_no_button_sends_changes_nothing(
    cast: Cast, certificate: Certificate, fields: dict[str, Any]
) -> None:
    path = "/en" + address(certificate, "own_certificate_told")
    response = client_of(cast.learner).post(path, fields, follow=True)

    certificate.refresh_from_db()
    assert certificate.tells_of_checks is False
    assert "The choice did not arrive." in response.content.decode()


def test_answer_to_a_choice_stands_at_its_section_once(
    cast: Cast, certificate: Certificate
) -> None:
    client = client_of(cast.learner)
    path = "/en" + address(certificate, "own_certificate_told")
    response = client.post(path, {"wanted": "yes"})
    assert response["Location"] == f"/en{address(certificate)}#consultas"

    text = main_of(client.get(response["Location"]))

    assert text.count("You will be told when somebody checks it.") == 1
    assert text.index('id="consultas"') < text.index("You will be told when somebody checks it.")
    assert "You will be told when" not in main_of(client.get(response["Location"]))


def test_page_lists_the_days_of_checks_without_hours(
    cast: Cast, certificate: Certificate, now: datetime
) -> None:
    agency = AgencyFactory(name="Fiscalía inventada")
    for at, who in ((now, agency), (now, None), (now + timedelta(days=1), None)):
        services.note_certificate_check(certificate=certificate, agency=who, now=at)

    section = text_of(cast, certificate).split('id="consultas"')[1].split("</ul>")[0]
    lines = [" ".join(line.split()) for line in section.split("<li>")[1:]]

    assert [line.split("<span>")[1].split("</span>")[0] for line in lines] == [
        "somebody who has the code",
        "Fiscalía inventada · somebody who has the code",
    ]
    assert [line.split('datetime="')[1][:10] for line in lines] == ["2026-11-25", "2026-11-24"]
    assert ":00" not in section


def test_page_needs_the_same_queries_for_few_and_many_rows(
    cast: Cast, certificate: Certificate, now: datetime
) -> None:
    client = client_of(cast.learner)
    needed = {}
    for number in range(3):
        agency = AgencyFactory()
        if number:
            MembershipFactory(user=cast.learner, agency=agency)
        day = now + timedelta(days=number)
        services.note_certificate_check(certificate=certificate, agency=agency, now=day)
        CertificateShare.objects.create(certificate=certificate, agency=agency, created_at=now)
        client.get(address(certificate))
        with CaptureQueriesContext(connection) as queries:
            client.get(address(certificate))
        needed[CertificateCheck.objects.count()] = len(queries)

    assert needed == {1: 12, 2: 12, 3: 12}


def test_revoked_certificate_offers_nothing_but_to_know_and_to_leave(
    cast: Cast, certificate: Certificate
) -> None:
    services.revoke_certificate(
        certificate=certificate,
        revocation_class=RevocationClass.ISSUER_DECISION,
        reason="motivo interno",
        acting_user=cast.administrator,
        now=timezone.now(),
    )

    text = text_of(cast, certificate)

    assert "state-revoked" in text
    assert "motivo interno" not in text
    offered = [
        name
        for name in ("correo", "sin_red", "compartir", "consultas", "nombre")
        if f'id="{name}"' in text
    ]
    assert offered == ["consultas", "nombre"]
    for name, fields in CHOICES.items():
        if name not in ("own_certificate_told", "own_certificate_share"):
            client_of(cast.learner).post(address(certificate, name), fields)
    certificate.refresh_from_db()
    assert (certificate.has_offline_qr, certificate.mails.count()) == (False, 0)


def test_replaced_certificate_leads_to_the_one_that_took_its_place(
    cast: Cast, certificate: Certificate, now: datetime
) -> None:
    new = services.replace_certificate(
        certificate=certificate, acting_user=cast.administrator, reason="x", now=now
    )

    assert f'href="/en{address(new)}"' in text_of(cast, certificate)


def test_my_learning_leads_to_the_page(cast: Cast, certificate: Certificate) -> None:
    text = main_of(client_of(cast.learner).get("/mi-aprendizaje/"))

    assert f'href="{address(certificate)}"' in text

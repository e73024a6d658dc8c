"""The coordinator's desk: who comes in, what stands there, and what is never said."""

import base64
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from certificates import services
from certificates.agency.limits import CODES_PER_AGENCY, UNKNOWN_PER_AGENCY, note_codes
from certificates.codes import grouped, new_code, token_digest
from certificates.enums import CertificateState, TokenScope
from certificates.models import ApiToken, Certificate, CertificateCheck, CertificateShare
from lms.accounts.enums import MembershipRole
from lms.accounts.models import Agency
from lms.core.enums import OutboxState
from lms.core.models import AuditEvent
from lms.learning.enums import CertificateTiming
from lms.learning.models import Cohort
from tests.factories import (
    AgencyFactory,
    MembershipFactory,
    UserFactory,
    make_course,
)
from tests.factories.certificates import make_certificate
from tests.learning.cast import Cast, client_of, make_cast
from tests.support.sheets import rows_of, xlsx

pytestmark = pytest.mark.django_db


@dataclass
class Desk:
    """An agency with its coordinator's browser, and the cast of a course."""

    cast: Cast
    agency: Agency

    def url(self, name: str, *args: int) -> str:
        return reverse(name, args=[self.agency.pk, *args])

    @property
    def browser(self) -> Client:
        return client_of(self.cast.coordinator)

    def certificate(self, state: CertificateState = CertificateState.VALID) -> Certificate:
        return make_certificate(state, now=timezone.now(), release=self.cast.release)

    def share(self, certificate: Certificate, **changes: Any) -> CertificateShare:
        values = {"agency": self.agency, "created_at": timezone.now(), **changes}
        return CertificateShare.objects.create(certificate=certificate, **values)

    def key(self, name: str = "Sistema", **changes: Any) -> ApiToken:
        now = timezone.now()
        values = {"agency": self.agency, "acting_user": self.cast.coordinator, "now": now}
        return services.create_token(
            name=name, expires_at=now + timedelta(days=9), **{**values, **changes}
        )[0]

    def paste(self, codes: str, **data: Any) -> Any:
        return self.browser.post(self.url("agency_check"), {"codes": codes, **data})

    def bring(self, content: bytes, *, name: str = "hoja.xlsx", **data: Any) -> Any:
        file = SimpleUploadedFile(name, content)
        return self.browser.post(self.url("agency_check"), {"kind": "sheet", "file": file, **data})


@pytest.fixture
def desk() -> Desk:
    cast = make_cast(make_course(lessons=1))
    return Desk(cast, cast.coordinator.memberships.get().agency)


def states(answer: Any) -> list[tuple[int, str]]:
    return [(line.number, line.state) for line in answer.context["lines"]]


# --- Who comes in ---------------------------------------------------------------------------------


def test_desk_is_for_coordinators(desk: Desk) -> None:
    expected = {
        "learner": 404,
        "trainer": 404,
        "coordinator": 200,
        "administrator": 404,
        "stranger": 404,
        "nobody": 302,
    }
    share, key = desk.share(desk.certificate()), desk.key()
    paths = [
        reverse("agency_desk"),
        desk.url("agency_home"),
        desk.url("agency_check"),
        desk.url("agency_shared"),
        desk.url("agency_keys"),
        desk.url("agency_key_add"),
        desk.url("agency_key_end", key.pk),
    ]

    assert {path: desk.cast.statuses(path) for path in paths} == dict.fromkeys(paths, expected)
    file = desk.url("agency_shared_pdf", share.pk)
    assert desk.cast.statuses(file) == {**expected, "coordinator": 302}
    assert reverse("agency_desk") == "/agencia/"


@pytest.mark.parametrize("name", ["agency_check", "agency_key_add", "agency_key_end"])
def test_others_write_nothing(desk: Desk, name: str) -> None:
    key = desk.key()
    url = desk.url(name, *([key.pk] if name == "agency_key_end" else []))
    statuses = desk.cast.statuses(url, method="post", codes=new_code(), name="x", scope="state")

    del statuses["coordinator"]
    assert set(statuses.values()) == {404, 302}
    assert ApiToken.objects.exclude(revoked_at=None).exclude(agency=desk.agency).count() == 0
    assert CertificateCheck.objects.count() == 0


def test_coordinator_of_another_agency_sees_nothing_of_this_one(desk: Desk) -> None:
    share, key = desk.share(desk.certificate()), desk.key()
    other = MembershipFactory(role=MembershipRole.COORDINATOR)
    browser = client_of(other.user)
    paths = [
        desk.url("agency_home"),
        desk.url("agency_keys"),
        # their own agency, the other's records
        reverse("agency_shared_pdf", args=[other.agency_id, share.pk]),
        reverse("agency_key_end", args=[other.agency_id, key.pk]),
    ]

    assert [browser.get(path).status_code for path in paths] == [404] * 4
    assert browser.post(paths[3]).status_code == 404
    key.refresh_from_db()
    assert key.revoked_at is None


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"role": MembershipRole.MEMBER}, 404),
        ({"until_date": timezone.localdate() - timedelta(days=1)}, 404),
        ({"from_date": timezone.localdate() + timedelta(days=1)}, 404),
        ({"until_date": timezone.localdate()}, 200),
    ],
)
def test_desk_ends_with_the_role(desk: Desk, changes: dict[str, Any], status: int) -> None:
    desk.cast.coordinator.memberships.update(**changes)

    assert desk.browser.get(reverse("agency_desk")).status_code == status
    assert desk.browser.get(desk.url("agency_home")).status_code == status


def test_coordinator_of_two_agencies_chooses(desk: Desk) -> None:
    second = AgencyFactory(name="Albergue")
    MembershipFactory(user=desk.cast.coordinator, agency=second, role=MembershipRole.COORDINATOR)

    answer = desk.browser.get(reverse("agency_desk"))

    assert [one.name for one in answer.context["agencies"]] == ["Albergue", desk.agency.name]
    assert desk.browser.get(reverse("agency_home", args=[second.pk])).status_code == 200


def test_login_tells_the_menu_who_coordinates(desk: Desk) -> None:
    people = (desk.cast.coordinator, desk.cast.learner, desk.cast.trainer)

    noted = [client_of(user).session.get("is_coordinator", False) for user in people]

    assert noted == [True, False, False]
    page = desk.browser.get(reverse("my_learning")).content.decode()
    assert page.count('href="/agencia/"') == 2


# --- Checking lists -------------------------------------------------------------------------------


def test_pasted_list_is_answered_line_by_line(desk: Desk) -> None:
    found = {state: desk.certificate(state) for state in CertificateState}
    unknown = new_code()
    lines = [f"Persona\t{grouped(one.code).lower()}" for one in found.values()]

    answer = desk.paste("\n".join([*lines, unknown, "sin código"]))

    assert states(answer) == [
        (1, "valid"),
        (2, "expired"),
        (3, "revoked"),
        (4, "replaced"),
        (5, "unknown"),
        (6, "no_code"),
    ]
    assert answer.context["summary"] == [
        (state, 1) for state in ("valid", "expired", "replaced", "revoked", "unknown", "no_code")
    ]
    page = answer.content.decode()
    assert [one.facts["full_name"] in page for one in found.values()] == [False] * 4
    assert "no-store" in answer["Cache-Control"]
    assert set(CertificateCheck.objects.values_list("certificate", "agency")) == {
        (one.pk, desk.agency.pk) for one in found.values()
    }


@pytest.mark.parametrize("codes", ["", "   ", "hola", "\x00", "x" * 200_001])
def test_paste_without_codes_comes_back_with_words(desk: Desk, codes: str) -> None:
    answer = desk.paste(codes)

    assert answer.status_code == 200
    assert list(answer.context["paste"].errors) == ["codes"]
    assert answer.context["paste"]["codes"].value() == codes.replace("\x00", "\x00")


@pytest.mark.parametrize(("number", "is_refused"), [(500, False), (501, True)])
def test_list_has_500_codes_at_most(desk: Desk, number: int, is_refused: bool) -> None:
    answer = desk.paste("\n".join(new_code() for _ in range(number)))

    assert bool(answer.context["paste"].errors) is is_refused
    assert len(answer.context.get("lines", [])) == (0 if is_refused else 500)


@pytest.mark.parametrize("limit", [CODES_PER_AGENCY, UNKNOWN_PER_AGENCY])
def test_lists_count_in_the_limit_of_the_agency(
    desk: Desk, limit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    monkeypatch.setattr("lms.desks.agency.views.timezone.now", lambda: now)
    unknown = limit.most if limit == UNKNOWN_PER_AGENCY else 0
    note_codes(desk.agency.pk, codes=limit.most, unknown=unknown, now=now)

    answer = desk.paste("8K2MZ4QW7TRXN5V0CDEH")

    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 60
    assert answer.context["paste"]["codes"].value() == "8K2MZ4QW7TRXN5V0CDEH"


def test_sheet_comes_back_with_the_states(desk: Desk) -> None:
    code, unknown = grouped(desk.certificate().code), new_code()
    rows = [["Nombre", "Código"], ["=1+1", code], ["Luz", unknown], ["Sol", None], ["Mar", "no es"]]

    with translation.override("en"):
        answer = desk.bring(xlsx(rows), download="1")

    got = rows_of(answer.content)
    assert answer["Content-Disposition"] == 'attachment; filename="checked.xlsx"'
    assert [row[:4] for row in got] == [
        ["Nombre", "Código", "State", "Checked on"],
        ["'=1+1", code, "Valid (DEMONSTRATION, NOT VALID)", got[1][3]],
        ["Luz", unknown, "Unknown", got[1][3]],
        ["Sol", None, None, None],
        ["Mar", "no es", "Not a code", got[1][3]],
    ]
    assert got[1][3][:4] == str(timezone.localdate().year)


def test_csv_comes_back_as_csv(desk: Desk) -> None:
    code = desk.certificate().code

    with translation.override("en"):
        answer = desk.bring(f"Código,Nota\n{code},@x\n".encode(), name="x.csv", download="1")

    lines = StringIO(answer.content.decode("utf-8-sig")).read().splitlines()
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert lines[0] == "Código,Nota,State,Checked on"
    assert lines[1].startswith(f'{code},\'@x,"Valid (DEMONSTRATION, NOT VALID)",')


def test_sheet_may_be_shown_on_the_page(desk: Desk) -> None:
    answer = desk.bring(xlsx([["Código"], [desk.certificate().code], ["no"]]), show="1")

    assert states(answer) == [(2, "valid"), (3, "no_code")]


def test_unclear_column_is_asked_for_and_the_file_is_kept_in_the_page(desk: Desk) -> None:
    old, new = desk.certificate(CertificateState.EXPIRED), desk.certificate()
    content = f"Antes;Ahora\n{old.code};{new.code}\n".encode()

    asked = desk.bring(content, show="1")
    kept = asked.context["sheet"].kept_text
    data = {"kind": "sheet", "kept": kept, "column": "1", "show": "1"}
    answer = desk.browser.post(desk.url("agency_check"), data)

    assert base64.b64decode(kept) == content
    assert [column.heading for column in asked.context["sheet"].unclear] == ["Antes", "Ahora"]
    assert CertificateCheck.objects.count() == 1
    assert states(answer) == [(2, "valid")]


@pytest.mark.parametrize(
    "data",
    [
        {"file": SimpleUploadedFile("x.xlsx", b"")},
        {"file": SimpleUploadedFile("x.xlsx", b"PK\x03\x04roto")},
        {"file": SimpleUploadedFile("x.xlsm", b"x" * (1024 * 1024 + 1))},
        {"file": SimpleUploadedFile("x.csv", b"nombre\nRosa\n")},
        {"file": "no es un archivo"},
        {"kept": "%%%"},
        {"kept": base64.b64encode(b"\x00\x01").decode()},
        {},
    ],
)
def test_what_is_no_sheet_is_refused_at_its_field(desk: Desk, data: dict[str, Any]) -> None:
    answer = desk.browser.post(desk.url("agency_check"), {"kind": "sheet", **data})

    assert answer.status_code == 200
    assert list(answer.context["sheet"].errors) == ["file"]


def test_sheet_of_501_codes_is_refused(desk: Desk) -> None:
    answer = desk.bring(xlsx([["Código"], *[[new_code()] for _ in range(501)]]), download="1")

    assert "501" in str(answer.context["sheet"].errors["file"])


def test_list_costs_the_same_for_1_and_30(desk: Desk) -> None:
    codes = [desk.certificate().code, *[new_code() for _ in range(29)]]
    browser = desk.browser
    browser.get(desk.url("agency_home"))  # what is asked once and then kept is no part of it
    counts = []
    for number in (1, 30):
        with CaptureQueriesContext(connection) as queries:
            browser.post(desk.url("agency_check"), {"codes": "\n".join(codes[:number])})
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_forms_are_sent_with_a_token_against_forged_requests(desk: Desk) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(desk.cast.coordinator)

    assert browser.post(desk.url("agency_check"), {"codes": new_code()}).status_code == 403
    page = browser.get(desk.url("agency_check"))
    assert page["Referrer-Policy"] == "same-origin"


# --- What is shared -------------------------------------------------------------------------------


def listed(answer: Any) -> list[int]:
    return [row.share.certificate_id for row in answer.context["rows"]]


def test_only_live_shares_with_this_agency_are_listed(desk: Desk) -> None:
    shown, ended, elsewhere, not_shared, erased = (desk.certificate() for _ in range(5))
    desk.share(shown)
    desk.share(ended, ended_at=timezone.now())
    desk.share(elsewhere, agency=AgencyFactory())
    desk.share(erased)
    Certificate.objects.filter(pk=erased.pk).update(holder_erased_at=timezone.now())

    answer = desk.browser.get(desk.url("agency_shared"))

    assert listed(answer) == [shown.pk]
    page = answer.content.decode()
    assert [one.facts["full_name"] in page for one in (shown, ended, elsewhere, not_shared)] == [
        True,
        False,
        False,
        False,
    ]


def test_those_that_end_soon_are_found(desk: Desk) -> None:
    now = timezone.now()
    by_days = {days: desk.certificate() for days in (1, 89, 91)}
    for days, certificate in by_days.items():
        until = now + timedelta(days=days)
        Certificate.objects.filter(pk=certificate.pk).update(valid_until=until)
        desk.share(certificate)
    desk.share(desk.certificate(CertificateState.EXPIRED))

    answer = desk.browser.get(desk.url("agency_shared"), {"vencen": "90"})

    assert listed(answer) == [by_days[1].pk, by_days[89].pk]
    assert desk.browser.get(desk.url("agency_home")).context["desk"].ending == 2


def test_shared_list_costs_the_same_for_one_and_three(desk: Desk) -> None:
    browser = desk.browser
    browser.get(desk.url("agency_home"))  # what is asked once and then kept is no part of it
    counts = []
    for number in (1, 2):
        for _ in range(number):
            desk.share(desk.certificate())
        with CaptureQueriesContext(connection) as queries:
            browser.get(desk.url("agency_shared"))
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_shared_list_has_pages(desk: Desk) -> None:
    for certificate in [desk.certificate() for _ in range(2)]:
        desk.share(certificate)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lms.desks.agency.views.PER_PAGE", 1)
        first = desk.browser.get(desk.url("agency_shared"))
        second = desk.browser.get(desk.url("agency_shared"), {"page": "2"})

    assert len({*listed(first), *listed(second)}) == 2


def test_shared_file_is_given_while_it_is_shared(desk: Desk) -> None:
    certificate = desk.certificate()
    share = desk.share(certificate)
    url = desk.url("agency_shared_pdf", share.pk)
    waiting = desk.browser.get(url)
    services.render_issuance(issuance_id=certificate.issuance.pk, now=timezone.now())
    certificate.issuance.refresh_from_db()
    assert certificate.issuance.state == OutboxState.DONE

    given = desk.browser.get(url)
    CertificateShare.objects.update(ended_at=timezone.now())

    assert (waiting.status_code, waiting["Location"]) == (302, desk.url("agency_shared"))
    assert given.content[:5] == b"%PDF-"
    assert desk.browser.get(url).status_code == 404


@pytest.mark.parametrize("state", [CertificateState.REVOKED, CertificateState.REPLACED])
def test_file_of_what_was_taken_back_is_not_given(desk: Desk, state: CertificateState) -> None:
    share = desk.share(desk.certificate(state))

    assert desk.browser.get(desk.url("agency_shared_pdf", share.pk)).status_code == 404


def test_cohorts_of_shared_certificates_are_named(desk: Desk) -> None:
    today = timezone.localdate()
    cohort, _other = (
        Cohort.objects.create(
            release=desk.cast.release,
            name=name,
            starts_date=today,
            ends_date=today,
            certificate_timing=CertificateTiming.AT_COMPLETION,
            created_at=timezone.now(),
        )
        for name in ("Primera", "Segunda")
    )
    certificate = desk.certificate()
    certificate.enrolment.cohort = cohort
    certificate.enrolment.save()
    desk.share(certificate)

    answer = desk.browser.get(desk.url("agency_shared"))

    assert [(one.name, one.shared) for one in answer.context["cohorts"]] == [("Primera", 1)]
    assert reverse("agency_zip", args=[cohort.pk]) in answer.content.decode()


# --- Keys -----------------------------------------------------------------------------------------


def make_key(desk: Desk, browser: Client, **changes: str) -> Any:
    url = desk.url("agency_key_add")
    until = timezone.localdate() + timedelta(days=30)
    data = {
        "once": browser.get(url).context["once"],
        "name": "Sistema de personal",
        "scope": "state",
        "expires_date": until.isoformat(),
    }
    return browser.post(url, {**data, **changes})


def test_key_is_shown_once_kept_as_a_digest_and_noted(desk: Desk) -> None:
    browser = desk.browser

    made = make_key(desk, browser)

    secret = made.context["secret"]
    token = ApiToken.objects.get()
    assert made.content.decode().count(secret) == 1
    assert "no-store" in made["Cache-Control"]
    assert (token.digest, token.agency, token.scope, token.created_by) == (
        token_digest(secret),
        desk.agency,
        TokenScope.STATE,
        desk.cast.coordinator,
    )
    assert secret not in browser.get(desk.url("agency_keys")).content.decode()
    event = AuditEvent.objects.get(action="api_token_created")
    assert (event.actor_id, event.target_id) == (desk.cast.coordinator.pk, str(token.pk))


def test_page_loaded_anew_neither_shows_a_key_nor_makes_another(desk: Desk) -> None:
    browser = desk.browser
    first = make_key(desk, browser)

    again = make_key(desk, browser, once=first.context["once"])
    used = browser.get(desk.url("agency_key_add")).context["once"]
    make_key(desk, browser, once=used)
    repeated = make_key(desk, browser, once=used)

    assert again.status_code == 200  # the page of the first key carries a fresh form's mark
    assert (repeated.status_code, repeated["Location"]) == (302, desk.url("agency_keys"))
    assert ApiToken.objects.count() == 3


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"scope": "everything"}, "scope"),
        ({"expires_date": "2020-01-01"}, "expires_date"),
        ({"expires_date": "2036-01-01"}, "expires_date"),
        ({"expires_date": "mañana"}, "expires_date"),
    ],
)
def test_key_form_comes_back_with_words(desk: Desk, changes: dict[str, str], field: str) -> None:
    answer = make_key(desk, desk.browser, **changes)

    assert list(answer.context["form"].errors) == [field]
    assert ApiToken.objects.count() == 0


def test_agency_of_a_key_is_never_read_from_the_form(desk: Desk) -> None:
    make_key(desk, desk.browser, agency=str(AgencyFactory().pk))

    assert ApiToken.objects.get().agency == desk.agency


def test_agency_has_ten_live_keys_at_most(desk: Desk) -> None:
    keys = [desk.key(f"Sistema {number}") for number in range(10)]
    desk.key("De otra entidad", agency=AgencyFactory())

    refused = make_key(desk, desk.browser)
    services.revoke_token(token=keys[0], acting_user=desk.cast.coordinator, now=timezone.now())
    made = make_key(desk, desk.browser)

    assert list(refused.context["form"].errors) == ["__all__"]
    assert made.context["secret"].startswith("amp_")
    assert ApiToken.objects.filter(agency=desk.agency, revoked_at=None).count() == 10


def test_key_is_ended_after_a_question_and_stays_on_record(desk: Desk) -> None:
    key, browser = desk.key(), desk.browser
    url = desk.url("agency_key_end", key.pk)

    browser.get(url)
    key.refresh_from_db()
    asked = key.revoked_at
    for _ in range(2):
        browser.post(url)

    key.refresh_from_db()
    assert (asked, key.revoked_at is None) == (None, False)
    assert AuditEvent.objects.filter(action="api_token_revoked").count() == 1
    assert [live for _key, live in browser.get(desk.url("agency_keys")).context["rows"]] == [False]


def test_key_of_somebody_who_left_is_ended_by_her_successor(desk: Desk) -> None:
    key = desk.key()
    desk.cast.coordinator.memberships.update(until_date=timezone.localdate() - timedelta(days=1))
    successor = UserFactory()
    MembershipFactory(user=successor, agency=desk.agency, role=MembershipRole.COORDINATOR)

    client_of(successor).post(desk.url("agency_key_end", key.pk))

    key.refresh_from_db()
    assert key.revoked_at is not None


def test_key_list_costs_the_same_for_one_and_three(desk: Desk) -> None:
    browser = desk.browser
    browser.get(desk.url("agency_home"))  # what is asked once and then kept is no part of it
    counts = []
    for number in (1, 2):
        for place in range(number):
            desk.key(f"Sistema {place}")
        with CaptureQueriesContext(connection) as queries:
            browser.get(desk.url("agency_keys"))
        counts.append(len(queries))

    assert counts[0] == counts[1]


@pytest.mark.parametrize("name", ["agency_check", "agency_shared", "agency_keys"])
def test_pages_speak_both_languages(desk: Desk, name: str) -> None:
    with translation.override("en"):
        url = desk.url(name)

    assert url.startswith("/en/agencia/")
    assert b'lang="en"' in desk.browser.get(url).content

"""Lists of codes that a coordinator checks: pasted, or brought as a sheet."""

import base64
from io import StringIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from certificates.agency.limits import CODES_PER_AGENCY, UNKNOWN_PER_AGENCY, note_codes
from certificates.codes import grouped, new_code
from certificates.enums import CertificateState
from certificates.models import CertificateCheck
from tests.desks.agency.desk_scene import Desk
from tests.support.sheets import rows_of, xlsx

pytestmark = pytest.mark.django_db


def states(answer: Any) -> list[tuple[int, str]]:
    return [(line.number, line.state) for line in answer.context["lines"]]


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

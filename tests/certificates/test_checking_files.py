"""Checking a file: is it ours, is it whole, is it current; bounded, and kept nowhere."""

import io
import tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfWriter

from certificates import pdf, services
from certificates.check_limits import FILES_OVERALL, FILES_PER_ADDRESS
from certificates.enums import CertificateState
from certificates.models import Certificate, CertificateCheck
from certificates.pdf_checking import LARGEST_PDF
from certificates.print_jobs import Print
from tests.factories import UserFactory
from tests.factories.certificates import make_certificate
from tests.learning.cast import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
YES, NO, OPEN = "mark-yes", "mark-no", "mark-open"


def made(
    now: datetime, state: CertificateState = CertificateState.VALID, **enrolment: Any
) -> tuple[Certificate, bytes]:
    """Return a certificate and its file, as the worker stored it."""
    certificate = make_certificate(state, now=now, **enrolment)
    services.render_issuance(issuance_id=certificate.issuance.pk, now=now)
    certificate.issuance.refresh_from_db()
    with certificate.issuance.file.open() as file:
        return certificate, file.read()


def send(client: Client, content: bytes, **extra: Any) -> HttpResponse:
    file = SimpleUploadedFile("certificado.pdf", content, content_type="application/pdf")
    return client.post("/en/v/", {"file": file}, **extra)


def marks(response: HttpResponse) -> list[str]:
    """Return the answers to the three questions."""
    verdicts = response.content.decode().split('<ul class="verdicts">', 1)[1].split("</ul>", 1)[0]
    return [part.split('"', 1)[0] for part in verdicts.split('<svg class="mark ')[1:]]


def banner(response: HttpResponse) -> str:
    return response.content.decode().split('<div class="state state-', 1)[1].split('"', 1)[0]


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch, now: datetime) -> datetime:
    monkeypatch.setattr("certificates.checking.views.start.timezone.now", lambda: now)
    return now


@pytest.mark.parametrize(
    ("state", "current"),
    [
        (CertificateState.VALID, YES),
        (CertificateState.EXPIRED, NO),
        (CertificateState.REVOKED, NO),
        (CertificateState.REPLACED, NO),
    ],
)
def test_file_of_ours_is_ours_and_whole_and_shows_its_state(
    client: Client, frozen: datetime, state: CertificateState, current: str
) -> None:
    certificate, content = made(frozen, state)

    response = send(client, content)
    text = response.content.decode()

    assert response.status_code == 200
    assert banner(response) == state
    assert marks(response) == [YES, YES, current]
    assert certificate.typed_facts.full_name in text
    assert f"/en/v/{certificate.code}/" in text
    assert "in-file" not in text


def test_file_with_an_increment_is_altered(client: Client, frozen: datetime) -> None:
    certificate, content = made(frozen)
    writer = PdfWriter(io.BytesIO(content), incremental=True)
    writer.add_metadata({"/Title": "otro"})
    changed = io.BytesIO()
    writer.write(changed)

    response = send(client, changed.getvalue())

    assert banner(response) == "altered"
    assert marks(response) == [OPEN, NO, OPEN]
    assert certificate.typed_facts.full_name in response.content.decode()


def test_altered_file_shows_our_facts_and_which_of_them_it_lacks(
    client: Client, frozen: datetime
) -> None:
    certificate, _content = made(frozen)
    facts = replace(certificate.typed_facts, full_name="Juan Forjador")
    forged = pdf.render(
        Print(
            facts=facts,
            code=certificate.code,
            language=certificate.language,
            layout=certificate.design,
            content=certificate.design_version.typed_content,
        )
    )

    response = send(client, forged)
    text = response.content.decode()

    assert banner(response) == "altered"
    assert marks(response) == [OPEN, NO, OPEN]
    assert "Juan Forjador" not in text
    name = text.split(certificate.typed_facts.full_name, 1)[1].split("</dd>", 1)[0]
    course = text.split(certificate.typed_facts.course_title, 1)[1].split("</dd>", 1)[0]
    assert "in-file-not" in name
    assert "in-file" in course
    assert "in-file-not" not in course


def test_file_of_a_stranger_is_not_ours(client: Client, frozen: datetime) -> None:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    foreign = io.BytesIO()
    writer.write(foreign)

    response = send(client, foreign.getvalue())

    assert (response.status_code, banner(response)) == (200, "foreign")
    assert marks(response) == [NO, OPEN, OPEN]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"GIF89a", "not a PDF"),
        (b"", "This file is empty."),
        (b"\x00" * 100, "not a PDF"),
        (b"PK\x03\x04 certificado", "not a PDF"),
    ],
)
def test_what_is_no_pdf_is_answered_at_its_field(
    client: Client, content: bytes, words: str
) -> None:
    response = send(client, content)
    text = response.content.decode()

    assert response.status_code == 200
    assert words in text
    assert text.count('aria-invalid="true"') == 1


def test_form_without_a_file_is_answered(client: Client) -> None:
    response = client.post("/en/v/", {"file": ""})

    assert response.status_code == 200
    assert "Choose the PDF file of the certificate." in response.content.decode()


# --- Bounds --------------------------------------------------------------------------------------


class Unreadable(io.RawIOBase):
    """A body that must not be read."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        raise AssertionError("the body was read")


def post_with_length(client: Client, length: str | None) -> HttpResponse:
    extra: dict[str, Any] = {} if length is None else {"CONTENT_LENGTH": length}
    request = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/en/v/",
        "CONTENT_TYPE": "multipart/form-data; boundary=x",
        "wsgi.input": io.BufferedReader(Unreadable()),
        **extra,
    }
    return client.request(**request)


@pytest.mark.parametrize("length", [str(LARGEST_PDF + 200_000), "50000000", "9" * 30])
def test_too_large_a_file_is_refused_before_it_is_read(client: Client, length: str) -> None:
    response = post_with_length(client, length)

    assert response.status_code == 413
    assert "larger than 5 MB" in response.content.decode()
    assert 'aria-invalid="true"' in response.content.decode()


@pytest.mark.parametrize("length", [None, "", "-1", "x", "1e3"])
def test_request_without_a_length_is_refused_before_it_is_read(
    client: Client, length: str | None
) -> None:
    response = post_with_length(client, length)

    assert response.status_code == 411
    assert "<form" in response.content.decode()


def test_file_a_little_too_large_is_answered_at_its_field(client: Client) -> None:
    response = send(client, b"%PDF-1.7" + b"0" * LARGEST_PDF)

    assert response.status_code == 200
    assert "larger than 5 MB" in response.content.decode()


def test_cut_off_form_is_answered(client: Client) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-1.7'
    response = client.generic(
        "POST", "/en/v/", body, content_type="multipart/form-data; boundary=x"
    )

    assert response.status_code == 200
    assert response.content.decode().count('aria-invalid="true"') == 1


def test_file_is_kept_nowhere(
    client: Client, frozen: datetime, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _certificate, content = made(frozen)
    stored = default_storage.listdir("certificates")[1]
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    send(client, content)
    send(client, b"%PDF-1.7" + b"0" * 4_000_000)

    assert list(tmp_path.iterdir()) == []
    assert default_storage.listdir("certificates")[1] == stored


def test_check_of_a_file_costs_little_and_opens_no_session(frozen: datetime) -> None:
    certificate, content = made(frozen)
    browser = client_of(UserFactory())
    browser.get("/en/v/")

    with CaptureQueriesContext(connection) as queries:
        response = send(browser, content)

    noted = (CertificateCheck._meta.db_table, "SAVEPOINT")
    asked = [one["sql"] for one in queries if not any(word in one["sql"] for word in noted)]
    assert CertificateCheck.objects.filter(certificate=certificate, agency=None).count() == 1
    assert response.status_code == 200
    assert len(asked) <= 6
    assert not [sql for sql in asked if "session" in sql or "accounts_user" in sql]


def test_file_check_is_kept_to_oneself_and_works_without_cookies(frozen: datetime) -> None:
    _certificate, content = made(frozen)

    response = send(Client(enforce_csrf_checks=True), content)

    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response.cookies == {}


def test_files_have_a_limit_of_their_own(client: Client, frozen: datetime) -> None:
    code = make_certificate(now=frozen).code

    answers = [send(client, b"GIF89a").status_code for _ in range(FILES_PER_ADDRESS.most)]
    stopped = send(client, b"GIF89a")

    assert set(answers) == {200}
    assert (stopped.status_code, stopped["Retry-After"]) == (429, "60")
    assert client.get(f"/v/{code}/").status_code == 200
    assert send(client, b"GIF89a", REMOTE_ADDR="192.0.2.9").status_code == 200


def test_files_have_a_limit_for_everybody_together(
    client: Client, frozen: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("certificates.check_limits.FILES_OVERALL", replace(FILES_OVERALL, most=3))

    answers = [
        send(client, b"GIF89a", REMOTE_ADDR=f"192.0.2.{number}").status_code for number in range(4)
    ]

    assert answers == [200, 200, 200, 429]


def test_unknown_code_in_a_file_is_counted_as_a_guess(client: Client, frozen: datetime) -> None:
    certificate, _content = made(frozen)
    guess = "0123456789ABCDEFGHJK"
    forged = pdf.render(
        Print(
            facts=certificate.typed_facts,
            code=guess,
            language="es",
            layout=certificate.design,
            content=certificate.design_version.typed_content,
        )
    )

    response = send(client, forged)
    for _ in range(29):
        client.get(f"/v/{guess}/")

    assert banner(response) == "foreign"
    assert client.get(f"/v/{guess}/").status_code == 429

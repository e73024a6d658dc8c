"""The examples of docs/checking-by-agencies.md are run as they stand there."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.utils import timezone

from certificates.agency.limits import CODES_PER_AGENCY, UNKNOWN_PER_AGENCY
from certificates.agency.schemas import MOST_CODES
from certificates.models import Certificate
from certificates.services.tokens import MOST_KEYS
from lms.core.sheets import AS_IT_STANDS
from tests.factories.certificates import CODE, make_certificate, make_token

pytestmark = pytest.mark.django_db

PAGE = Path(__file__).resolve().parents[3] / "docs/checking-by-agencies.md"
ADDRESS = "https://aula.example.pe"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


class Quiet(WSGIRequestHandler):
    """Writes no access log."""

    def log_message(self, format: str, *args: object) -> None:
        return None


@pytest.fixture
def server() -> Iterator[WSGIServer]:
    """Serve one request when told to, in this thread and so in the test's own transaction."""
    for signal in (request_started, request_finished):  # they would end the transaction
        signal.disconnect(close_old_connections)
    with make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Quiet) as found:
        found.timeout = 20
        yield found
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def secret() -> str:
    certificate = make_certificate(now=timezone.now())
    Certificate.objects.filter(pk=certificate.pk).update(code=CODE)
    return make_token(now=timezone.now())[1]


def run(command: list[str], server: WSGIServer, secret: str, folder: Path) -> str:
    """Return what the command prints while the server answers it once."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, "AMPARO_KEY": secret},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    server.handle_request()
    out, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (0, "")
    return out


def here(text: str, server: WSGIServer) -> str:
    return text.replace(ADDRESS, f"http://127.0.0.1:{server.server_port}")


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0, '{"state": "valid", "code": "8K2MZ4QW7TRXN5V0CDEH"'), (1, '{"results": [{"asked": "8K2M')],
)
def test_example_for_curl_works(
    server: WSGIServer, secret: str, tmp_path: Path, number: int, expected: str
) -> None:
    out = run(["sh", "-c", here(blocks("sh")[number], server)], server, secret, tmp_path)

    assert out.startswith(expected)


def test_example_for_python_works(server: WSGIServer, secret: str, tmp_path: Path) -> None:
    (program,) = blocks("python")
    (tmp_path / "codes.txt").write_text(f"{CODE}\n\nno es\n", encoding="utf-8")

    out = run([sys.executable, "-c", here(program, server)], server, secret, tmp_path)

    until = Certificate.objects.get().facts["valid_until_date"]
    assert out == f"{CODE}\tvalid\t{until}\nno es\tunknown\t\n"


def test_page_names_the_limits_that_hold() -> None:
    text = PAGE.read_text(encoding="utf-8")
    said = (
        f"Up to {MOST_CODES} codes",
        f"{CODES_PER_AGENCY.most:,} codes in a minute",
        f"after {UNKNOWN_PER_AGENCY.most} of them",
        f"{AS_IT_STANDS.rows:,} rows, {AS_IT_STANDS.columns} columns",
        "ten live keys at most",
    )

    assert [words in text for words in said] == [True] * len(said)
    assert MOST_KEYS == 10

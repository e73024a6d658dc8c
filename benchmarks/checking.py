"""What a check costs, and whether its time tells an unknown code from a known or unreadable one.

Each request comes from an address of its own, so that no limit answers in place of the page.
"""

from itertools import count
from typing import Any

import django

django.setup()

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from benchmarks.measure import Figure, medians
from certificates import services
from certificates.codes import new_code
from certificates.models import Certificate

ROUNDS = 150
FILE_ROUNDS = 20
UNREADABLE = "esto-no-es-un-codigo"
_numbers = count()


def _address() -> str:
    number = next(_numbers)
    return f"10.{number // 65536 % 256}.{number // 256 % 256}.{number % 256}"


def _check(client: Client, code: str) -> Any:
    return client.get(f"/v/{code}/", secure=True, REMOTE_ADDR=_address())


def code_figures(client: Client, certificate: Certificate) -> tuple[list[Figure], str]:
    """Measure known, unknown and unreadable codes against each other; return both differences too."""
    known, unknown = medians(
        lambda: _check(client, certificate.code), lambda: _check(client, new_code()), rounds=ROUNDS
    )
    unreadable, again = medians(
        lambda: _check(client, UNREADABLE), lambda: _check(client, new_code()), rounds=ROUNDS
    )
    words = (
        f"Median differences of {ROUNDS} checks each: known and unknown codes "
        f"{abs(known - unknown):.2f} ms, unknown and unreadable codes "
        f"{abs(unreadable - again):.2f} ms (less than 5 ms is promised)."
    )
    figures = [
        Figure("a known code", known, "an unknown code", unknown),
        Figure("an unreadable code", unreadable, "an unknown code", again),
    ]
    return figures, words


def file_figure(client: Client, certificate: Certificate) -> Figure:
    """Measure the check of our own file against that of its code."""
    content = services.stored_pdf(certificate=certificate, now=timezone.now())
    if content is None:
        content = services.render_certificate(certificate, now=timezone.now())

    def send() -> Any:
        file = SimpleUploadedFile("c.pdf", content, content_type="application/pdf")
        return client.post("/v/", {"file": file}, secure=True, REMOTE_ADDR=_address())

    measured, baseline = medians(send, lambda: _check(client, certificate.code), rounds=FILE_ROUNDS)
    return Figure(
        "a file of ours checked", measured, "its code checked", baseline, size=len(content)
    )

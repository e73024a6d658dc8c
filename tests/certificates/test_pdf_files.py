"""The file beyond its pages: two standards, one revision, one signature, one attachment."""

import io
import os
import re
import shutil
import subprocess
import zlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import page
import pytest
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pypdf import PdfReader

from certificates import pdf, pdf_structure
from certificates.print_jobs import FIRST_LAYOUT, Print
from certificates.print_pages import page_of
from certificates.wording import signature_field_words
from tests.certificates.test_pdf import ASHANINKA, AYMARA, QUECHUA
from tests.factories.certificates import CODE, FACTS, facts_with
from tests.factories.printing import ALL_LAYOUTS, CREDENTIAL, SIGNED_AT, job_with, picture, signer
from tests.support.pyhanko_check import verdict_of

MOST_BYTES = 90_000
FRAGMENT = "a1.credential-2026-11-24-0a1b2c." + "x" * 330
PDFSIG = shutil.which("pdfsig") or "/usr/bin/pdfsig"
STANDARDS = ("3a", "ua1")


def failures(content: bytes) -> list[str]:
    """Return what two outside validators find wrong."""
    return [
        f"{standard} {one.rule_id} {one.message}"
        for standard in STANDARDS
        for one in page.validate_pdf_bytes(content, profile=standard).failures
    ]


def pdfsig(content: bytes, folder: Path) -> str:
    """Return what Poppler says of the signatures of a file."""
    path = folder / "file.pdf"
    path.write_bytes(content)
    done = subprocess.run(
        [PDFSIG, str(path)],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "TZ": "UTC"},
    )
    return done.stdout


def root_of(content: bytes) -> Any:
    return PdfReader(io.BytesIO(content)).trailer["/Root"]


@pytest.mark.parametrize("layout", ALL_LAYOUTS)
@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("is_pilot", [True, False])
def test_signed_file_is_pdf_a_and_pdf_ua_within_the_budget(
    layout: str, language: str, is_pilot: bool
) -> None:
    job = job_with(layout, language=language)

    content = pdf.render(replace(job, facts=replace(job.facts, is_pilot=is_pilot)))

    assert failures(content) == []
    assert len(content) <= MOST_BYTES
    assert len(PdfReader(io.BytesIO(content)).pages) == 2
    assert root_of(content)["/Lang"] == language


@pytest.mark.parametrize("layout", ALL_LAYOUTS[1:])
def test_file_with_both_qrs_keeps_to_the_budget(layout: str) -> None:
    content = pdf.render(job_with(layout, fragment=FRAGMENT))

    assert failures(content) == []
    assert len(content) <= MOST_BYTES


@pytest.mark.parametrize("name", [QUECHUA, AYMARA, ASHANINKA, "W" * 300], ids=lambda one: one[:7])
def test_names_of_our_languages_keep_to_the_standards(name: str) -> None:
    job = job_with("marco-1")

    assert failures(pdf.render(replace(job, facts=replace(job.facts, full_name=name)))) == []


def test_validators_do_find_faults() -> None:
    plain = pdf.render(Print(FACTS, code=CODE, language="es"))

    found = {one.split()[0] for one in failures(plain)}

    assert found == set(STANDARDS)


def test_poppler_calls_the_signature_valid_and_the_document_whole(tmp_path: Path) -> None:
    said = pdfsig(pdf.render(job_with()), tmp_path)

    assert said.count("Signature #") == 1
    assert "Signature Validation: Signature is Valid." in said
    assert "Total document signed" in said
    assert "Signature Type: ETSI.CAdES.detached" in said
    assert "Signing Time: Nov 24 2026 17:00:00" in said


def test_pyhanko_calls_the_signature_pades_and_the_file_unchanged() -> None:
    found, status = verdict_of(pdf.render(job_with()))

    assert status.bottom_line
    assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    assert found.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    names = sorted(one["type"].native for one in found.signer_info["signed_attrs"])
    assert names == ["content_type", "message_digest", "signing_certificate_v2"]
    assert not found.signer_info["unsigned_attrs"].native


def test_signature_allows_no_later_change_and_is_tagged() -> None:
    root = root_of(pdf.render(job_with()))

    (field,) = [one.get_object() for one in root["/AcroForm"]["/Fields"]]
    signature = field["/V"]
    assert root["/Perms"]["/DocMDP"] == signature
    assert signature["/Reference"][0]["/TransformParams"]["/P"] == 1
    assert field["/TU"] == signature_field_words("es")
    assert [element["/S"] for element in struct_elements(root) if element["/S"] == "/Form"] == [
        "/Form"
    ]


def struct_elements(root: Any) -> list[Any]:
    return [
        one.get_object()
        for one in root["/StructTreeRoot"]["/K"][0]["/K"]
        if "/S" in one.get_object()
    ]


def test_file_has_one_revision_and_one_metadata_packet() -> None:
    content = pdf.render(job_with())

    assert content.count(b"%%EOF") == 1
    assert content.count(b"startxref") == 1
    assert content.count(b"<?xpacket begin") == 1
    assert f"<dc:identifier>{CODE}</dc:identifier>".encode() in content
    assert b'pdfaid:part="3" pdfaid:conformance="A"' in content
    assert b'pdfuaid:part="1"' in content


def test_credential_is_attached_once_as_data() -> None:
    content = pdf.render(job_with())
    root = root_of(content)

    attached = PdfReader(io.BytesIO(content)).attachments
    assert list(attached) == ["credential.json"]
    assert attached["credential.json"] == [CREDENTIAL.encode()]
    assert len(root["/AF"]) == 1
    described = root["/AF"][0].get_object()
    assert described["/AFRelationship"] == "/Data"
    assert described["/EF"]["/F"]["/Subtype"] == "/application/ld+json"


def test_stream_may_end_with_a_carriage_return() -> None:
    """What ends a stream is told from what ends its line, whatever its last byte is."""
    texts = (CREDENTIAL.replace("uuid:0", f"uuid:{number * 'a'}") for number in range(256))
    credential = next(one for one in texts if zlib.compress(one.encode(), 9).endswith(b"\r"))

    content = pdf.render(job_with(credential=credential))

    assert failures(content) == []
    assert content.count(b"\r\nendstream") == content.count(b"endstream") > 10


def test_equal_jobs_give_equal_bytes() -> None:
    assert pdf.render(job_with("marco-1")) == pdf.render(job_with("marco-1"))


@pytest.mark.parametrize(
    "changes",
    [
        {"signed_at": SIGNED_AT + timedelta(seconds=1)},
        {"credential": CREDENTIAL + " "},
        {"signer": signer("another")},
        {"facts": facts_with(full_name="Otra Persona")},
        {"code": CODE[::-1]},
    ],
    ids=["time", "credential", "key", "facts", "code"],
)
def test_any_change_of_a_job_changes_the_file(changes: dict[str, Any]) -> None:
    assert pdf.render(job_with(**changes)) != pdf.render(job_with())


def test_file_without_a_signer_has_no_place_for_one() -> None:
    content = pdf.render(job_with(signer=None))

    assert failures(content) == []
    assert b"/ByteRange" not in content
    assert list(PdfReader(io.BytesIO(content)).attachments) == ["credential.json"]


def test_signing_needs_a_time() -> None:
    with pytest.raises(ValueError, match="has a time"):
        pdf.render(job_with(signed_at=None))


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("is_pilot", [True, False])
def test_first_layout_without_a_signature_is_what_the_renderer_makes_of_its_page(
    language: str, is_pilot: bool
) -> None:
    job = Print(facts_with(is_pilot=is_pilot), code=CODE, language=language, layout=FIRST_LAYOUT)
    shared = pdf.engine()

    plain = shared.html(string=page_of(job), url_fetcher=shared.fetcher).write_pdf(
        stylesheets=[shared.style_sheets[FIRST_LAYOUT]],
        font_config=shared.font_config,
        pdf_tags=True,
        pdf_identifier=CODE.encode(),
    )

    assert pdf.render(job) == plain


def test_pictures_are_not_smoothed_by_the_reader() -> None:
    content = pdf.render(job_with("horizonte-2"))

    assert b"/Interpolate true" not in content
    assert len(re.findall(rb"/Subtype /Image", content)) >= 7
    assert picture(0, (240, 120)) != picture(1, (240, 120))


def test_texts_in_the_metadata_are_quoted() -> None:
    facts = facts_with(
        course_title='</rdf:li> & "/ByteRange [0 0 0 0]    /Contents <00>', issuer_name="<A & B>"
    )

    content = pdf.render(job_with(facts=facts))

    assert failures(content) == []
    assert b"&lt;A &amp; B&gt;" in content


@pytest.mark.parametrize("places", [0, 2])
def test_a_file_without_exactly_one_place_is_not_signed(places: int) -> None:
    place = b"/ByteRange [0 0 0 0]      /Contents <0000>"

    with pytest.raises(pdf_structure.NoPlaceForSignatureError):
        pdf_structure.signable(b"%PDF-1.7 " + place * places)

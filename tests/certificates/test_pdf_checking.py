"""A file that somebody hands in: ours, whole, which one, and what it says. Attack rows 2 and 23."""

import io
import json
import random
import subprocess
import sys
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, NumberObject

from certificates import pdf, services
from certificates.enums import KeyPurpose
from certificates.models import Certificate, Issuance, SigningKey
from certificates.pdf_checking import (
    LARGEST_PDF,
    PdfCheck,
    PdfFinding,
    PdfVerdict,
    check_pdf,
    look_at_signature,
)
from certificates.pdf_text import READER, text_of
from certificates.print_jobs import Print
from tests.factories.certificates import CODE, facts_with, make_certificate
from tests.factories.printing import CREDENTIAL, job_with, signer

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
ROUNDS = 20


@pytest.fixture
def certificate(now: datetime) -> Certificate:
    """A certificate whose signed file is made."""
    made = make_certificate(now=now)
    services.render_issuance(issuance_id=made.issuance.pk, now=now)
    return Certificate.objects.get(pk=made.pk)


@pytest.fixture
def content(certificate: Certificate, now: datetime) -> bytes:
    stored = services.stored_pdf(certificate=certificate, now=now)
    assert stored is not None
    return stored


@pytest.fixture(scope="module")
def signed() -> bytes:
    """A signed file without a record; `_our_key` makes its key ours."""
    return pdf.render(job_with("horizonte-2"))


@pytest.fixture
def _our_key(now: datetime) -> None:
    SigningKey.objects.create(
        name="pdf-prueba",
        purpose=KeyPurpose.PDF,
        did="did:web:testserver",
        public_pem="",
        certificate_pem=signer().certificate_pem,
        signs_from=now,
        signs_until=now,
    )


def check(content: bytes) -> PdfCheck:
    return check_pdf(content, language="es")


def is_shown_valid(content: bytes) -> bool:
    return look_at_signature(content)[0] == PdfFinding.SIGNATURE_COVERS_ALL


def signature_of(content: bytes) -> tuple[int, int]:
    start = content.index(b"/Contents <") + len(b"/Contents <")
    return start, content.index(b">", start)


def chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 (the same attacks in every run)


# --- Ours and whole ----------------------------------------------------------------------------


def test_file_of_ours_is_whole_and_names_its_certificate(
    certificate: Certificate, content: bytes
) -> None:
    found = check(content)

    assert (found.verdict, found.finding) == (PdfVerdict.WHOLE, PdfFinding.RECORDED_DIGEST)
    assert (found.is_ours, found.is_whole) == (True, True)
    assert (found.code, found.certificate) == (certificate.code, certificate)
    assert (found.standing, found.missing) == ((), ())


def test_signature_alone_makes_a_file_whole(certificate: Certificate, content: bytes) -> None:
    Issuance.objects.update(digest="0" * 64)

    found = check(content)

    assert (found.verdict, found.finding) == (PdfVerdict.WHOLE, PdfFinding.SIGNATURE_COVERS_ALL)
    assert (found.code, found.certificate) == (certificate.code, certificate)


def test_old_file_without_a_signature_is_whole_by_its_digest(now: datetime) -> None:
    certificate = make_certificate(now=now)
    certificate.status_entry.delete()
    services.render_issuance(issuance_id=certificate.issuance.pk, now=now)
    old = services.stored_pdf(certificate=Certificate.objects.get(), now=now)
    assert old is not None
    assert b"/ByteRange" not in old

    assert check(old).finding == PdfFinding.RECORDED_DIGEST
    changed = check(old + b"\n")
    assert (changed.verdict, changed.finding) == (PdfVerdict.CHANGED, PdfFinding.BYTES_CHANGED)
    assert (changed.certificate, changed.missing) == (certificate, ())
    assert "Nombre completo" in [line.label for line in changed.standing]


def test_file_of_a_retired_key_stays_whole(content: bytes) -> None:
    SigningKey.objects.update(signs_until=F("signs_from"))
    Issuance.objects.update(digest="0" * 64)

    assert check(content).finding == PdfFinding.SIGNATURE_COVERS_ALL


def test_file_of_a_stolen_key_is_believed_only_if_it_is_on_record(
    certificate: Certificate, content: bytes, now: datetime
) -> None:
    SigningKey.objects.update(signs_until=F("signs_from"), compromised_at=now)

    assert check(content).finding == PdfFinding.RECORDED_DIGEST
    Issuance.objects.update(digest="0" * 64)
    found = check(content)
    assert (found.finding, found.is_ours) == (PdfFinding.COMPROMISED_KEY, False)
    assert (found.verdict, found.certificate) == (PdfVerdict.CHANGED, certificate)


@pytest.mark.usefixtures("_our_key")
def test_whole_file_without_a_record_has_no_certificate(signed: bytes) -> None:
    found = check(signed)

    assert (found.verdict, found.code, found.certificate) == (PdfVerdict.WHOLE, CODE, None)


def test_check_of_a_whole_file_asks_three_queries(content: bytes) -> None:
    Issuance.objects.update(digest="0" * 64)

    with CaptureQueriesContext(connection) as queries:
        check(content)

    assert len(queries) == 3


# --- Attack row 2: five kinds, twenty of each --------------------------------------------------


def flipped(content: bytes, dice: random.Random) -> bytes:
    """Flip one bit anywhere, every other time inside the signature."""
    start, end = signature_of(content)
    place = dice.randrange(start, end) if dice.random() < 0.5 else dice.randrange(len(content))
    other = bytes([content[place] ^ (1 << dice.randrange(8))])
    return content[:place] + other + content[place + 1 :]


def saved_again(content: bytes, dice: random.Random) -> bytes:
    """Write the file anew with another program."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    writer.add_metadata({"/Keywords": str(dice.random())})
    return written(writer)


def added_to(content: bytes, dice: random.Random) -> bytes:
    """Append white space, or a revision with another title or a turned page."""
    kind = dice.randrange(3)
    if kind == 0:
        return content + dice.choice([b"\n", b" ", b"\0", b"%%EOF\n"]) * dice.randrange(1, 9)
    writer = PdfWriter(io.BytesIO(content), incremental=True)
    if kind == 1:
        writer.add_metadata({"/Title": f"Certificado {dice.random()}"})
    else:
        writer.pages[0][NameObject("/Rotate")] = NumberObject(dice.choice([90, 180, 270]))
    return written(writer)


def with_other_attachment(content: bytes, dice: random.Random) -> bytes:
    """Swap the attached credential, by a new revision or by writing the file anew."""
    other = CREDENTIAL.replace("María", f"Otra {dice.random()}").encode()
    if dice.random() < 0.5:
        writer = PdfWriter(io.BytesIO(content), incremental=True)
    else:
        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    writer.add_attachment("credential.json", other)
    return written(writer)


def without_signature(content: bytes, dice: random.Random) -> bytes:
    """Blank a part of the signature, put another one in its place, or take it out."""
    start, end = signature_of(content)
    kind = dice.randrange(4)
    if kind == 0:
        place = dice.randrange(start, end - 1)
        return content[:place] + b"0" * (end - place) + content[end:]
    if kind == 1:
        other = signer("another").sign(dice.randbytes(32)).hex().encode()
        return content[:start] + other.ljust(end - start, b"0")[: end - start] + content[end:]
    if kind == 2:
        return content.replace(b"/ByteRange", b"/ByteRang" + bytes([dice.randrange(65, 91)]))
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    del writer.root_object["/AcroForm"]
    writer.add_metadata({"/Keywords": str(dice.random())})
    return written(writer)


def written(writer: PdfWriter) -> bytes:
    stored = io.BytesIO()
    writer.write(stored)
    return stored.getvalue()


@pytest.mark.usefixtures("_our_key")
@pytest.mark.parametrize(
    "attack", [flipped, saved_again, added_to, with_other_attachment, without_signature]
)
def test_no_altered_file_is_shown_valid(
    attack: Callable[[bytes, random.Random], bytes], signed: bytes
) -> None:
    assert is_shown_valid(signed)

    altered = [attack(signed, chance(seed)) for seed in range(ROUNDS)]

    assert signed not in altered
    assert len(set(altered)) >= ROUNDS // 2
    assert [seed for seed, one in enumerate(altered) if is_shown_valid(one)] == []


@pytest.mark.usefixtures("_our_key")
def test_no_byte_of_the_frame_may_differ(signed: bytes) -> None:
    start, end = signature_of(signed)
    places = [
        *range(start - 80, start + 40),
        *range(end - 4, end + 60),
        *range(30),
        *range(len(signed) - 30, len(signed)),
    ]

    valid = [
        place
        for place in places
        if is_shown_valid(signed[:place] + bytes([signed[place] ^ 0x20]) + signed[place + 1 :])
    ]

    assert valid == []


@pytest.mark.parametrize(
    ("attack", "finding", "is_ours"),
    [
        (lambda one: one + b"\n", PdfFinding.ADDED_AFTER_SIGNING, True),
        (lambda one: added_to(one, chance(1)), PdfFinding.ADDED_AFTER_SIGNING, True),
        (lambda one: one.replace(b"/Length", b"/Lengtf", 1), PdfFinding.BYTES_CHANGED, False),
        (lambda one: saved_again(one, chance(1)), PdfFinding.OTHER_SIGNER, False),
        (lambda one: one[: len(one) - 600], PdfFinding.INCOMPLETE, False),
    ],
    ids=["white space", "revision", "byte", "saved again", "truncated"],
)
def test_altered_file_still_names_its_certificate(
    attack: Callable[[bytes], bytes],
    finding: PdfFinding,
    is_ours: bool,
    certificate: Certificate,
    content: bytes,
) -> None:
    found = check(attack(content))

    assert (found.verdict, found.finding) == (PdfVerdict.CHANGED, finding)
    assert (found.is_ours, found.is_whole) == (is_ours, False)
    assert (found.code, found.certificate) == (certificate.code, certificate)


def test_other_facts_in_the_text_are_pointed_out(certificate: Certificate, content: bytes) -> None:
    facts = certificate.typed_facts
    changed = replace(facts, full_name="Otra Persona", hours=facts.hours + 10)
    forged = pdf.render(Print(changed, code=certificate.code, language=certificate.language))

    found = check(forged)

    assert (found.verdict, found.finding) == (PdfVerdict.CHANGED, PdfFinding.SIGNATURE_REMOVED)
    assert (found.certificate, found.is_text_read) == (certificate, True)
    assert [line.label for line in found.missing] == ["Nombre completo", "Duración"]
    assert found.missing[0].text == facts.full_name
    assert "Curso" in [line.label for line in found.standing]


def test_compared_facts_are_worded_in_the_reader_s_language(content: bytes) -> None:
    found = check_pdf(content + b"\n", language="en")

    assert "Full name" in [line.label for line in found.standing]
    assert found.missing == ()


# --- Bad input ---------------------------------------------------------------------------------


def revisions(content: bytes, number: int) -> bytes:
    """Append so many revisions, each of which adds one object."""
    previous = int(content.rsplit(b"startxref\n", 1)[1].split()[0])
    parts, length = [content], len(content)
    for index in range(number):
        body = b"900 0 obj\n<</N %d>>\nendobj\n" % index
        table = b"xref\n900 1\n%010d 00000 n \ntrailer\n<</Size 901/Root 2 0 R/Prev %d>>\n" % (
            length,
            previous,
        )
        previous = length + len(body)
        parts.append(body + table + b"startxref\n%d\n%%%%EOF\n" % previous)
        length += len(parts[-1])
    return b"".join(parts)


def test_file_of_ten_thousand_revisions_is_answered(
    certificate: Certificate, content: bytes
) -> None:
    found = check(revisions(content, 10_000))

    assert (found.verdict, found.finding) == (PdfVerdict.CHANGED, PdfFinding.ADDED_AFTER_SIGNING)
    assert (found.is_ours, found.certificate) == (True, certificate)


@pytest.mark.usefixtures("_our_key")
def test_only_the_first_of_a_hundred_thousand_signatures_is_looked_at(signed: bytes) -> None:
    place = b"/ByteRange [0 1 2 3] /Contents <00>\n"

    found = look_at_signature(signed + place * 100_000)

    assert found == (PdfFinding.ADDED_AFTER_SIGNING, True)


def test_large_file_is_refused() -> None:
    found = check(b"%PDF-1.7\n" + bytes(50_000_000))

    assert (found.verdict, found.finding) == (PdfVerdict.TOO_LARGE, PdfFinding.TOO_LARGE)
    assert LARGEST_PDF == 5_000_000


@pytest.mark.parametrize("what", [b"", b"\x89PNG\r\n", b"<html>", b"PK\x03\x04" * 400])
def test_other_files_are_no_pdf(what: bytes) -> None:
    assert check(what).finding == PdfFinding.NOT_A_PDF


def test_somebody_else_s_signed_pdf_is_foreign(certificate: Certificate) -> None:
    found = check(pdf.render(job_with(signer=signer("another"), code="Z" * 20)))

    assert (found.verdict, found.finding) == (PdfVerdict.FOREIGN, PdfFinding.OTHER_SIGNER)
    assert (found.code, found.certificate, found.is_ours) == ("Z" * 20, None, False)


def test_somebody_else_s_signature_under_our_code_makes_no_file_of_ours(
    certificate: Certificate,
) -> None:
    found = check(pdf.render(job_with(signer=signer("another"), code=certificate.code)))

    assert (found.verdict, found.finding) == (PdfVerdict.CHANGED, PdfFinding.OTHER_SIGNER)
    assert (found.certificate, found.is_ours) == (certificate, False)


def test_encrypted_file_is_not_read(certificate: Certificate, content: bytes) -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    writer.encrypt("clave", algorithm="AES-256")

    found = check(written(writer))

    assert found.finding == PdfFinding.ENCRYPTED
    assert (found.is_whole, found.is_ours, found.is_text_read) == (False, False, False)
    assert (found.standing, found.missing) == ((), ())


def test_name_of_a_hundred_thousand_characters_is_answered(certificate: Certificate) -> None:
    """Attack row 23: in the text, in a PDF name, and where a code or a signature should stand."""
    long = b"N" * 100_000
    printed = Print(facts_with(full_name="N" * 3000), code=certificate.code, language="es")

    found = [
        check(one)
        for one in (
            pdf.render(printed),
            b"%PDF-1.7\n<</" + long + b" 1/ID [(" + long + b")]>><dc:identifier>" + long,
            b"%PDF-1.7\n/ByteRange [0 1 2 " + b"9" * 100_000 + b"]/Contents <" + b"a" * 100_000,
        )
    ]

    assert [one.verdict for one in found] == [PdfVerdict.CHANGED, *[PdfVerdict.FOREIGN] * 2]
    assert found[0].certificate == certificate
    assert "Nombre completo" in [line.label for line in found[0].missing]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"1 0 obj\n<</Type/Catalog/Pages 1 0 R>>\nendobj\ntrailer\n<</Root 1 0 R>>\nstartxref\n9\n",
        b"[" * 50_000 + b"startxref\n9\n",
        b"xref\n0 1\ntrailer\n<</Root 9 0 R/Prev 9>>\nstartxref\n9\n",
    ],
    ids=["empty", "pages that hold themselves", "nested", "a ring of revisions"],
)
def test_hostile_structure_is_answered(body: bytes) -> None:
    found = check(b"%PDF-1.7\n" + body + b"%%EOF\n")

    assert (found.verdict, found.finding) == (PdfVerdict.FOREIGN, PdfFinding.UNSIGNED)


def test_page_that_unpacks_beyond_the_memory_has_no_text() -> None:
    page = zlib.compress(b" " * 600_000_000, level=1)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<<>>>>",
        b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(page), page),
    ]
    body, table = b"%PDF-1.7\n", b"xref\n0 5\n0000000000 65535 f \n"
    for number, one in enumerate(objects, start=1):
        table += b"%010d 00000 n \n" % len(body)
        body += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    tail = b"trailer\n<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(body)

    assert not (text_of(body + table + tail) or "").strip()


def test_reader_of_text_gives_up_its_rights_before_it_looks() -> None:
    """What it may use is taken away by the kernel, so the file has no say in it."""
    script = (
        "import io, json, resource, sys\n"
        f"sys.path.insert(0, {str(READER.parent)!r})\n"
        "import pdf_text_reader as reader\n"
        "def seen(stream):\n"
        "    kinds = 'RLIMIT_AS', 'RLIMIT_CPU', 'RLIMIT_FSIZE', 'RLIMIT_CORE'\n"
        "    print(json.dumps([resource.getrlimit(getattr(resource, one)) for one in kinds]))\n"
        "    raise SystemExit\n"
        "reader.PdfReader = seen\n"
        "reader.main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", script], input=b"", capture_output=True, timeout=60
    )

    assert json.loads(done.stdout) == [[512 * 1024 * 1024] * 2, [5, 5], [0, 0], [0, 0]]


@pytest.mark.parametrize("finding", list(PdfFinding))
@pytest.mark.parametrize("language", ["es", "en"])
def test_every_finding_has_its_sentence(finding: PdfFinding, language: str) -> None:
    words = finding.words(language)

    assert words.endswith(".")
    assert "digital" not in words


def test_findings_say_different_things() -> None:
    assert len({finding.words("en") for finding in PdfFinding}) == len(PdfFinding)

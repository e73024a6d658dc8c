"""Whether a file is a certificate of ours, whole, and which one: from its bytes, without a parser.

A file of ours has one revision and one signature that covers all of it but itself. Where that
signature stands is read strictly; what it must be is built again and compared (pdf_signing). So
every byte counts, and nothing that a stranger hands in is interpreted before the verdict.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import islice

from django.utils import translation
from django.utils.translation import gettext as _

from certificates.codes import read_code
from certificates.enums import KeyPurpose
from certificates.models import Certificate, Issuance, SigningKey
from certificates.pdf_comparing import compared
from certificates.pdf_signing import SigningIdentity
from certificates.pdf_structure import byte_range
from certificates.pdf_text import text_of
from certificates.presenting import Line

LARGEST_PDF = 5_000_000
"""Bytes; ours have 90,000 at most, and a scan of one has a few millions."""
LONGEST_SIGNATURE = 65_536
NEAR = 1024
"""Bytes from a file's start and end within which its marks must stand."""

PLACE = re.compile(rb"/ByteRange (\[0 (\d{1,8}) (\d{1,8}) (\d{1,8})\] *)/Contents <([0-9a-f]+)>")
ANY_SIGNATURE = re.compile(rb"/ByteRange\s*\[")
ENCRYPTION = re.compile(rb"/Encrypt\s+\d+\s+\d+\s+R")
CODE_IN_METADATA = re.compile(rb"<dc:identifier>([0-9A-Z]{20})</dc:identifier>")
CODE_IN_IDENTIFIER = re.compile(rb"/ID\s*\[\s*\(([0-9A-Z]{20})\)")
CODE_IN_TEXT = re.compile(r"(?<![0-9A-Z])(?:[0-9A-Z]{4}\s?-\s?){4}[0-9A-Z]{4}(?![0-9A-Z])")


class PdfVerdict(StrEnum):
    """What a file is."""

    WHOLE = "whole"
    CHANGED = "changed"
    FOREIGN = "foreign"
    NOT_A_PDF = "not_a_pdf"
    TOO_LARGE = "too_large"


class PdfFinding(StrEnum):
    """What was found in a file, and so what the verdict rests on."""

    SIGNATURE_COVERS_ALL = "signature_covers_all"
    RECORDED_DIGEST = "recorded_digest"
    ADDED_AFTER_SIGNING = "added_after_signing"
    BYTES_CHANGED = "bytes_changed"
    SIGNATURE_REMOVED = "signature_removed"
    OTHER_SIGNER = "other_signer"
    UNSIGNED = "unsigned"
    COMPROMISED_KEY = "compromised_key"
    ENCRYPTED = "encrypted"
    INCOMPLETE = "incomplete"
    NOT_A_PDF = "not_a_pdf"
    TOO_LARGE = "too_large"

    def words(self, language: str) -> str:
        """Return the finding as a sentence for people."""
        with translation.override(language):
            return {
                self.SIGNATURE_COVERS_ALL: _(
                    "The issuer's signature covers the whole file: nothing was changed since."
                ),
                self.RECORDED_DIGEST: _("The file is, byte by byte, the one that was issued."),
                self.ADDED_AFTER_SIGNING: _("Something was added to the file after it was signed."),
                self.BYTES_CHANGED: _("The file was changed after it was issued."),
                self.SIGNATURE_REMOVED: _("The issuer's signature is missing from the file."),
                self.OTHER_SIGNER: _("The file bears a signature, but not the issuer's."),
                self.UNSIGNED: _("The file bears no signature."),
                self.COMPROMISED_KEY: _(
                    "The file was signed with a key that is not trusted any more, and it is not "
                    "the file on record."
                ),
                self.ENCRYPTED: _("The file is locked with a password; ours never are."),
                self.INCOMPLETE: _("The end of the file is missing. Try to download it again."),
                self.NOT_A_PDF: _("This is not a PDF file."),
                self.TOO_LARGE: _("The file is larger than any certificate of ours."),
            }[self]


@dataclass(frozen=True)
class PdfCheck:
    """What a file is, which certificate it claims to be, and how its text compares.

    `code` is the code that it claims, which need not exist; `certificate` is our record of it.
    `is_ours`: our signature is in it and holds for what it covers, or its digest is on record.
    Where it is not whole, `standing` and `missing` are the facts of our record that its text has
    and has not; both are empty unless `is_text_read`.
    """

    verdict: PdfVerdict
    finding: PdfFinding
    is_ours: bool = False
    code: str = ""
    certificate: Certificate | None = None
    standing: tuple[Line, ...] = ()
    missing: tuple[Line, ...] = ()
    is_text_read: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether it is ours and not one byte differs."""
        return self.verdict == PdfVerdict.WHOLE


@dataclass(frozen=True)
class _Signature:
    """The first place of a signature in a file, and what it covers."""

    contents: bytes
    digest: bytes
    is_exact: bool
    covers_all: bool


def check_pdf(content: bytes, *, language: str) -> PdfCheck:
    """Return what a file is; never raises for what is in it, keeps nothing, asks three queries.

    The verdict takes a few milliseconds. A file that is not whole is also read for its text, by
    another process with limits, which may take seconds: whoever calls this limits how often.

    Args:
        content: the file; more than LARGEST_PDF is refused, and should not be read at all.
        language: the language in which the compared facts are worded.
    """
    if len(content) > LARGEST_PDF:
        return PdfCheck(PdfVerdict.TOO_LARGE, PdfFinding.TOO_LARGE)
    if b"%PDF-" not in content[:NEAR]:
        return PdfCheck(PdfVerdict.NOT_A_PDF, PdfFinding.NOT_A_PDF)
    recorded = _issued_with(hashlib.sha256(content).hexdigest())
    if recorded is not None:
        return PdfCheck(
            PdfVerdict.WHOLE,
            PdfFinding.RECORDED_DIGEST,
            is_ours=True,
            code=recorded.code,
            certificate=recorded,
        )
    finding, is_ours = look_at_signature(content)
    if finding == PdfFinding.SIGNATURE_COVERS_ALL:
        code, certificate = _claimed(_codes_in_bytes(content))
        return PdfCheck(PdfVerdict.WHOLE, finding, is_ours=True, code=code, certificate=certificate)
    return _check_changed(content, finding=finding, is_ours=is_ours, language=language)


def _check_changed(
    content: bytes, *, finding: PdfFinding, is_ours: bool, language: str
) -> PdfCheck:
    """Return the check of a file that is not whole: what it claims to be, and how it compares."""
    text = None if finding == PdfFinding.ENCRYPTED else text_of(content)
    printed = [found[0] for found in islice(CODE_IN_TEXT.finditer(text or ""), 1)]
    code, certificate = _claimed([*printed, *_codes_in_bytes(content)])
    if certificate is None:
        verdict = PdfVerdict.CHANGED if is_ours else PdfVerdict.FOREIGN
        return PdfCheck(verdict, finding, is_ours=is_ours, code=code, is_text_read=text is not None)
    if finding == PdfFinding.UNSIGNED:
        was_signed = certificate.issuance.signed_at is not None
        finding = PdfFinding.SIGNATURE_REMOVED if was_signed else PdfFinding.BYTES_CHANGED
    standing, missing = compared(text, certificate, language=language) if text else ((), ())
    return PdfCheck(
        PdfVerdict.CHANGED,
        finding,
        is_ours=is_ours,
        code=certificate.code,
        certificate=certificate,
        standing=standing,
        missing=missing,
        is_text_read=bool(text),
    )


def look_at_signature(content: bytes) -> tuple[PdfFinding, bool]:
    """Return what the bytes say of the signature, and whether ours holds for what it covers.

    The verdict in one query, without our records of certificates: only SIGNATURE_COVERS_ALL means
    that the file is ours and whole.
    """
    signature = _first_signature(content)
    if signature is None:
        return _why_not_ours(content, named_us=False), False
    named_us = False
    for key in SigningKey.objects.filter(purpose=KeyPurpose.PDF).exclude(certificate_pem=""):
        identity = _identity(key.certificate_pem)
        named_us = named_us or identity.chain[0] in signature.contents
        if signature.is_exact and identity.verifies(signature.contents, signature.digest):
            if key.compromised_at is not None:
                return PdfFinding.COMPROMISED_KEY, False
            if signature.covers_all:
                return PdfFinding.SIGNATURE_COVERS_ALL, True
            return PdfFinding.ADDED_AFTER_SIGNING, True
    return _why_not_ours(content, named_us=named_us), False


def _why_not_ours(content: bytes, *, named_us: bool) -> PdfFinding:
    if ENCRYPTION.search(content):
        return PdfFinding.ENCRYPTED
    if b"%%EOF" not in content[-NEAR:]:
        return PdfFinding.INCOMPLETE
    if named_us:
        return PdfFinding.BYTES_CHANGED
    return PdfFinding.OTHER_SIGNER if ANY_SIGNATURE.search(content) else PdfFinding.UNSIGNED


def _first_signature(content: bytes) -> _Signature | None:
    """Return the first signature that stands where and as ours do; None if none does.

    Only the first: later revisions stand behind ours, and a file may have thousands of them.
    """
    places = list(islice(PLACE.finditer(content), 2))
    if not places:
        return None
    place = places[0]
    numbers, hexadecimal = place[1], place[5]
    gap_start, gap_end = place.start(5) - 1, place.end(5) + 1
    end = gap_end + int(place[4])
    is_exact = numbers == byte_range(gap_start, gap_end, end) and end <= len(content)
    if len(hexadecimal) % 2 or len(hexadecimal) > 2 * LONGEST_SIGNATURE:
        return None
    digest = hashlib.sha256(content[:gap_start])
    digest.update(content[gap_end:end])
    return _Signature(
        contents=bytes.fromhex(hexadecimal.decode()),
        digest=digest.digest(),
        is_exact=is_exact,
        covers_all=end == len(content) and len(places) == 1,
    )


@lru_cache(maxsize=64)
def _identity(certificate_pem: str) -> SigningIdentity:
    return SigningIdentity.from_pem(certificate_pem)


def _issued_with(digest: str) -> Certificate | None:
    """Return the certificate whose file has this digest."""
    found = Issuance.objects.filter(digest=digest)
    rows = Certificate.objects.filter(issuance__in=found.values("pk"))
    return rows.select_related("replaced_by").first()


def _codes_in_bytes(content: bytes) -> list[str]:
    """Return the codes in a file's metadata and in its identifier, as far as there are any."""
    found = (CODE_IN_METADATA.search(content), CODE_IN_IDENTIFIER.search(content))
    return [match[1].decode() for match in found if match is not None]


def _claimed(codes: Iterable[str]) -> tuple[str, Certificate | None]:
    """Return the code that a file claims and our record of it: the first that we know, if any."""
    read = [code for code in map(read_code, codes) if code is not None]
    rows = Certificate.objects.filter(code__in=read or [""])
    known = {one.code: one for one in rows.select_related("replaced_by", "issuance")}
    code = next((one for one in read if one in known), read[0] if read else "")
    return code, known.get(code)

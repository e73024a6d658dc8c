"""Checking certificates for an agency: one code or a list, by a key or by a coordinator."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from certificates.agency.limits import admit, note_codes
from certificates.agency.queries import certificates_by_codes
from certificates.codes import read_code
from certificates.enums import BurstKind
from certificates.models import Certificate
from certificates.services.alarms import note_burst
from certificates.services.checks import note_certificate_checks
from lms.accounts.models import Agency


@dataclass(frozen=True)
class CheckedCode:
    """One answer: the text as it came, the code that was read in it, the certificate if there is one."""

    asked: str
    code: str | None
    certificate: Certificate | None

    def state(self, *, now: datetime) -> str:
        """Return the state as a check page says it; `unknown` for every code that never was."""
        return "unknown" if self.certificate is None else str(self.certificate.state(now=now))


def check_for_agency(*, texts: Sequence[str], agency: Agency, now: datetime) -> list[CheckedCode]:
    """Look up codes for an agency, count them, and note for the holders that it asked.

    The answers come in the order of the texts; each text counts, twins too. Two queries for any
    number of codes, one reads and one notes, and a few for each holder who wishes to be told.

    Raises:
        TooManyChecksError: the agency may not check so many codes before its next window.
    """
    admit(agency.pk, codes=len(texts), now=now)
    codes = [read_code(text) for text in texts]
    found = certificates_by_codes(code or "" for code in codes)
    answers = [
        CheckedCode(text, code, found.get(code or ""))
        for text, code in zip(texts, codes, strict=True)
    ]
    unknown = sum(answer.certificate is None for answer in answers)
    if note_codes(agency.pk, codes=len(texts), unknown=unknown, now=now):
        note_burst(burst=BurstKind.ONE_AGENCY, now=now)
    note_certificate_checks(certificates=list(found.values()), agency=agency, now=now)
    return answers

"""What is said about a file: is it ours, is it whole, is it current; our facts beside its own."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils import translation
from django.utils.translation import gettext as _

from certificates.enums import CertificateState
from certificates.models import Certificate
from certificates.pdf_checking import PdfCheck, PdfVerdict
from certificates.presenting import Answer, Line, answer_for
from certificates.wording import signature_words

REFUSED = (PdfVerdict.NOT_A_PDF, PdfVerdict.TOO_LARGE)


class Mark(StrEnum):
    """What a question about a file is answered; drawn with a shape of its own."""

    YES = "yes"
    NO = "no"
    OPEN = "open"


@dataclass(frozen=True)
class Verdict:
    """One of the three questions, with its answer in words."""

    mark: Mark
    question: str
    words: str


@dataclass(frozen=True)
class FileLine:
    """A fact of our record; `in_file` says whether the file shows it too, None if nobody looked."""

    line: Line
    in_file: bool | None = None


@dataclass(frozen=True)
class FileAnswer:
    """The answer about one file; `state` names the banner."""

    state: str
    sentence: str
    verdicts: tuple[Verdict, ...]
    record: Answer | None = None
    code: str = ""
    lines: tuple[FileLine, ...] = ()
    is_whole: bool = False
    is_text_unread: bool = False


def refusal_of(check: PdfCheck, *, language: str) -> str:
    """Return why a file is not looked at; '' if it was."""
    return check.finding.words(language) if check.verdict in REFUSED else ""


def answer_about(check: PdfCheck, *, language: str, now: datetime) -> FileAnswer:
    """Return what the page says about a file that was looked at, in its reader's language."""
    certificate = check.certificate
    record = answer_for(certificate, language=language, now=now) if certificate else None
    with translation.override(language):
        return FileAnswer(
            state=_state(check, record),
            sentence=_sentence(check, record, language),
            verdicts=(_ours(check), _whole(check), _current(check, record)),
            record=record,
            code=certificate.code if certificate else "",
            lines=_lines(check, record),
            is_whole=check.is_whole,
            is_text_unread=check.verdict == PdfVerdict.CHANGED and not check.is_text_read,
        )


def _state(check: PdfCheck, record: Answer | None) -> str:
    if check.is_whole and record is not None:
        return record.state
    return "altered" if check.verdict == PdfVerdict.CHANGED else "foreign"


def _sentence(check: PdfCheck, record: Answer | None, language: str) -> str:
    if check.is_whole and record is not None:
        return record.sentence
    return check.finding.words(language)


def _ours(check: PdfCheck) -> Verdict:
    question = _("Is it ours?")
    if check.is_whole:
        return Verdict(Mark.YES, question, _("Yes. This site issued it."))
    if check.is_ours:
        return Verdict(Mark.OPEN, question, _("It began as ours and was changed afterwards."))
    if check.verdict == PdfVerdict.CHANGED:
        words = _("It names a code of ours, but this is not the file that we issued.")
        return Verdict(Mark.OPEN, question, words)
    return Verdict(Mark.NO, question, _("No. Nothing in this file is from this site."))


def _whole(check: PdfCheck) -> Verdict:
    question = _("Is it whole?")
    if check.is_whole:
        return Verdict(Mark.YES, question, _("Yes. Not one byte has changed since its issue."))
    if check.verdict == PdfVerdict.CHANGED:
        return Verdict(Mark.NO, question, _("No. Its bytes are not those that we issued."))
    return Verdict(Mark.OPEN, question, _("Only files of ours can be compared."))


def _current(check: PdfCheck, record: Answer | None) -> Verdict:
    question = _("Is it current?")
    if record is None:
        return Verdict(Mark.OPEN, question, _("We have no certificate to which it belongs."))
    if not check.is_whole:  # whatever the record says, it does not say it of this file
        words = _("Of this file that cannot be said. The certificate on our record: %(sentence)s")
        return Verdict(Mark.OPEN, question, words % {"sentence": record.sentence})
    if record.state == CertificateState.VALID:
        return Verdict(Mark.YES, question, record.sentence)
    return Verdict(Mark.NO, question, record.sentence)


def _lines(check: PdfCheck, record: Answer | None) -> tuple[FileLine, ...]:
    if record is None:
        return ()
    if check.is_whole or not check.is_text_read:
        return tuple(FileLine(line) for line in record.lines)
    standing, missing = set(check.standing), set(check.missing)
    return tuple(
        FileLine(line, True if line in standing else False if line in missing else None)
        for line in record.lines
    )


def has_credential(certificate: Certificate) -> bool:
    """Return whether its open credential can be fetched."""
    return hasattr(certificate, "signed") and certificate.holder_erased_at is None


def signature_sentence(certificate: Certificate, language: str) -> str:
    """Return what a check says about the signature of the file; '' while it is being made."""
    if hasattr(certificate, "signed"):
        return signature_words(language)
    if certificate.issuance.done_at is None:
        return ""
    with translation.override(language):
        return _(
            "This certificate was issued without an electronic signature: what makes it "
            "trustworthy is this check."
        )

"""What a check answers, put into words; the page and the API say the same."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from certificates.codes import grouped
from certificates.enums import CertificateState, RevocationClass
from certificates.facts import CertificateFacts
from certificates.life.queries import renewal_of
from certificates.models import Certificate
from certificates.wording import (
    date_words,
    hours_words,
    issuer_words,
    kind_words,
    minutes_words,
    period_words,
)

RENEWED_STATES = (CertificateState.VALID, CertificateState.EXPIRED)
"""Only of these does a check say that they were renewed; what was taken back says only that."""


@dataclass(frozen=True)
class Line:
    """One printed fact; `language` where its text is in the certificate's own language."""

    label: str
    text: str
    language: str = ""


@dataclass(frozen=True)
class ModuleLine:
    """One line of the programme."""

    title: str
    topics: str
    duration: str
    score: str


@dataclass(frozen=True)
class Answer:
    """The answer to a check; the default is the one for every code that does not exist.

    Of two certificates of which one took the other's place, each names the other by its code. One
    that was renewed names its renewal; the renewal tells the date of what it renews and no code:
    whoever was given the newer one was not given the older one.
    """

    state: str = "unknown"
    sentence: str = ""
    code: str = ""
    language: str = ""
    is_pilot: bool = False
    is_without_holder: bool = False
    successor: str = ""
    predecessor: str = ""
    predecessor_words: str = ""
    renewed_by: str = ""
    renewed_words: str = ""
    renews_words: str = ""
    lines: tuple[Line, ...] = ()
    modules: tuple[ModuleLine, ...] = ()
    total: str = ""


def revoked_date(certificate: Certificate) -> date | None:
    """Return the day of the revocation in Lima."""
    return timezone.localdate(certificate.revoked_at) if certificate.revoked_at else None


def answer_for(certificate: Certificate, *, language: str, now: datetime) -> Answer:
    """Return what a page in a language says about a certificate at this moment."""
    facts = certificate.typed_facts
    state = certificate.state(now=now)
    successor = certificate.replaced_by if state == CertificateState.REPLACED else None
    with translation.override(language):
        return Answer(
            state=str(state),
            sentence=_sentence(certificate, state, language),
            code=certificate.printed_code,
            language=certificate.language,
            is_pilot=facts.is_pilot,
            is_without_holder=certificate.holder_erased_at is not None,
            successor=successor.code if successor else "",
            **_neighbours(certificate, state, language),
            lines=_lines(certificate, facts, language),
            modules=tuple(
                ModuleLine(
                    title=one.title,
                    topics=" · ".join(one.topics),
                    duration=minutes_words(one.minutes, language),
                    score=one.score,
                )
                for one in facts.modules
            ),
            total=minutes_words(facts.minutes, language),
        )


def _neighbours(certificate: Certificate, state: CertificateState, language: str) -> dict[str, str]:
    """Return what a certificate says of those before and after it, in whole sentences."""
    found: dict[str, str] = {}
    predecessor: Certificate | None = getattr(certificate, "replaces", None)
    if predecessor is not None:
        words = _("It takes the place of an earlier certificate, issued on %(day)s.")
        found["predecessor"] = predecessor.code
        found["predecessor_words"] = words % {"day": _issue_day(predecessor, language)}
    if certificate.renews is not None:
        words = _("It renews the certificate that was issued on %(day)s.")
        found["renews_words"] = words % {"day": _issue_day(certificate.renews, language)}
    renewal = renewal_of(certificate) if state in RENEWED_STATES else None
    if renewal is not None:
        words = _("It was renewed by a certificate that was issued on %(day)s.")
        found["renewed_by"] = renewal.code
        day = date_words(timezone.localdate(renewal.issued_at), language)
        found["renewed_words"] = words % {"day": day}
    return found


def _issue_day(certificate: Certificate, language: str) -> str:
    return date_words(certificate.typed_facts.issue_date, language)


def _sentence(certificate: Certificate, state: CertificateState, language: str) -> str:
    facts = certificate.typed_facts
    until = date_words(facts.valid_until_date, language)
    if state == CertificateState.VALID:
        return _("It is valid until %(until)s.") % {"until": until}
    if state == CertificateState.EXPIRED:
        return _("It was valid until %(until)s.") % {"until": until}
    day = revoked_date(certificate)
    if state == CertificateState.REVOKED and day is not None:
        words = RevocationClass(certificate.revocation_class).label
        return _("It was revoked on %(day)s: %(words)s.") % {
            "day": date_words(day, language),
            "words": words,
        }
    return _("Another certificate with corrected data has taken its place.")


def _lines(certificate: Certificate, facts: CertificateFacts, language: str) -> tuple[Line, ...]:
    own = certificate.language
    issuer = " · ".join(filter(None, [facts.issuer_name, issuer_words(facts, language)]))
    lines = [
        Line(_("Title of the document"), facts.heading, own),
        Line(_("Full name"), facts.full_name),
        Line(_("Identity document"), _tail(facts)),
        Line(_("Course"), facts.course_title, own),
        Line(_("What it attests"), facts.certificate_text, own),
        Line(_("It says as well"), facts.attests, own),
        Line(_("Closing words"), facts.closing, own),
        Line(_("Kind and mode"), kind_words(facts, own), own),
        Line(_("Dates"), period_words(facts, language)),
        Line(_("Duration"), hours_words(facts.hours, language)),
        Line(_("Mark"), facts.score),
        Line(_("Mark to pass"), facts.pass_mark),
        Line(_("Issuer"), issuer),
        Line(_("Institutions"), " · ".join(facts.institutions)),
        Line(_("Place and date"), f"{facts.place}, {date_words(facts.issue_date, language)}"),
        Line(_("Valid until"), date_words(facts.valid_until_date, language)),
        *(Line(_("Signed by"), f"{one.name}, {one.post}") for one in facts.signatories),
        Line(_("Certificate code"), grouped(certificate.code)),
    ]
    return tuple(line for line in lines if line.text)


def _tail(facts: CertificateFacts) -> str:
    return _("ending in %(tail)s") % {"tail": facts.document_tail} if facts.document_tail else ""

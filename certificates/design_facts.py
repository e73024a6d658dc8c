"""What a design adds to the facts of a certificate, in words that are frozen on the day of issue."""

from collections.abc import Mapping
from dataclasses import replace

from certificates.design_content import DesignContent, filled
from certificates.facts import CertificateFacts, PrintedSignatory
from certificates.wording import date_words, hours_words


def with_design(
    facts: CertificateFacts, content: DesignContent, *, language: str
) -> CertificateFacts:
    """Return the facts with the texts, institutions and signatories of a design.

    Called again after a correction, so that the texts name the person as she is called today. A
    design without signatories leaves those of the issuer; a text that the language lacks is left
    out, and the title of the document is then the layout's own.
    """
    values = field_values(facts, language)
    signatories = tuple(PrintedSignatory(one.name, one.post) for one in content.signatories)
    return replace(
        facts,
        heading=content.headings.get(language, ""),
        attests=filled(content.attests.get(language, ""), values),
        closing=filled(content.closings.get(language, ""), values),
        institutions=tuple(one.institution for one in content.logos),
        signatories=signatories or facts.signatories,
    )


def field_values(facts: CertificateFacts, language: str) -> Mapping[str, str]:
    """Return what stands for each field of `design_content.FIELDS`."""
    return {
        "nombre": facts.full_name,
        "curso": facts.course_title,
        "horas": hours_words(facts.hours, language),
        "inicio": date_words(facts.start_date, language),
        "fin": date_words(facts.end_date, language),
        "fecha": date_words(facts.issue_date, language),
        "vigencia": date_words(facts.valid_until_date, language),
        "nota": facts.score,
        "emisor": facts.issuer_name,
        "lugar": facts.place,
    }

"""Numbers, marks and dates in words, in the language of a certificate or of a page."""

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.utils import translation
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from certificates.facts import CertificateFacts
from courses.enums import Scale
from courses.marks import on_scale


def date_words(day: date, language: str) -> str:
    """Return a date that nobody can misread: `24 de noviembre de 2026`, `24 November 2026`."""
    with translation.override(language):
        pattern = r"j \d\e F \d\e Y" if language.startswith("es") else "j F Y"
        return format_date(day, pattern)


def number_words(number: Decimal, language: str) -> str:
    """Return a number with the decimal sign of the language and without idle zeros."""
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", ",") if language.startswith("es") else text


def score_words(per_cent: Decimal, *, scale: Scale, language: str) -> str:
    """Return a mark of 0 to 100 as its course shows it everywhere, never rounded up.

    `87.5` becomes `17,5 / 20` on the scale of Peru, `87,5 %` in per cent.
    """
    with translation.override(language):
        shown = on_scale(per_cent, scale)
    return f"{shown} / 20" if scale == Scale.VIGESIMAL else shown


def minutes_words(minutes: int, language: str) -> str:
    """Return minutes of the clock in words."""
    with translation.override(language):
        return ngettext("%(minutes)s minute", "%(minutes)s minutes", minutes) % {"minutes": minutes}


def hours_words(hours: Decimal, language: str) -> str:
    """Return hours with their kind, as an employer in Peru must see it (fact D6)."""
    with translation.override(language):
        return ngettext(
            "%(hours)s academic hour of 45 minutes",
            "%(hours)s academic hours of 45 minutes",
            1 if hours == 1 else 2,
        ) % {"hours": number_words(hours, language)}


def period_words(facts: CertificateFacts, language: str, *, space: str = " ") -> str:
    """Return from when to when the course was taken, with this space inside the dates."""
    start, end = (
        date_words(day, language).replace(" ", space) for day in (facts.start_date, facts.end_date)
    )
    if facts.start_date == facts.end_date:
        return end
    with translation.override(language):
        return _("from %(start)s to %(end)s") % {"start": start, "end": end}


def kind_words(facts: CertificateFacts, language: str) -> str:
    """Return the kind and the mode in one line."""
    with translation.override(language):
        return _("%(kind)s, %(mode)s") % {"kind": facts.kind, "mode": facts.mode}


def issuer_words(facts: CertificateFacts, language: str) -> str:
    """Return the issuer's RUC and resolution, as far as there are any."""
    with translation.override(language):
        resolution = _("Resolution %(number)s") % {"number": facts.issuer_resolution}
    parts = [f"RUC {facts.issuer_ruc}"] if facts.issuer_ruc else []
    return " · ".join([*parts, resolution] if facts.issuer_resolution else parts)


def printed_words(facts: CertificateFacts, language: str) -> dict[str, str]:
    """Return every line of the printed certificate that is put together from facts."""
    hours = hours_words(facts.hours, language)
    minutes = minutes_words(facts.minutes, language)
    with translation.override(language):
        return {
            "title": _("Certificate: %(course)s") % {"course": facts.course_title},
            "kind": kind_words(facts, language),
            "dates": period_words(facts, language, space="\N{NO-BREAK SPACE}"),
            "hours": hours,
            "minutes": minutes,
            "hours_note": _("In all %(minutes)s, which are %(hours)s.")
            % {"minutes": minutes, "hours": hours},
            "valid_until": date_words(facts.valid_until_date, language),
            "place_and_date": f"{facts.place}, {date_words(facts.issue_date, language)}",
            "issuer_facts": issuer_words(facts, language),
        }


def signature_words(language: str) -> str:
    """Return what a printed page and a check say about the signature of a file.

    Only a certificate of an entity accredited under the IOFE makes it a digital signature in the
    sense of Peru's Law 27269; the site says so itself, by PDF_SIGNER_IS_IOFE.
    """
    with translation.override(language):
        if settings.PDF_SIGNER_IS_IOFE:
            return _("The file bears a digital signature (Law 27269): any later change shows.")
        return _("The file bears an electronic signature of the issuer: any later change shows.")


def signature_field_words(language: str) -> str:
    """Return what the signature field of a file is called, read aloud by a screen reader."""
    with translation.override(language):
        return _("Signature of the issuer")

"""Recertification: what the completion of a refresher issues to whoever holds a certificate.

The old certificate stays as it is, valid until its own date. The new one certifies the course of
the old one, with the hours and the mark of the refresher, and its text names the date of what it
renews. Its validity begins on the day of its own issue.
"""

from dataclasses import replace
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from certificates.facts import CertificateFacts
from certificates.life.queries import renewable
from certificates.models import Certificate
from certificates.wording import date_words
from courses.queries import latest_release
from courses.texts import in_language
from lms.learning.models import Enrolment


def lock_renewable(enrolment: Enrolment, *, now: datetime) -> Certificate | None:
    """Return, locked, the certificate that this completion renews; None if it renews none.

    It is asked again under the lock: what is revoked at the same moment is not renewed.
    """
    found = renewable(enrolment, now=now)
    if found is None:
        return None
    Certificate.objects.select_for_update(of=("self",)).get(pk=found.pk)
    again = renewable(enrolment, now=now)
    return again if again is not None and again.pk == found.pk else None


def as_renewal(facts: CertificateFacts, renewed: Certificate, *, language: str) -> CertificateFacts:
    """Return the facts of a refresher as those of the course whose certificate it renews."""
    old = renewed.typed_facts
    with translation.override(language):
        kind = _("Recertification")
        words = _("It renews the certificate of %(date)s.") % {
            "date": date_words(old.issue_date, language)
        }
    return replace(
        facts,
        kind=kind,
        course_title=_renewed_title(renewed, language=language),
        certificate_text=f"{facts.certificate_text} {words}".strip(),
    )


def _renewed_title(renewed: Certificate, *, language: str) -> str:
    """Return the renewed course's title as the old certificate prints it, or as it is in another language.

    In another language it is that of the release that was learned, else the printed one.
    """
    old = renewed.typed_facts
    if renewed.language == language:
        return old.course_title
    promise = renewed.enrolment.release.typed_promise
    if promise.renews is not None and renewed.renews_id is not None:
        latest = latest_release(promise.renews)
        titles = latest.typed_promise.titles if latest is not None else {}
    else:
        titles = promise.titles
    return " ".join(in_language(titles, language).split()) if titles else old.course_title

"""The record in words: one line for each fact, the same on the page, in the PDF and in the file."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from certificates.enums import CertificateState
from certificates.wording import date_words, hours_words, score_words
from courses.models.serving import active_language
from lms.desks.record.records import MyRecord, RecordedCertificate, RecordedCourse

RECORD_FORMAT = "amparo-my-record/1"


@dataclass(frozen=True)
class CourseLines:
    """A course with its facts in words."""

    course: RecordedCourse
    hours: str
    dates: str
    state: str
    score: str
    agencies: str
    attendance: str
    results: tuple[tuple[str, str, str], ...]
    practices: tuple[tuple[str, str, str], ...]
    certificates: tuple["CertificateLine", ...]


@dataclass(frozen=True)
class CertificateLine:
    """A certificate in words, and where it is checked."""

    held: RecordedCertificate
    state: str
    issued: str
    until: str
    address: str


def course_lines(record: MyRecord) -> list[CourseLines]:
    """Return every course of a record in words, in the active language."""
    return [_course(one) for one in record.courses]


def hours_in_words(record: MyRecord) -> str:
    """Return the hours of all completed courses with their kind."""
    return hours_words(record.hours, active_language())


def _course(one: RecordedCourse) -> CourseLines:
    language = active_language()
    scale = one.promise.scale
    return CourseLines(
        course=one,
        hours=hours_words(one.promise.hours, language),
        dates=_dates(one),
        state=str(one.state.label),
        score="" if one.mean is None else score_words(one.mean, scale=scale, language=language),
        agencies=", ".join(one.agencies),
        attendance=_attendance(one),
        results=tuple(
            (
                result.title,
                score_words(result.score, scale=scale, language=language),
                _passed(result.is_passed),
            )
            for result in one.results
        ),
        practices=tuple(
            (practice.title, date_words(practice.on, language), _passed(practice.is_passed))
            for practice in one.practices
        ),
        certificates=tuple(certificate_line(held) for held in one.certificates),
    )


def _passed(is_passed: bool) -> str:
    return _("passed") if is_passed else _("not passed")


def _dates(one: RecordedCourse) -> str:
    language = active_language()
    start = date_words(one.enrolled_on, language)
    if one.ended_on is None:
        return _("since %(start)s") % {"start": start}
    end = date_words(one.ended_on, language)
    return _("from %(start)s to %(end)s") % {"start": start, "end": end}


def _attendance(one: RecordedCourse) -> str:
    if not one.sessions_noted:
        return ""
    return ngettext(
        "present at %(present)d of %(noted)d session",
        "present at %(present)d of %(noted)d sessions",
        one.sessions_noted,
    ) % {"present": one.sessions_present, "noted": one.sessions_noted}


def certificate_line(held: RecordedCertificate) -> CertificateLine:
    """Return one certificate in words."""
    language = active_language()
    return CertificateLine(
        held=held,
        state=str(CertificateState(held.state).label),
        issued=date_words(held.issued_on, language),
        until=date_words(held.valid_until, language),
        address=f"{settings.BASE_URL}{reverse('verify_code', args=[held.code])}",
    )


def record_file(record: MyRecord) -> dict[str, Any]:
    """Return the record as a structure of plain names, to be carried elsewhere (docs/my-data.md)."""
    return {
        "format": RECORD_FORMAT,
        "note": _(
            "This file is no certificate. Each certificate has a code of its own, and is checked at "
            "its address."
        ),
        "made_at": record.made_at,
        "site": settings.BASE_URL,
        "full_name": record.full_name,
        "academic_hours_completed": record.hours,
        "minutes_of_an_academic_hour": 45,
        "courses": [_course_file(one) for one in record.courses],
        "results_from_elsewhere": [
            {
                "title": one.title,
                "score_per_cent": one.percent,
                "is_passed": one.is_passed,
                "on_date": one.on,
            }
            for one in record.sittings
        ],
        "is_cut": record.is_cut,
    }


def _course_file(one: RecordedCourse) -> dict[str, Any]:
    return {
        "title": one.title,
        "release": one.release_number,
        "is_pilot": one.promise.is_pilot,
        "state": str(one.state),
        "enrolled_on": one.enrolled_on,
        "ended_on": one.ended_on,
        "minutes": one.promise.minutes,
        "academic_hours": one.promise.hours,
        "nominated_by": list(one.agencies),
        "score_per_cent": one.mean,
        "quizzes": [
            {
                "title": result.title,
                "score_per_cent": result.score,
                "is_passed": result.is_passed,
                "on_date": result.on,
            }
            for result in one.results
        ],
        "practices": [
            {"title": practice.title, "is_passed": practice.is_passed, "on_date": practice.on}
            for practice in one.practices
        ],
        "sessions_present": one.sessions_present,
        "sessions_noted": one.sessions_noted,
        "certificates": [_certificate_file(held) for held in one.certificates],
    }


def _certificate_file(held: RecordedCertificate) -> dict[str, Any]:
    credential = reverse("credential_json", args=[held.code]) if held.has_credential else ""
    return {
        "code": held.printed_code,
        "title": held.title,
        "state": str(held.state),
        "is_pilot": held.is_pilot,
        "issued_on": held.issued_on,
        "valid_until": held.valid_until,
        "check_at": f"{settings.BASE_URL}{reverse('verify_code', args=[held.code])}",
        "open_badge_at": f"{settings.BASE_URL}{credential}" if credential else None,
    }

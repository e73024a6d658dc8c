"""The only road to a report: administrators, and whoever leads the course."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from courses.enums import StaffPart
from courses.permissions import course_keys, is_administrator, is_trainer, may_release
from lms.accounts.models import User
from lms.learning.models import CourseReport, ReportFile


def reportable_keys(user: User) -> set[UUID] | None:
    """Return the keys of the courses of whose reports the user may know, None for all of them.

    404 to whoever is no trainer.
    """
    if not is_trainer(user):
        raise Http404
    return None if is_administrator(user) else course_keys(user, StaffPart.LEAD)


def access_report(user: User, report_id: int) -> CourseReport:
    """Return a report; to whoever neither leads the course nor administers it is not there (404)."""
    report = QuerySet(CourseReport).filter(pk=report_id).first()
    if report is None or not _may_read(user, report.course_key):
        raise Http404
    return report


def access_report_file(user: User, report_id: int, *, language: str, form: str) -> ReportFile:
    """Return a finished report as a file; 404 as long as it is not finished."""
    report = access_report(user, report_id)
    file = ReportFile.objects.filter(report=report, language=language, form=form).first()
    if file is None:
        raise Http404
    return file


def _may_read(user: User, course_key: UUID) -> bool:
    return is_trainer(user) and may_release(user, course_key)

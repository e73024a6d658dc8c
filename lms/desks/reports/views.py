"""The list of reports, one report, and its files."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from lms.accounts.models import User
from lms.core.views.downloads import as_attachment
from lms.core.workbooks import XLSX
from lms.desks.reports.charts import bar_chart
from lms.desks.reports.filtering import found_row, groups_of
from lms.desks.reports.forms import ReportForm
from lms.desks.reports.permissions import (
    access_report,
    access_report_file,
    reportable_keys,
)
from lms.desks.reports.queries import reported_courses, reports_of
from lms.desks.reports.sections import ReportText
from lms.desks.reports.services import ReportRefused, record_download, request_report
from lms.learning.views.doors import for_staff

REPORTS_ON_A_PAGE = 20
CONTENT_TYPES = {"pdf": "application/pdf", "xlsx": XLSX}


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def reports(request: HttpRequest, user: User) -> HttpResponse:
    """List the reports, and take the wish for another one."""
    now = timezone.now()
    courses = reported_courses(reportable_keys(user))
    form = ReportForm(request.POST or None, courses=courses, today=timezone.localdate(now))
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        try:
            report = request_report(
                course_key=wanted["course"], period=wanted["period"], acting_user=user, now=now
            )
        except ReportRefused as error:
            form.add_error("period", str(error))
        else:
            return redirect("course_report", report.pk)
    page = Paginator(reports_of(courses), REPORTS_ON_A_PAGE).get_page(request.GET.get("page"))
    titles = {course.key: course.title for course in courses}
    context = {
        "form": form,
        "courses": courses,
        "page_obj": page,
        "rows": [(report, titles[report.course_key]) for report in page],
    }
    return render(request, "desks/reports/list.html", context)


@for_staff
@require_safe
def report_page(request: HttpRequest, user: User, report_id: int) -> HttpResponse:
    """Show a report, or that it is being made; a filter only picks among rows that are frozen."""
    report = access_report(user, report_id)
    context: dict[str, Any] = {"report": report}
    if report.figures is None:
        return render(request, "desks/reports/waiting.html", context)
    text = ReportText.from_json(report.figures[_language()])
    context |= {
        "text": text,
        "charts": {table.key: bar_chart(table.bars) for table in text.tables() if table.bars},
        "groups": groups_of(text),
        "chosen": request.GET.get("grupo", ""),
        "filtered": found_row(text, request.GET.getlist("grupo")),
    }
    return render(request, "desks/reports/report.html", context)


@for_staff
@require_safe
def report_file(request: HttpRequest, user: User, report_id: int, form: str) -> HttpResponse:
    """Give the report as a file in the language of the page; who takes it stands in the audit."""
    file = access_report_file(user, report_id, language=_language(), form=form)
    report = file.report
    record_download(report=report, form=form, acting_user=user, now=timezone.now())
    answer = HttpResponse(bytes(file.content), content_type=CONTENT_TYPES[form])
    return as_attachment(answer, f"informe-{report.period.code}-{file.language}.{form}")


def _language() -> str:
    return (get_language() or "es")[:2]

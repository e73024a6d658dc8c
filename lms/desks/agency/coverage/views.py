"""The page of the coverage, and its files."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from lms.accounts.models import Agency
from lms.core.views.downloads import sheet_answer
from lms.core.workbooks import CONTENT_TYPES
from lms.desks.agency.coverage.files import coverage_file
from lms.desks.agency.coverage.forms import CoverageForm
from lms.desks.agency.coverage.mending import mends, open_cohorts
from lms.desks.agency.coverage.queries import coverage, covered_courses
from lms.desks.agency.permissions import for_coordinators, signed_in

GAPS_SHOWN = 30
ENDING_SHOWN = 50


def _form(request: HttpRequest, agency: Agency) -> CoverageForm:
    today = timezone.localdate()
    return CoverageForm(request.GET, courses=covered_courses(agency), today=today)


@for_coordinators("GET", "HEAD")
def page(request: HttpRequest, agency: Agency) -> HttpResponse:
    """Show which units have nobody certified first, then every unit, then who is about to lapse."""
    now = timezone.now()
    form = _form(request, agency)
    course = form.course
    context: dict[str, Any] = {"agency": agency, "form": form, "now": now}
    if course is None:
        return render(request, "desks/agency/coverage/none.html", context)
    found = coverage(agency, family=course.family, day=form.day, now=now)
    cohorts = open_cohorts(agency, course, now=now)
    gaps = mends(found, cohorts)
    shows_all = "todo" in request.GET
    query = urlencode({"curso": course.key, "dia": form.day.isoformat()})
    context |= {
        "course": course,
        "coverage": found,
        "is_today": form.day == timezone.localdate(now),
        "cohorts": cohorts,
        "gaps": gaps if shows_all else gaps[:GAPS_SHOWN],
        "gaps_left": 0 if shows_all else max(len(gaps) - GAPS_SHOWN, 0),
        "ending": found.ending if shows_all else found.ending[:ENDING_SHOWN],
        "ending_left": 0 if shows_all else max(len(found.ending) - ENDING_SHOWN, 0),
        "query": query,
        "asked_by": signed_in(request),
    }
    return render(request, "desks/agency/coverage/page.html", context)


@for_coordinators("GET", "HEAD")
def file(request: HttpRequest, agency: Agency, kind: str) -> HttpResponse:
    """Give the coverage as a file."""
    form = _form(request, agency)
    course = form.course
    if course is None or kind not in CONTENT_TYPES:
        raise Http404
    found = coverage(agency, family=course.family, day=form.day, now=timezone.now())
    asked_by = signed_in(request).get_display_name()
    content = coverage_file(agency, course, found, kind=kind, asked_by=asked_by)
    word = _("coverage")
    return sheet_answer(content, name=f"{word}-{form.day.isoformat()}", kind=kind)

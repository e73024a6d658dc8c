"""Pages of the import of people: the file, its check, corrections, progress, what came of it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lms.accounts.models import Agency
from lms.core.sheets import SheetError
from lms.core.views.downloads import sheet_answer
from lms.core.workbooks import CONTENT_TYPES
from lms.desks.agency.permissions import for_coordinators
from lms.desks.agency.sheets.forms import PeopleFileForm, ticked_rows, typed_cells
from lms.desks.agency.sheets.permissions import access_import
from lms.desks.agency.sheets.showing import (
    VIEWS,
    chosen_view,
    shown_filters,
    shown_rows,
    suggestions,
)
from lms.learning.models import StaffImport
from lms.learning.staff_imports import services
from lms.learning.staff_imports.planning import Outcome, Plan
from lms.learning.staff_imports.queries import ListedImport, imports_of, plan_of, refused_rows
from lms.learning.staff_imports.reports import report_file
from lms.learning.staff_imports.template import template_file

PER_PAGE = 25
CORRECTED_AT_ONCE = 15
"""Rows with a problem on a page: their fields fit into what is carried through an ended session."""


@for_coordinators("GET", "HEAD", "POST")
def imports(request: HttpRequest, agency: Agency) -> HttpResponse:
    """List the agency's imports; a POST brings a new file."""
    form = PeopleFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        form = PeopleFileForm(request.POST, request.FILES)
        row = _begun(form, agency, request.user) if form.is_valid() else None
        if row is not None:
            return redirect("agency_import", agency.pk, row.pk)
    page = Paginator(imports_of(agency), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "agency": agency,
        "form": form,
        "page_obj": page,
        "rows": [ListedImport(row) for row in page],
    }
    return render(request, "desks/agency/sheets/imports.html", context)


def _begun(form: PeopleFileForm, agency: Agency, user: Any) -> StaffImport | None:
    try:
        return services.begin_import(
            agency=agency,
            file_name=form.file_name,
            content=form.content(),
            acting_user=user,
            now=timezone.now(),
        )
    except SheetError as error:
        form.add_error("file", str(error))
        return None


@for_coordinators("GET", "HEAD")
def template(request: HttpRequest, agency: Agency, extension: str) -> HttpResponse:
    _refuse_other_kinds(extension)
    content = template_file(agency, extension=extension, now=timezone.now())
    return sheet_answer(content, name=_("people"), kind=extension)


@for_coordinators("GET", "HEAD")
def one_import(request: HttpRequest, agency: Agency, import_id: int) -> HttpResponse:
    """Show an import: its check, how far it is, or what came of it."""
    row = access_import(agency, import_id)
    listed = ListedImport(row)
    context: dict[str, Any] = {"agency": agency, "import": row, "listed": listed}
    if listed.state in ("running", "stopped"):
        return render(request, "desks/agency/sheets/running.html", context)
    if listed.state != "checked":
        context["has_report"] = bool(refused_rows(row))
        return render(request, "desks/agency/sheets/over.html", context)
    plan = plan_of(row, now=timezone.now())
    if plan is None:
        return render(request, "desks/agency/sheets/lost.html", context)
    return render(request, "desks/agency/sheets/checked.html", context | _checked(request, plan))


def _checked(request: HttpRequest, plan: Plan) -> dict[str, Any]:
    view = chosen_view(plan, request.GET.get("ver", ""))
    outcome, label = VIEWS[view]
    is_wrong = outcome == Outcome.PROBLEM
    some = Paginator(plan.having(outcome), CORRECTED_AT_ONCE if is_wrong else PER_PAGE)
    page = some.get_page(request.GET.get("page"))
    return {
        "filters": shown_filters(plan, view),
        "view": view,
        "label": label,
        "query": f"ver={view}&",
        "page_obj": page,
        "rows": shown_rows(page),
        "counts": {str(name): number for name, number in plan.counts.items()},
        "to_do": len(plan.to_do),
        "zeros": suggestions(plan),
    }


@for_coordinators("POST")
def correct(request: HttpRequest, agency: Agency, import_id: int) -> HttpResponse:
    """Keep what was typed into rows with a problem, and check everything again."""
    row = access_import(agency, import_id)
    cells, out = typed_cells(request.POST), ticked_rows(request.POST)

    def change() -> Plan:
        return services.correct_rows(
            staff_import=row, cells=cells, left_out=out, now=timezone.now()
        )

    return _changed(request, row, change)


@for_coordinators("POST")
def zeros(request: HttpRequest, agency: Agency, import_id: int) -> HttpResponse:
    row = access_import(agency, import_id)
    return _changed(
        request, row, lambda: services.take_suggestions(staff_import=row, now=timezone.now())
    )


@for_coordinators("POST")
def put_back(request: HttpRequest, agency: Agency, import_id: int) -> HttpResponse:
    row, lines = access_import(agency, import_id), ticked_rows(request.POST)
    return _changed(
        request, row, lambda: services.put_back(staff_import=row, lines=lines, now=timezone.now())
    )


def _changed(request: HttpRequest, row: StaffImport, change: Callable[[], Plan]) -> HttpResponse:
    """Do it, say how many problems are left, and show the check again."""
    page = request.POST.get("page", "")
    url = reverse("agency_import", args=[row.agency_id, row.pk])
    url += f"?page={page}" if page.isdecimal() and page != "1" else ""
    try:
        left = change().counts[Outcome.PROBLEM]
    except services.ImportRefused as refusal:
        messages.info(request, str(refusal))
        return redirect(url)
    words = ngettext(
        "Checked again: %(number)d row still has a problem.",
        "Checked again: %(number)d rows still have a problem.",
        left,
    )
    done = _("Checked again: no row has a problem.")
    messages.success(request, words % {"number": left} if left else done)
    return redirect(url)


@for_coordinators("POST")
def confirm(request: HttpRequest, agency: Agency, import_id: int) -> HttpResponse:
    return _decided(request, access_import(agency, import_id), services.confirm_import)


@for_coordinators("POST")
def retry(request: HttpRequest, agency: Agency, import_id: int) -> HttpResponse:
    return _decided(request, access_import(agency, import_id), services.retry_import)


@for_coordinators("POST")
def drop(request: HttpRequest, agency: Agency, import_id: int) -> HttpResponse:
    return _decided(request, access_import(agency, import_id), services.drop_import)


def _decided(
    request: HttpRequest, row: StaffImport, service: Callable[..., StaffImport]
) -> HttpResponse:
    try:
        service(staff_import=row, acting_user=request.user, now=timezone.now())
    except services.ImportRefused as refusal:
        messages.info(request, str(refusal))
    return redirect("agency_import", row.agency_id, row.pk)


@for_coordinators("GET", "HEAD")
def report(request: HttpRequest, agency: Agency, import_id: int, extension: str) -> HttpResponse:
    """Give the rows that were refused; 404 once its thirty days have passed."""
    _refuse_other_kinds(extension)
    rows = refused_rows(access_import(agency, import_id))
    if not rows:
        raise Http404
    content = report_file(rows, extension=extension)
    return sheet_answer(content, name=_("not-taken-over"), kind=extension)


def _refuse_other_kinds(extension: str) -> None:
    if extension not in CONTENT_TYPES:
        raise Http404

"""Files of questions in the admin: upload, report, writing; and the way out."""

from collections.abc import Iterable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from wagtail.admin.viewsets.base import ViewSet

from courses.enums import ImportState
from courses.formats.reading import ENDINGS
from courses.forms.imports import ExportForm, ImportForm
from courses.importing.exporting import (
    export_questions,
    questions_to_export,
    record_export,
)
from courses.importing.jobs import WAITING, ImportRefused, begin_import, confirm_import
from courses.importing.plan import Report, RowAction
from courses.models import QuestionImport
from courses.permissions import is_administrator, writing_trainer
from courses.question_types import question_types

LISTED = 50
ROWS_PER_PAGE = 100
NAMED = 5


def import_list(request: HttpRequest) -> HttpResponse:
    """Show the form and the imports before; take a file."""
    user = writing_trainer(request)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        row = begin_import(
            bank=data["bank"],
            format_name=data["format"],
            language=data["language"],
            file=data["file"],
            media=data["pictures"],
            source=data["source"],
            is_lenient=data["is_lenient"],
            is_publishing=data["is_publishing"],
            acting_user=user,
            now=timezone.now(),
        )
        return redirect("importar:detail", row.pk)
    rows = QuestionImport.objects.select_related("bank", "created_by").defer("report")
    if not is_administrator(user):
        rows = rows.filter(created_by=user)
    context = {
        "form": form,
        "imports": rows.order_by("-created_at")[:LISTED],
        "header_title": _("Import questions"),
    }
    return render(request, "courses/admin/import_list.html", context)


def _access(request: HttpRequest, pk: int) -> QuestionImport:
    """Return an import of the user's own, or any for administrators; 404 to the rest."""
    user = writing_trainer(request)
    rows = QuestionImport.objects.select_related("bank", "created_by")
    if not is_administrator(user):
        rows = rows.filter(created_by=user)
    return get_object_or_404(rows, pk=pk)


def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far an import is, and its report row by row."""
    row = _access(request, pk)
    report = Report.from_json(row.report)
    chosen = request.GET.get("show", "")
    wanted = [one for one in report.rows if chosen not in RowAction.values or one.action == chosen]
    labels = {kind.name: kind.label for kind in question_types()}
    page = Paginator(wanted, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    counts = report.counts
    context = {
        "import": row,
        "report": report,
        "rows": [(one, labels.get(one.kind, "")) for one in page],
        "page": page,
        "chosen": chosen,
        "counts": [(action, action.label, counts[action]) for action in RowAction],
        "is_waiting": row.state in WAITING,
        "is_checked": row.state == ImportState.CHECKED,
        "is_done": row.state == ImportState.DONE,
        "writable": counts[RowAction.CREATE] + counts[RowAction.CHANGE],
        "refused": counts[RowAction.REFUSE],
        "published": sum(one.is_published for one in report.rows),
        "header_title": _("Import questions"),
    }
    return render(request, "courses/admin/import_detail.html", context)


def import_progress(request: HttpRequest, pk: int) -> JsonResponse:
    """Tell the page's script how far the work is."""
    row = _access(request, pk)
    return JsonResponse({"done": row.done, "total": row.total, "is_waiting": row.state in WAITING})


@require_POST
def import_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the writing of a checked import."""
    row = _access(request, pk)
    try:
        confirm_import(
            question_import=row,
            is_lenient="is_lenient" in request.POST,
            acting_user=writing_trainer(request),
            now=timezone.now(),
        )
    except ImportRefused as error:
        messages.error(request, str(error))
    return redirect("importar:detail", pk)


def _grouped(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, int, str]]:
    """Return each thing with how many questions it concerns, and the first of them."""
    found: dict[str, list[str]] = {}
    for name, label in pairs:
        found.setdefault(name, []).append(label)
    return [
        (name, len(labels), ", ".join(labels[:NAMED])) for name, labels in sorted(found.items())
    ]


def export_page(request: HttpRequest) -> HttpResponse:
    """Offer the way out: the form, what the format cannot carry, the file."""
    trainer = writing_trainer(request)
    form = ExportForm(request.GET or None)
    context = {"form": form, "header_title": _("Export questions"), "written": None}
    if request.GET and form.is_valid():
        data = form.cleaned_data
        rows = questions_to_export(bank=data["bank"], category=data["category"], key=data["key"])
        written = export_questions(rows, format_name=data["format"], language=data["language"])
        if "download" in request.GET:
            record_export(
                bank=data["bank"],
                format_name=data["format"],
                count=len(rows) - len(written.left_out),
                acting_user=trainer,
                now=timezone.now(),
            )
            name = f"{data['bank'].slug}-{data['language']}.{ENDINGS[data['format']]}"
            return HttpResponse(
                written.text.encode(),
                content_type="application/octet-stream",
                headers={"Content-Disposition": f'attachment; filename="{name}"'},
            )
        context |= {
            "written": written,
            "lost": _grouped((name, label) for label, names in written.lost for name in names),
            "left_out": _grouped((reason, label) for label, reason in written.left_out),
            "count": len(rows) - len(written.left_out),
            "query": request.GET.urlencode(),
        }
    return render(request, "courses/admin/export.html", context)


class ImportViewSet(ViewSet):
    """The pages below `/admin/importar/`."""

    name = "importar"
    icon = "upload"
    menu_label = gettext_lazy("Import questions")

    def get_urlpatterns(self) -> list[URLPattern]:
        """Return the form, the report and what belongs to it."""
        return [
            path("", import_list, name="index"),
            path("<int:pk>/", import_detail, name="detail"),
            path("<int:pk>/progress/", import_progress, name="progress"),
            path("<int:pk>/write/", import_confirm, name="confirm"),
        ]


class ExportViewSet(ViewSet):
    """The page `/admin/exportar/`."""

    name = "exportar"
    icon = "download"
    menu_label = gettext_lazy("Export questions")

    def get_urlpatterns(self) -> list[URLPattern]:
        """Return the one page."""
        return [path("", export_page, name="index")]

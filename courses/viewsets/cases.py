"""Cases in the admin: list, form with the drawn graph beside it, history, preview."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Max, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic

from courses.case_layouts import draw_case
from courses.case_outlines import case_outline
from courses.case_previews import preview_walk
from courses.case_services import CaseRefused, newest_case_version, publish_case, save_case
from courses.case_walks import BrokenWalk
from courses.forms.cases import CaseForm
from courses.models import Case, CaseVersion
from courses.permissions import may_write_case, reading_staff, writing_trainer
from courses.question_types.base import InvalidContent
from courses.viewsets.question_list import state_of
from courses.viewsets.versioned import VersionedViewSet, show_history


class CaseIndexView(generic.IndexView):
    """The list of cases."""

    search_fields = ["name", "key"]

    @cached_property
    def columns(self) -> list[Column]:
        """Return what a row shows; the name leads to the form."""
        return [
            TitleColumn("name", label=gettext_lazy("Case"), get_url=self.get_edit_url),
            Column("key", label=gettext_lazy("Key"), classname="amparo-wide"),
            Column("state", label=gettext_lazy("State"), accessor=state_of),
            Column("newest_number", label=gettext_lazy("Version")),
        ]

    def get_base_queryset(self) -> QuerySet[Case]:
        """Read everything that a row shows in one query."""
        rows = Case.objects.select_related("live_version")
        return rows.annotate(newest_number=Max("versions__number")).order_by("name")


class CaseViewSet(VersionedViewSet):
    """Cases: write, look at the graph, save, preview, publish."""

    model = Case
    name = "casos"
    icon = "group"
    menu_label = gettext_lazy("Cases")
    index_view_class = CaseIndexView
    form_fields = ["name"]

    def get_urlpatterns(self) -> list[URLPattern]:
        """Return the addresses below `/admin/casos/`."""
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("new/", create_case, name="add"),
            path("edit/<int:pk>/", edit_case, name="edit"),
            path("history/<int:pk>/", case_history, name="history"),
            path("preview/<int:pk>/<int:number>/", preview_case, name="preview"),
        ]


def create_case(request: HttpRequest) -> HttpResponse:
    """Write a new case."""
    writing_trainer(request)
    return _answer(request, CaseForm(request.POST or None, case=None, content=None), case=None)


def edit_case(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a case: the newest version is shown, and saving makes the next one."""
    writing_trainer(request)
    case = get_object_or_404(Case.objects.select_related("live_version"), pk=pk)
    newest = newest_case_version(case)
    content = newest.content if newest else None
    return _answer(request, CaseForm(request.POST or None, case=case, content=content), case=case)


def _answer(request: HttpRequest, form: CaseForm, *, case: Case | None) -> HttpResponse:
    if request.method == "POST":
        saved = _save(request, form, case)
        if saved is not None:
            case = saved
            if "publish" not in request.POST or _publish(request, form, saved):
                return redirect("casos:edit", saved.pk)
        else:
            messages.error(request, _("The case was not saved: look at the marked places."))
    newest = newest_case_version(case) if case else None
    context = {
        "form": form,
        "media": form.media,
        "case": case,
        "newest": newest,
        "drawn": draw_case(newest.graph) if newest else None,
        "outline": case_outline(newest.graph) if newest else None,
        "has_unsaved_changes": bool(form.errors) and case is None,
        "action_url": reverse("casos:edit", args=[case.pk]) if case else "",
    }
    return render(request, "courses/admin/case_form.html", context)


def _save(request: HttpRequest, form: CaseForm, case: Case | None) -> Case | None:
    user = writing_trainer(request)
    if case is not None and not may_write_case(user, case):
        raise PermissionDenied
    if not form.is_valid():
        return None
    try:
        version = save_case(
            case=case,
            name=form.cleaned_data["name"],
            key=form.cleaned_data.get("key", ""),
            content=form.stored_content(),
            acting_user=user,
            now=timezone.now(),
        )
    except InvalidContent as error:
        form.add_problems(error.problems)
        return None
    if "publish" not in request.POST:
        messages.success(request, _("Draft saved (version %d).") % version.number)
    return version.case


def _publish(request: HttpRequest, form: CaseForm, case: Case) -> bool:
    try:
        version = publish_case(case=case, acting_user=writing_trainer(request), now=timezone.now())
    except CaseRefused as error:
        form.add_problems(error.problems)
        messages.error(
            request, _("Saved as a draft, but not published: look at the marked places.")
        )
        return False
    messages.success(request, _("Published (version %d).") % version.number)
    return True


def case_history(request: HttpRequest, pk: int) -> HttpResponse:
    """List the versions, the newest first."""
    return show_history(request, Case, pk, namespace="casos")


def preview_case(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Walk through a version as a learner does; the path stands in the address, nothing is kept."""
    reading_staff(request)
    version = get_object_or_404(CaseVersion.objects.select_related("case"), case=pk, number=number)
    taken = [name for name in request.GET.get("path", "").split("/") if name]
    try:
        view = preview_walk(version.graph, taken)
    except BrokenWalk as broken:
        raise Http404 from broken
    return render(request, "courses/admin/case_preview.html", {"version": version, "view": view})

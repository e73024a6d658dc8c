"""In the admin: what changed in a source, and the way until all that cites it is checked."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from courses.enums import CheckOutcome, SourceChangeKind
from courses.models import SourceCheck, SourceRecord
from courses.sources import services
from courses.sources.forms import ChangeForm, CheckForm
from courses.sources.permissions import (
    access_change,
    access_check,
    access_source,
    following_staff,
    may_follow_changes,
    may_settle,
)
from courses.sources.queries import (
    changes_with_progress,
    check_row,
    check_rows,
    citing_items,
    invitable_items,
    item_of,
)
from lms.core.numbers import posted_number

PER_PAGE = 25
ICON = "rotate"


@never_cache
@require_safe
def change_list(request: HttpRequest) -> HttpResponse:
    """List what changed, with how much of it is checked; what is open comes first."""
    following_staff(request)
    page = Paginator(changes_with_progress(), PER_PAGE).get_page(request.GET.get("p"))
    context = {
        "page_obj": page,
        "sources": SourceRecord.objects.order_by("kind", "number", "title_es"),
        "page_title": _("Sources that changed"),
        "header_icon": ICON,
    }
    return render(request, "courses/admin/sources/changes.html", context)


@require_safe
def change_choose(request: HttpRequest) -> HttpResponse:
    """Lead from the list to the noting of a change of the chosen source."""
    source_id = posted_number(request.GET.get("fuente", ""))
    if not source_id:
        following_staff(request)
        messages.warning(request, _("Choose a source."))
        return redirect("fuentes-cambios:index")
    _user, source = access_source(request, source_id)
    return redirect("fuentes-cambios:note", source.pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change_note(request: HttpRequest, source_id: int) -> HttpResponse:
    """Show what cites a source, and note that it changed."""
    user, source = access_source(request, source_id)
    form = ChangeForm(request.POST or None, source=source)
    if request.method == "POST" and form.is_valid():
        try:
            change = services.note_change(
                source=source,
                kind=SourceChangeKind(form.cleaned_data["kind"]),
                changed_date=form.cleaned_data["changed_date"],
                words=form.words(),
                replacement=form.cleaned_data["replacement"],
                acting_user=user,
                now=timezone.now(),
            )
        except services.ChangeRefused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _noted(change.checks.count()))
            return redirect("fuentes-cambios:detail", change.pk)
    groups = citing_items(source)
    context = {
        "form": form,
        "source": source,
        "groups": groups,
        "total": sum(len(items) for _kind, items in groups),
        "page_title": _("This source changed"),
        "page_subtitle": str(source),
        "header_icon": ICON,
    }
    return render(request, "courses/admin/sources/note.html", context)


def _noted(total: int) -> str:
    if not total:
        return _("The change is noted. Nothing cites this source, so nothing has to be checked.")
    words = ngettext(
        "The change is noted. %(number)d item cites this source and waits to be checked.",
        "The change is noted. %(number)d items cite this source and wait to be checked.",
        total,
    )
    return words % {"number": total}


@never_cache
@require_safe
def change_detail(request: HttpRequest, change_id: int) -> HttpResponse:
    """Show every item that cites the source, and how far the checking has come."""
    user, change = access_change(request, change_id)
    rows = check_rows(change)
    may_invite = user.has_perm("certificates.add_updateinvitation")
    context = {
        "change": change,
        "rows": rows,
        "total": len(rows),
        "done": sum(row.check.outcome != CheckOutcome.OPEN for row in rows),
        "invitable": invitable_items(change) if may_invite else [],
        "page_title": str(change.source),
        "page_subtitle": change.get_kind_display(),
        "header_icon": ICON,
    }
    return render(request, "courses/admin/sources/change.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check_detail(request: HttpRequest, change_id: int, check_id: int) -> HttpResponse:
    """Show one item beside what changed, and note what became of it."""
    user, check = access_check(request, change_id, check_id)
    is_mine = may_settle(user, check)
    if request.method == "POST" and not is_mine:
        raise PermissionDenied
    form = CheckForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.settle_check(
                check=check,
                outcome=CheckOutcome(form.cleaned_data["outcome"]),
                note=form.cleaned_data["note"],
                acting_user=user,
                now=timezone.now(),
            )
        except services.CheckRefused as refusal:
            form.add_error(None, str(refusal))
            check.refresh_from_db()
        else:
            messages.success(request, _("Noted."))
            return redirect("fuentes-cambios:detail", change_id)
    return render(request, "courses/admin/sources/check.html", _check_context(check, form, is_mine))


def _check_context(check: SourceCheck, form: CheckForm, is_mine: bool) -> dict[str, Any]:
    is_open = check.outcome == CheckOutcome.OPEN
    return {
        "change": check.change,
        "row": check_row(check, item_of(check)),
        "form": form,
        "is_open": is_open,
        "may_settle": is_open and is_mine,
        "page_title": _("Check after a change"),
        "page_subtitle": str(check.change.source),
        "header_icon": ICON,
    }


class ChangesMenuItem(MenuItem):
    """Shown to whoever follows changes."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Ask for a staff group."""
        return may_follow_changes(request.user)


class SourceChangeViewSet(ViewSet):
    """The pages below `/admin/fuentes-cambios/`."""

    name = "fuentes-cambios"
    icon = "rotate"
    menu_label = gettext_lazy("Sources that changed")
    menu_name = "fuentes-cambios"
    menu_order = 246
    add_to_admin_menu = True
    menu_item_class = ChangesMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        """Return the list, one change with its checks, and the noting of a new one."""
        return [
            path("", change_list, name="index"),
            path("anotar/", change_choose, name="choose"),
            path("anotar/<int:source_id>/", change_note, name="note"),
            path("<int:change_id>/", change_detail, name="detail"),
            path("<int:change_id>/<int:check_id>/", check_detail, name="check"),
        ]

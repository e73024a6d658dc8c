"""In the admin: the audit trail, to read; administrators only."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from lms.accounts.models import User
from lms.core.models import AuditEvent
from lms.desks.trail import services
from lms.desks.trail.forms import TrailForm
from lms.desks.trail.permissions import VIEW, access_trail
from lms.desks.trail.queries import shown_rows, trail

PER_PAGE = 50


@never_cache
def trail_list(request: HttpRequest) -> HttpResponse:
    """List what somebody looks for; a POST opens the typed reasons of the page, and notes it."""
    user = access_trail(request)
    form = TrailForm(request.GET)
    found = trail(form.wanted()) if form.is_valid() else AuditEvent.objects.none()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("p"))
    events = list(page.object_list)
    has_reasons = request.method == "POST"
    if has_reasons:
        services.note_reading(events=events, acting_user=user, now=timezone.now())
    kept = request.GET.copy()
    kept.pop("p", None)
    rows = shown_rows(events, has_reasons=has_reasons)
    context = {
        "form": form,
        "page_obj": page,
        "rows": rows,
        "has_hidden": any(row.is_reason_hidden for row in rows),
        "is_searching": any(kept.values()),
        "kept_query": kept.urlencode(),
        "page_title": _("Audit trail"),
        "header_icon": "list-ul",
    }
    return render(request, "desks/trail/index.html", context)


class TrailMenuItem(MenuItem):
    """Shown to whoever may read the trail."""

    def is_shown(self, request: Any) -> bool:
        """Ask for the right."""
        return isinstance(request.user, User) and request.user.has_perm(VIEW)


class TrailViewSet(ViewSet):
    """The page below `/admin/registro-de-auditoria/`."""

    name = "registro-de-auditoria"
    icon = "list-ul"
    menu_label = gettext_lazy("Audit trail")
    menu_item_class = TrailMenuItem
    menu_order = 900

    def get_urlpatterns(self) -> list[URLPattern]:
        """Return the one page."""
        return [path("", trail_list, name="index")]

"""Sittings taken over from django-quiz-app, for administrators to look at; nothing changes them."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from courses.permissions import is_administrator
from lms.accounts.models import User
from lms.learning.models import ImportedSitting

PER_PAGE = 50


class _MenuItem(MenuItem):
    """Shown to administrators once there is something to see."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Ask for the role and for a first sitting."""
        user = request.user
        is_admin = isinstance(user, User) and is_administrator(user)
        return is_admin and ImportedSitting.objects.exists()


def _administrator(request: HttpRequest) -> None:
    if not (isinstance(request.user, User) and is_administrator(request.user)):
        raise PermissionDenied


@never_cache
def sitting_list(request: HttpRequest) -> HttpResponse:
    """List the imported sittings, newest first."""
    _administrator(request)
    rows = ImportedSitting.objects.select_related("learner").defer("answers")
    page = Paginator(rows.order_by("-started_at", "-pk"), PER_PAGE).get_page(request.GET.get("p"))
    context = {"page": page, "header_title": _("Imported sittings")}
    return render(request, "learning/admin/sitting_list.html", context)


@never_cache
def sitting_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one imported sitting with its answers."""
    _administrator(request)
    row = get_object_or_404(ImportedSitting.objects.select_related("learner", "quiz"), pk=pk)
    context = {"sitting": row, "header_title": _("Imported sitting")}
    return render(request, "learning/admin/sitting_detail.html", context)


class ImportedSittingViewSet(ViewSet):
    """The pages below `/admin/intentos-importados/`."""

    name = "intentos-importados"
    icon = "history"
    menu_label = gettext_lazy("Imported sittings")
    menu_name = "intentos-importados"
    menu_order = 270
    menu_item_class = _MenuItem
    add_to_admin_menu = True

    def get_urlpatterns(self) -> list[URLPattern]:
        """Return the list and the page of one sitting."""
        return [
            path("", sitting_list, name="index"),
            path("<int:pk>/", sitting_detail, name="detail"),
        ]

"""What the admin of questions and of cases shares: records that are edited by making versions."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from wagtail.admin.viewsets.model import ModelViewSet

from courses.permissions import writing_trainer


class VersionedViewSet(ModelViewSet):
    """A list, and forms of our own: such records are neither copied nor deleted."""

    copy_view_enabled = False
    list_per_page = 50

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Leave out what these records do not have: deleting, usage and Wagtail's history."""
        found: dict[str, Any] = super().get_common_view_kwargs(**kwargs)
        for name in ("delete_url_name", "usage_url_name", "history_url_name"):
            found.pop(name, None)
        return found


def show_history(request: HttpRequest, model: Any, pk: int, *, namespace: str) -> HttpResponse:
    """List the versions of a question or a case, the newest first."""
    writing_trainer(request)
    record = get_object_or_404(model.objects.select_related("live_version"), pk=pk)
    versions = record.versions.select_related("created_by").order_by("-number")
    context = {
        "record": record,
        "versions": versions,
        "edit_url": f"{namespace}:edit",
        "preview_url": f"{namespace}:preview",
    }
    return render(request, "courses/admin/version_history.html", context)

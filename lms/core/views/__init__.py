"""Views that belong to no app: health, errors, plain pages, the style guide."""

from celery import current_app
from django.conf import settings
from django.contrib.auth.decorators import permission_required
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

from lms.core.health import CHECKS, NotReadyError

RETRY_SECONDS = 60


@never_cache
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """Answer that the process runs."""
    return HttpResponse("ok", content_type="text/plain")


def _check_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _check_broker() -> None:
    with current_app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, timeout=2)


def _check_storage() -> None:
    default_storage.exists("probe")


def _check_cache() -> None:
    cache.get("probe")


@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Say which of database, cache, broker, storage and signing keys can serve; 503 if one cannot."""
    checks = {
        "database": _check_database,
        "cache": _check_cache,
        "broker": _check_broker,
        "storage": _check_storage,
        **CHECKS,
    }
    answer: dict[str, str] = {}
    for name, check in checks.items():
        try:
            check()
        except (DatabaseError, OperationalError, OSError, NotReadyError):
            answer[name] = "down"
        else:
            answer[name] = "ok"
    return JsonResponse(answer, status=200 if set(answer.values()) == {"ok"} else 503)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that the request could not be read."""
    return render(request, "400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that this is not for the person who asks."""
    return render(request, "403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the form was too old, and how to send it again."""
    context = {
        "reason": _("The form was open for too long. Go back, reload the page and send it again.")
    }
    return render(request, "403.html", context, status=403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that there is nothing here; the same words whether it never was or is not for you."""
    return render(request, "404.html", status=404)


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """Ask somebody who tries too often to wait."""
    response = render(request, "429.html", status=429)
    response["Retry-After"] = str(RETRY_SECONDS)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that the fault is ours; the page asks nothing of the database."""
    return render(None, "500.html", status=500)


@require_safe
def plain_page(request: HttpRequest, name: str) -> HttpResponse:
    """Show one of the site's own plain pages: help, privacy, accessibility."""
    return render(request, f"core/{name}.html")


@permission_required("wagtailadmin.access_admin")
@require_safe
def style_guide(request: HttpRequest) -> HttpResponse:
    """Show every component to staff."""
    return render(request, "core/style_guide.html", {"debug": settings.DEBUG})

"""What a telephone keeps, so that it can check a certificate without a network.

A service worker, for the pages of the check alone, keeps one page, its style and its scripts, the
public keys and the status lists. Nothing that it keeps has a code or a name in it.
"""

import hashlib
import json
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from certificates.models import StatusList

WORKER = settings.BASE_DIR / "static" / "js" / "check-worker.js"
ASSETS = ("css/lean.css", "js/check.js", "js/check-offline.js", "js/offline-facts.js")
LANGUAGES = ("es", "en")


@cache_control(no_cache=True)
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Give out the service worker, with the addresses of what it keeps.

    It has the scope of the folder that it is served from, `/v/` or `/en/v/`, and can have no wider
    one: no header allows it.
    """
    return HttpResponse(worker_text(), content_type="text/javascript; charset=utf-8")


@lru_cache(maxsize=1)
def _worker_source() -> str:
    return WORKER.read_text()


def worker_text() -> str:
    """Return the script; a change of anything that it keeps is a change of its bytes."""
    plan = {
        "pages": {language: _address("check_offline_page", language) for language in LANGUAGES},
        "assets": [static(name) for name in ASSETS],
        "data": _address("check_offline_data", "es"),
    }
    text = json.dumps(plan, indent=2) + ";\n" + _worker_source()
    version = hashlib.sha256((text + _page_version()).encode()).hexdigest()[:16]
    return f'const VERSION = "{version}";\nconst PLAN = {text}'


def _address(name: str, language: str) -> str:
    with translation.override(language):
        return reverse(name)


@lru_cache(maxsize=1)
def _page_version() -> str:
    """Return a digest of the kept page's own template: its words may change and nothing else."""
    page = settings.BASE_DIR / "templates" / "certificates" / "checking" / "offline.html"
    return hashlib.sha256(page.read_bytes()).hexdigest()


@cache_control(no_cache=True)
@require_safe
def offline_data(request: HttpRequest) -> JsonResponse:
    """Say where the public keys and the status lists are."""
    numbers = StatusList.objects.order_by("number").values_list("number", flat=True)
    lists = {str(number): reverse("status_list", args=[number]) for number in numbers}
    return JsonResponse({"keys": reverse("jwks_json"), "lists": lists})


@cache_control(no_cache=True)
@require_safe
def offline_page(request: HttpRequest) -> HttpResponse:
    """Give out the page that answers without a network; it knows no certificate."""
    lists = reverse("status_list", args=[0]).removesuffix("0")
    context = {"other_language_url": "", "keys": reverse("jwks_json"), "lists": lists}
    return render(request, "certificates/checking/offline.html", context)

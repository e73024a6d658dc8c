"""What a telephone keeps, so that it can check a certificate without a network.

A service worker, for the pages of the check alone, keeps one page, its style and its scripts, the
public keys and the status lists. Nothing that it keeps has a code or a name in it.
"""

import hashlib
import json
from functools import lru_cache

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from certificates.models import StatusList

WORKER = settings.BASE_DIR / "static" / "js" / "check-worker.js"
ASSETS = ("css/lean.css", "js/check.js", "js/check-offline.js", "js/offline-facts.js")
LANGUAGES = ("es", "en")
PAGE = "certificates/checking/offline.html"
VERSION_SECONDS = 300
"""How long a changed word of the kept page may stay unnoticed."""


@cache_control(no_cache=True)
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Give out the service worker, with the addresses of what it keeps.

    It has the scope of the folder that it is served from, `/v/` or `/en/v/`, and can have no wider
    one: no header allows it. A change of anything that it keeps is a change of its bytes.
    """
    plan = {
        "pages": {language: _address("check_offline_page", language) for language in LANGUAGES},
        "assets": [static(name) for name in ASSETS],
        "data": _address("check_offline_data", "es"),
    }
    text = f"const PLAN = {json.dumps(plan, indent=2)};\n{_worker_source()}"
    version = f'const VERSION = "{_version(request, text)}";\n'
    return HttpResponse(version + text, content_type="text/javascript; charset=utf-8")


@lru_cache(maxsize=1)
def _worker_source() -> str:
    return WORKER.read_text()


def _address(name: str, language: str) -> str:
    with translation.override(language):
        return reverse(name)


def _version(request: HttpRequest, text: str) -> str:
    """Return a digest of the script and of the pages that it keeps, in every language."""

    def made() -> str:
        digest = hashlib.sha256(text.encode())
        for language in LANGUAGES:
            with translation.override(language):
                page = render_to_string(PAGE, _page_context(), request=request)
            digest.update(page.encode())
        return digest.hexdigest()[:16]

    key = f"check-worker:{hashlib.sha256(text.encode()).hexdigest()[:32]}"
    return str(cache.get_or_set(key, made, timeout=VERSION_SECONDS))


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
    return render(request, PAGE, _page_context())


def _page_context() -> dict[str, str]:
    lists = reverse("status_list", args=[0]).removesuffix("0")
    return {"other_language_url": "", "keys": reverse("jwks_json"), "lists": lists}

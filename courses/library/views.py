"""Pages of the library: open to everybody, and kept by caches where nobody is logged in."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import require_safe

from courses.library.forms import SearchForm
from courses.library.queries import (
    Shelf,
    card_of,
    search,
    source_link,
    whole_library,
)
from courses.models.serving import active_language
from courses.shared_texts import helplines

SECONDS_KEPT = 300
OF_A_VISIT = frozenset({settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name})
FEW = 4
"""How many of each kind the results of a search show before “all of them”."""


def _page(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    """Render a page that caches may keep for everybody who has no session; it opens none.

    Nor has she a message that waits: that may name her, and stands on the page once.
    """
    response = render(request, f"courses/library/{template}.html", dict(context))
    if OF_A_VISIT.isdisjoint(request.COOKIES):
        patch_cache_control(response, public=True, max_age=SECONDS_KEPT)
        patch_vary_headers(response, ["Cookie"])
    return response


@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """Show the shelves, or what a search found on them."""
    is_search = any(request.GET.get(name) for name in SearchForm.base_fields)
    form = SearchForm(request.GET) if is_search else SearchForm()
    books = whole_library()
    context: dict[str, Any] = {"form": form, "library": books, "is_search": is_search}
    if is_search:
        form.is_valid()
        wanted = form.wanted()
        found = search(books, wanted)
        context |= {
            "wanted": wanted,
            "found": found,
            "most": None if wanted.shelf else FEW,
            "query": _query_without_kind(request),
        }
    return _page(request, "library", context)


def _query_without_kind(request: HttpRequest) -> str:
    """Return the address of this search without its kind, to which a link adds another."""
    query = request.GET.copy()
    query.pop("tipo", None)
    return f"{query.urlencode()}&" if query else ""


@require_safe
def shelf(request: HttpRequest, name: Shelf) -> HttpResponse:
    """Show one shelf whole, to read or to print."""
    context = {"entries": whole_library().shelf(name)}
    return _page(request, name, context)


@require_safe
def card(request: HttpRequest, card_key: str) -> HttpResponse:
    """Show one card as it is printed."""
    found = card_of(card_key)
    if found is None:
        raise Http404
    language = found.locale.language_code
    context = {
        "card": found,
        "content_language": "" if language == active_language() else language,
        "sources": [source_link(row, language) for row in found.sources.all()],
        "lines": helplines() if found.shows_helplines else (),
        "is_due": found.review_due_date < timezone.localdate(),
    }
    return _page(request, "card", context)

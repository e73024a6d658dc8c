"""Pages that belong to no course: a real case, helplines, glossary; and the way to every course."""

from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from wagtail.url_routing import RouteResult
from wagtail.views import serve

from courses.models.serving import active_language, page_at
from courses.shared_texts import GlossaryEntry, glossary, helplines, sort_key


def course_path(request: HttpRequest, path: str) -> HttpResponse:
    """Serve a page below the catalogue as Wagtail does, with all its hooks, found in one query.

    Wagtail asks for the site, its root page and the root's translation first; it takes a route
    that stands on the request instead.
    """
    page = page_at([part for part in path.split("/") if part], active_language())
    if page is None:
        raise Http404
    route: dict[str, Any] = {"_wagtail_route_for_request": RouteResult(page)}
    vars(request).update(route)
    response: HttpResponse = serve(request, path)
    return response


@require_safe
def real_case(request: HttpRequest) -> HttpResponse:
    return render(request, "courses/real_case.html", {"helplines": helplines()})


@require_safe
def helplines_card(request: HttpRequest) -> HttpResponse:
    return render(request, "courses/helplines_card.html", {"helplines": helplines()})


def _first_letter(entry: GlossaryEntry) -> str:
    return sort_key(entry.term)[:1].upper()


@require_safe
def glossary_page(request: HttpRequest) -> HttpResponse:
    letters = [
        (letter, list(entries)) for letter, entries in groupby(glossary(), key=_first_letter)
    ]
    return render(request, "courses/glossary.html", {"letters": letters})

"""What every page of the check has in common: it is kept to oneself, and its askers are counted."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation

from lms.core.ratelimit import network_of

View = Callable[..., HttpResponse]


def kept_to_oneself(view: View) -> View:
    """Keep a page out of caches, search engines and the addresses that other sites see."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded


def asking_network(request: HttpRequest) -> str:
    """Return what is counted as the one who asks."""
    return network_of(request.META.get("REMOTE_ADDR", ""))


def other_language() -> dict[str, str]:
    """Return the other language's check page: a code that is unknown is nowhere repeated."""
    other = "en" if (translation.get_language() or "es").startswith("es") else "es"
    with translation.override(other):
        return {"other_language_url": reverse("verify")}


def ask_to_wait(request: HttpRequest, seconds: int) -> HttpResponse:
    """Answer 429, and say for how long; the same whatever was asked."""
    context = {"seconds": seconds, **other_language()}
    response = render(request, "certificates/checking/wait.html", context, status=429)
    response["Retry-After"] = str(seconds)
    return response

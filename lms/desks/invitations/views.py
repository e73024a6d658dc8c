"""The page behind the link of an invitation."""

from django.http import Http404, HttpRequest, HttpResponse


def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    raise Http404

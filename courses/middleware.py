"""The last net under the admin: a refusal to publish is an answer, never an error page."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse

from courses.publication import PublicationRefused

GetResponse = Callable[[HttpRequest], HttpResponse]


class PublicationRefusedMiddleware:
    """Turns PublicationRefused from a view of Wagtail into messages and the way to the page.

    The edit form and the bulk action answer at their own place; this serves the doors whose views
    know nothing of the rule: a workflow's approval, the publishing of a translation.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal; leave everything else to Django."""
        if not isinstance(exception, PublicationRefused):
            return None
        for problem in exception.problems:
            messages.error(request, f"{exception.page.title}: {problem.message}")
        url = reverse("wagtailadmin_pages:edit", args=[exception.page.pk])
        if request.headers.get("x-requested-with") == "XMLHttpRequest":
            return JsonResponse({"step": "success", "redirect": url})
        return redirect(url)

"""Nets under the doors of the admin that are not ours."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from wagtail.models import Page
from wagtail_localize.models import Translation, TranslationSource

from courses.publication import PublicationRefused

GetResponse = Callable[[HttpRequest], HttpResponse]
View = Callable[..., HttpResponse]


class TranslationGuardMiddleware:
    """Lets nobody translate a page that she may not write, nor end a translation that is not hers.

    wagtail-localize asks for the right to translate, but not for which page; and whoever may write a
    draft, as a reviewer may, could end a translation that is live.
    """

    DOORS = ("wagtail_localize:submit_page_translation", "wagtail_localize:update_translations")
    ENDINGS = ("wagtail_localize:stop_translation", "wagtail_localize:convert_to_alias")

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: list[Any], kwargs: dict[str, Any]
    ) -> None:
        """Refuse (403) the page of somebody else's course; leave the rest to the view."""
        door = request.resolver_match.view_name if request.resolver_match else ""
        if door not in self.DOORS + self.ENDINGS or not request.user.is_authenticated:
            return
        page = _page_to_translate(kwargs)
        if page is None:
            return
        rights = page.permissions_for_user(request.user)
        if not (rights.can_publish() if door in self.ENDINGS else rights.can_edit()):
            raise PermissionDenied


def _page_to_translate(kwargs: dict[str, Any]) -> Page | None:
    if "page_id" in kwargs:
        return Page.objects.filter(pk=kwargs["page_id"]).first()
    if "translation_id" in kwargs:
        translation = Translation.objects.filter(pk=kwargs["translation_id"]).first()
        key = translation.source.object_id if translation else None
        locale_id = translation.target_locale_id if translation else None
        return Page.objects.filter(translation_key=key, locale_id=locale_id).first()
    source = TranslationSource.objects.filter(pk=kwargs["translation_source_id"]).first()
    if source is None:
        return None
    return Page.objects.filter(translation_key=source.object_id, locale_id=source.locale_id).first()


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

"""How a page is found by its address and what its template always has."""

from collections.abc import Sequence
from http import HTTPMethod
from typing import Any

from django.apps import apps
from django.conf import settings
from django.utils.translation import get_language
from wagtail.models import Page, PageViewRestriction
from wagtail.url_routing import RouteResult

KINDS_BY_DEPTH: dict[int, tuple[str, ...]] = {
    1: ("CourseIndexPage",),
    2: ("CoursePage",),
    3: ("ModulePage",),
    4: ("LessonPage", "QuizPage", "CasePage", "PracticePage"),
}
"""Which pages stand how many steps below the home page."""


def active_language() -> str:
    """Return the two letters of the language in which the page is asked for."""
    return (get_language() or settings.LANGUAGE_CODE)[:2]


def page_at(components: Sequence[str], language: str) -> Any:
    """Return the page at a path below the home page, published or not, with all its fields.

    Where it has no translation, the page in the source language stands in its place: the names in
    addresses are the same in every language. Whoever calls decides who may see it. None if there
    is no such page.
    """
    for kind in KINDS_BY_DEPTH.get(len(components), ()):
        found = (
            apps.get_model("courses", kind)
            .objects.filter(
                depth=len(components) + 2,
                url_path__endswith=f"/{'/'.join(components)}/",
                locale__language_code__in={language, settings.LANGUAGE_CODE},
            )
            .select_related("locale")
        )
        best = max(
            found,
            key=lambda page: (
                page.live,
                page.first_published_at is not None,
                page.locale.language_code == language,
            ),
            default=None,
        )
        if best is not None:
            return best
    return None


class ServedPage(Page):
    """What every page of ours does when somebody asks for it."""

    private_page_options: list[str] = []
    allowed_http_methods = [HTTPMethod.GET, HTTPMethod.HEAD, HTTPMethod.OPTIONS]

    class Meta:
        abstract = True

    def get_view_restrictions(self) -> Any:
        """Return none: `lms.learning` decides who reads a page, and Wagtail's walk costs queries."""
        return PageViewRestriction.objects.none()

    def get_context(
        self, request: Any, *args: Any, learning: Any = None, **kwargs: Any
    ) -> dict[str, Any]:
        """Add what the hook of `lms.learning` says, and the language if it is not the reader's."""
        context: dict[str, Any] = {**super().get_context(request, *args, **kwargs), **kwargs}
        written_in = self.locale.language_code
        context["learning"] = learning
        context["content_language"] = "" if written_in == active_language() else written_in
        return context


class RoutedHome(Page):
    """A home page that finds every page below it by its whole path."""

    class Meta:
        abstract = True

    def route(self, request: Any, path_components: list[str]) -> Any:
        """Find the page in one query, instead of one for each level of the tree."""
        found = page_at(path_components, active_language()) if path_components else None
        if found is not None:
            return RouteResult(found)
        return super().route(request, path_components)

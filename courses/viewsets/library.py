"""The library in the admin: services, figures, cards and site terms; and what nobody checked lately.

They are snippets, so that Wagtail keeps their history and wagtail-localize translates the cards.
"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import Column, LocaleColumn
from wagtail.admin.viewsets.base import ViewSet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from courses.forms.library import CardForm, LibraryForm, SiteTermForm
from courses.library.checking import due_checks
from courses.library.services import CheckRefused, mark_checked
from courses.models import Card, Figure, Service
from courses.permissions import is_administrator
from courses.term_checks import TERMS_HELP
from courses.viewsets.shared_texts import how_it_is_known
from lms.accounts.models import User
from lms.core.models import SiteTerm

FEW = 5
"""How many things to check the first page of the admin shows."""
NO_PLACES = _(
    "This directory is public. Never write a place where people are protected, a street or a map: "
    "the form refuses them."
)


def _pair(name: str) -> FieldRowPanel:
    return FieldRowPanel([FieldPanel(f"{name}_es"), FieldPanel(f"{name}_en")])


class ServiceViewSet(SnippetViewSet):
    """The directory of services."""

    model = Service
    icon = "group"
    menu_label = _("Services")
    menu_name = "servicios"
    copy_view_enabled = False
    ordering = "sort_order"
    search_fields = ["name_es", "name_en", "purpose_es"]
    list_display = [
        "name_es",
        Column("kind", label=_("Kind"), accessor="get_kind_display"),
        Column(
            "region",
            label=_("Region"),
            accessor=lambda row: row.get_region_display() or gettext("the whole country"),
        ),
        Column(
            "verified_on",
            label=_("Verified on"),
            accessor=lambda row: row.verified_on or gettext("not verified"),
        ),
    ]
    edit_handler = ObjectList(
        [
            HelpPanel(content=NO_PLACES),
            MultiFieldPanel(
                [
                    _pair("name"),
                    _pair("purpose"),
                    FieldRowPanel([FieldPanel("kind"), FieldPanel("region")]),
                ],
                heading=_("The service"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("phone"), FieldPanel("url")]),
                    _pair("hours"),
                    _pair("spoken_languages"),
                ],
                heading=_("How to reach it"),
            ),
            *how_it_is_known(),
        ],
        base_form_class=LibraryForm,
    )


class FigureViewSet(SnippetViewSet):
    """The figures, each with its source."""

    model = Figure
    icon = "table"
    menu_label = _("Figures")
    menu_name = "cifras"
    copy_view_enabled = False
    ordering = "-year"
    search_fields = ["what_es", "what_en", "value"]
    list_display = ["value", "unit_es", "year", "what_es"]
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [FieldPanel("value"), _pair("unit"), _pair("what")], heading=_("The figure")
            ),
            MultiFieldPanel(
                [
                    FieldPanel("year"),
                    _pair("period"),
                    FieldPanel("region"),
                    _pair("body"),
                ],
                heading=_("When, where, who counted"),
            ),
            MultiFieldPanel(
                [FieldPanel("source"), FieldPanel("mark"), _pair("note")],
                heading=_("How we know, and how to read it"),
            ),
            MultiFieldPanel(
                [FieldRowPanel([FieldPanel("key"), FieldPanel("sort_order")])],
                heading=_("Order"),
            ),
        ],
        base_form_class=LibraryForm,
    )


class CardViewSet(SnippetViewSet):
    """The cards to print."""

    model = Card
    icon = "doc-full"
    menu_label = _("Cards to print")
    menu_name = "fichas"
    copy_view_enabled = False
    ordering = "sort_order"
    search_fields = ["title", "purpose"]
    list_display = ["title", LocaleColumn(label=_("Language")), "review_due_date"]
    edit_handler = ObjectList(
        [
            FieldPanel("title"),
            FieldPanel("purpose"),
            HelpPanel(content=TERMS_HELP),
            FieldPanel("body"),
            FieldPanel("shows_helplines"),
            MultiFieldPanel(
                [
                    FieldPanel("sources"),
                    FieldRowPanel(
                        [FieldPanel("last_reviewed_date"), FieldPanel("review_due_date")]
                    ),
                ],
                heading=_("Sources and review"),
            ),
            MultiFieldPanel(
                [FieldRowPanel([FieldPanel("key"), FieldPanel("sort_order")])],
                heading=_("Order"),
            ),
        ],
        base_form_class=CardForm,
    )


class LibraryGroup(SnippetViewSetGroup):
    """Services, figures and cards stand together in the menu."""

    items = (ServiceViewSet, FigureViewSet, CardViewSet)
    menu_label = _("Library")
    menu_name = "biblioteca"
    menu_icon = "list-ul"
    menu_order = 235


class SiteTermViewSet(SnippetViewSet):
    """How the owner of the site words a term."""

    model = SiteTerm
    icon = "openquote"
    menu_label = _("Site terms")
    menu_name = "terminos"
    add_to_settings_menu = True
    copy_view_enabled = False
    ordering = "key"
    list_display = ["key", "text_es", "text_en"]
    edit_handler = ObjectList(
        [FieldPanel("text_es"), FieldPanel("text_en"), FieldPanel("key")],
        base_form_class=SiteTermForm,
    )


def _administrator(request: HttpRequest) -> User:
    user = request.user
    if not isinstance(user, User) or not is_administrator(user):
        raise PermissionDenied
    return user


@require_safe
def check_list(request: HttpRequest) -> HttpResponse:
    """List the lines and services that nobody checked, or not for 180 days."""
    _administrator(request)
    context = {
        "checks": due_checks(today=timezone.localdate()),
        "page_title": _("Lines and services to check"),
        "header_icon": "mobile-alt",
    }
    return render(request, "courses/admin/checks.html", context)


@require_POST
def check_press(request: HttpRequest) -> HttpResponse:
    """Note that the user checked one of them today."""
    user = _administrator(request)
    kind, _colon, key = request.POST.get("record", "").partition(":")
    try:
        mark_checked(kind=kind, key=key, acting_user=user, now=timezone.now())
    except CheckRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, gettext("Noted: checked today, by you."))
    return redirect("verificaciones:index")


class CheckViewSet(ViewSet):
    """The pages below `/admin/verificaciones/`."""

    name = "verificaciones"
    icon = "mobile-alt"
    menu_label = _("Lines and services to check")

    def get_urlpatterns(self) -> list[URLPattern]:
        """Return the list, and where its button leads."""
        return [path("", check_list, name="index"), path("hoy/", check_press, name="press")]


class ChecksPanel(Component):
    """On the first page of the admin: what an administrator should check."""

    name = "due_checks"
    order = 20
    template_name = "courses/admin/checks_panel.html"

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        """Read what is due."""
        checks = due_checks(today=timezone.localdate())
        return {"checks": checks[:FEW], "total": len(checks), "request": parent_context["request"]}

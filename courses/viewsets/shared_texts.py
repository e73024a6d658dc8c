"""Glossary and helplines in the admin: snippets, so that wagtail-localize translates them."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, LocaleColumn
from wagtail.snippets.views.snippets import SnippetViewSet

from courses.forms.library import LibraryForm
from courses.models import GlossaryTerm, Helpline


def how_it_is_known() -> list[MultiFieldPanel]:
    """Return the last panels of a line or a service: who checked it when, and its place."""
    known = [FieldPanel("verified_on"), FieldPanel("source"), FieldPanel("source_read_on")]
    return [
        MultiFieldPanel(known, heading=_("How we know")),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("key"), FieldPanel("sort_order")])],
            heading=_("Order"),
        ),
    ]


class GlossaryViewSet(SnippetViewSet):
    """The words of this field."""

    model = GlossaryTerm
    icon = "openquote"
    menu_label = _("Glossary")
    menu_name = "glosario"
    add_to_admin_menu = True
    menu_order = 240
    copy_view_enabled = False
    ordering = "term"
    search_fields = ["term", "definition"]
    list_display = ["term", LocaleColumn(label=_("Language"))]
    edit_handler = ObjectList(
        [
            FieldPanel("term"),
            FieldPanel("definition"),
            FieldPanel("key", help_text=_("A short name that stays the same in every language.")),
        ],
        base_form_class=LibraryForm,
    )


class HelplineViewSet(SnippetViewSet):
    """The telephone lines that every page shows."""

    model = Helpline
    icon = "mobile-alt"
    menu_label = _("Helplines")
    menu_name = "lineas"
    add_to_admin_menu = True
    menu_order = 250
    copy_view_enabled = False
    ordering = "sort_order"
    list_display = [
        "name",
        "number",
        LocaleColumn(label=_("Language")),
        Column(
            "verified_on",
            label=_("Verified on"),
            accessor=lambda line: line.verified_on or _("not verified"),
        ),
    ]
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("number"), FieldPanel("name")]),
                    FieldPanel("purpose"),
                    FieldPanel("hours"),
                    FieldPanel("spoken_languages"),
                    FieldPanel("is_emergency"),
                ],
                heading=_("The line"),
            ),
            *how_it_is_known(),
        ],
        base_form_class=LibraryForm,
    )

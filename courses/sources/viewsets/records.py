"""The list of sources in the admin, beside the glossary and the helplines."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import SnippetViewSet

from courses.models import SourceRecord
from courses.sources.forms import SourceRecordForm


class SourceViewSet(SnippetViewSet):
    """Norms, treaties, guides and figures: each once, for all that cites it."""

    model = SourceRecord
    icon = "doc-full"
    menu_label = _("Sources")
    menu_name = "fuentes"
    add_to_admin_menu = True
    menu_order = 245
    copy_view_enabled = False
    ordering = ["kind", "number", "title_es"]
    search_fields = ["key", "number", "title_es", "title_en"]
    list_filter = ["kind", "state", "needs_legal_review"]
    list_per_page = 50
    list_display = [
        "__str__",
        Column(
            "title",
            label=_("Title"),
            accessor=lambda one: one.title_es if one.number else "",
        ),
        Column("state", label=_("State"), accessor=lambda one: one.get_state_display()),
        Column(
            "state_checked_date",
            label=_("State checked on"),
            accessor=lambda one: one.state_checked_date or _("not checked"),
        ),
    ]

    def get_edit_handler(self) -> Any:
        """Return the panels; the form says at each field what is wrong."""
        panels = [
            HelpPanel(template="courses/admin/sources/change_link.html"),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("kind"), FieldPanel("number")]),
                    FieldPanel("title_es"),
                    FieldPanel("title_en"),
                    FieldRowPanel([FieldPanel("issued"), FieldPanel("url")]),
                    FieldPanel("key"),
                ],
                heading=_("The source"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("state"), FieldPanel("state_checked_date")]),
                    FieldPanel("replaced_by"),
                    FieldRowPanel([FieldPanel("mark"), FieldPanel("needs_legal_review")]),
                ],
                heading=_("Is it in force?"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("summary_es"),
                    FieldPanel("summary_en"),
                    FieldPanel("is_in_library"),
                ],
                heading=_("In the public library"),
            ),
        ]
        handler = ObjectList(panels, base_form_class=SourceRecordForm)
        return handler.bind_to_model(self.model)

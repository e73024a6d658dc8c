"""The list of categories in the admin, as a tree."""

from typing import Any

from django.db.models import Count, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic

from courses.models import QuestionCategory


class CategoryIndexView(generic.IndexView):
    """Every category below the one in which it stands, bank by bank."""

    default_ordering = None

    @cached_property
    def columns(self) -> list[Column]:
        """Return what a row shows; names are moved in by their depth."""
        return [
            TitleColumn(
                "name",
                label=_("Category"),
                accessor="name_in_tree",
                get_url=self.get_edit_url,
            ),
            Column("path", label=_("Path"), classname="amparo-wide"),
            Column("bank", label=_("Bank"), accessor="bank.name"),
            Column("count", label=_("Questions in it"), accessor="question_count"),
        ]

    def get_base_queryset(self) -> QuerySet[QuestionCategory]:
        """Read bank and count with the categories."""
        found = QuestionCategory.objects.annotate(question_count=Count("questions"))
        return found.in_tree_order()

    def order_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the order of the tree, whatever the address asks for."""
        return queryset

"""The list of questions in the admin: its filters and its columns."""

from typing import Any

import django_filters
from django.db.models import F, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic

from courses.enums import Difficulty
from courses.forms.questions import CategoryLabels
from courses.models import Question, QuestionBank, QuestionCategory, QuestionTag
from courses.queries import questions_for_list
from courses.question_types import question_type, question_types
from courses.texts import in_language, languages
from lms.core.accents import without_accents

STATES = [
    ("draft", gettext_lazy("draft")),
    ("published", gettext_lazy("published")),
    ("changed", gettext_lazy("published, with changes that are not")),
]


UNSAID = "unsaid"
COMPLETENESS = [
    ("source", gettext_lazy("only Spanish")),
    ("all", gettext_lazy("Spanish and English")),
]


def state_of(question: Any) -> str:
    """Return the state of a question from the list, in words."""
    if question.live_version is None:
        return str(STATES[0][1])
    return str(STATES[1 if question.live_version.number == question.newest_number else 2][1])


def tags_of(question: Question) -> str:
    """Return the tags of a question from the list, with commas between them."""
    return ", ".join(sorted(tag.name for tag in question.tags.all()))


def _stem(question: Any) -> str:
    return in_language((question.newest_content or {}).get("stems") or {}) or question.key


class CategoryFilterField(CategoryLabels, django_filters.fields.ModelChoiceField):
    """A choice among all categories, as a tree."""


class CategoryFilter(django_filters.ModelChoiceFilter):
    """One category and all below it."""

    field_class = CategoryFilterField


class QuestionFilters(WagtailFilterSet):
    """Where a question stands, what it is, and what is said about it."""

    bank = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Bank"),
        field_name="category__bank",
        queryset=QuestionBank.objects.order_by("name"),
    )
    category = CategoryFilter(
        label=gettext_lazy("Category and all below it"),
        queryset=QuestionCategory.objects.in_tree_order(),
        method="within",
    )
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("Type"),
        choices=[(kind.name, kind.label) for kind in question_types()],
    )
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=STATES, method="in_state"
    )
    tag = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Tag"),
        field_name="tags",
        queryset=QuestionTag.objects.order_by("name"),
    )
    difficulty = django_filters.ChoiceFilter(
        label=gettext_lazy("Expected difficulty"),
        choices=[*Difficulty.choices, (UNSAID, gettext_lazy("not said"))],
        method="of_difficulty",
    )
    legal = django_filters.BooleanFilter(
        label=gettext_lazy("Needs legal review"), method="in_legal_review"
    )
    languages = django_filters.ChoiceFilter(
        label=gettext_lazy("Languages"), choices=COMPLETENESS, method="in_languages"
    )

    class Meta:
        model = Question
        fields = ["bank", "category", "kind", "state", "tag", "difficulty", "legal", "languages"]

    def within(
        self, rows: QuerySet[Question], name: str, value: QuestionCategory
    ) -> QuerySet[Question]:
        """Keep the questions of a category and of all below it."""
        return rows.filter(category__in=QuestionCategory.objects.within(value))

    def in_state(self, rows: QuerySet[Question], name: str, value: str) -> QuerySet[Question]:
        """Keep the questions in one of the three states."""
        if value == "draft":
            return rows.filter(live_version=None)
        if value == "published":
            return rows.filter(live_version__number=F("newest_number"))
        return rows.filter(live_version__number__lt=F("newest_number"))

    def of_difficulty(self, rows: QuerySet[Question], name: str, value: str) -> QuerySet[Question]:
        """Keep the questions that their authors expect to be this hard."""
        return rows.filter(difficulty="" if value == UNSAID else value)

    def in_legal_review(
        self, rows: QuerySet[Question], name: str, value: bool
    ) -> QuerySet[Question]:
        """Keep the questions whose newest version waits for a lawyer, or does not."""
        waiting = {"newest_content__needs_legal_review": True}
        return rows.filter(**waiting) if value else rows.exclude(**waiting)

    def in_languages(self, rows: QuerySet[Question], name: str, value: str) -> QuerySet[Question]:
        """Keep the questions that are meant for the source language alone, or for every one."""
        source_only = {"newest_content__languages": [languages()[0]]}
        return rows.filter(**source_only) if value == "source" else rows.exclude(**source_only)


class QuestionIndexView(generic.IndexView):
    """The list of questions."""

    search_fields = ["key"]

    @cached_property
    def columns(self) -> list[Column]:
        """Return what a row shows; the words of the question lead to its form."""
        return [
            TitleColumn(
                "stem",
                label=gettext_lazy("Question"),
                accessor=_stem,
                get_url=self.get_edit_url,
            ),
            Column("key", label=gettext_lazy("Key"), classname="amparo-wide"),
            Column(
                "category",
                label=gettext_lazy("Category"),
                accessor="category.name",
                classname="amparo-wide",
            ),
            Column(
                "kind",
                label=gettext_lazy("Type"),
                accessor=lambda question: question_type(question.kind).label,
            ),
            Column(
                "difficulty",
                label=gettext_lazy("Difficulty"),
                accessor="get_difficulty_display",
                classname="amparo-wide",
            ),
            Column("tags", label=gettext_lazy("Tags"), accessor=tags_of, classname="amparo-wide"),
            Column("state", label=gettext_lazy("State"), accessor=state_of),
            Column("newest_number", label=gettext_lazy("Version"), classname="amparo-wide"),
        ]

    def get_base_queryset(self) -> QuerySet[Question]:
        """Read everything that a row shows in one query."""
        return questions_for_list()

    def search_queryset(self, queryset: QuerySet[Question]) -> QuerySet[Question]:
        """Look in the key and in the words of the question, accents or not."""
        if not self.is_searching:
            return queryset
        wanted = without_accents(self.search_query)
        found = [
            question.pk
            for question, content in ((row, getattr(row, "newest_content", "")) for row in queryset)
            if wanted in without_accents(f"{question.key} {content}")
        ]
        return queryset.filter(pk__in=found)

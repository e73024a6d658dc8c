"""Quizzes, question banks and their categories in the admin."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.model import ModelViewSet

from courses.forms.quizzes import CategoryForm, QuizForm
from courses.models import QuestionBank, QuestionCategory, Quiz
from courses.permissions import may_write_quiz, writing_trainer
from courses.queries import category_counts
from courses.viewsets.category_list import CategoryIndexView


class QuizPageMixin(WagtailAdminTemplateMixin):
    """What the create and the edit page of a quiz share."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add how many published questions each category has."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "category_counts": category_counts()}

    def save_instance(self) -> Any:
        """Save, and say what is still missing before the quiz can be taken."""
        saved = super().save_instance()
        for warning in self.form.warnings:
            messages.warning(self.request, warning)
        return saved


class QuizCreateView(QuizPageMixin, generic.CreateView):
    """A new quiz."""

    template_name = "courses/admin/quiz_form.html"


class QuizEditView(QuizPageMixin, generic.EditView):
    """A quiz; those of other people's courses are not to be touched."""

    template_name = "courses/admin/quiz_form.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer 403 for a quiz of somebody else's course."""
        if not may_write_quiz(writing_trainer(request), self.get_object()):
            raise PermissionDenied
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response


class QuizViewSet(ModelViewSet):
    """Quizzes: rules, and where the questions come from."""

    model = Quiz
    name = "pruebas"
    icon = "tasks"
    menu_label = _("Quizzes")
    add_view_class = QuizCreateView
    edit_view_class = QuizEditView
    copy_view_enabled = False
    ordering = "name"
    search_fields = ["name", "slug"]
    list_display = [
        "name",
        Column("pass_mark", label=_("Pass mark, %")),
        Column("attempts", label=_("Attempts"), accessor=lambda quiz: quiz.attempts or "∞"),
    ]
    edit_handler = ObjectList(
        [
            MultiFieldPanel([FieldPanel("name"), FieldPanel("slug")], heading=_("Name")),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("pass_mark"), FieldPanel("attempts")]),
                    FieldPanel("layout"),
                    FieldPanel("feedback"),
                    FieldPanel("is_question_order_shuffled"),
                    FieldPanel("is_option_order_shuffled"),
                ],
                heading=_("Rules"),
                help_text=_("Attempts that have begun keep the rules under which they began."),
            ),
            InlinePanel(
                "sources",
                [
                    FieldPanel("question"),
                    FieldRowPanel([FieldPanel("category"), FieldPanel("count")]),
                ],
                heading=_("Questions"),
                label=_("Source"),
                help_text=_(
                    "Each source is one fixed question, or a category and how many to draw from it."
                ),
            ),
        ],
        base_form_class=QuizForm,
    )


class BankViewSet(ModelViewSet):
    """Banks of questions."""

    model = QuestionBank
    name = "bancos"
    icon = "folder-open-inverse"
    menu_label = _("Banks")
    copy_view_enabled = False
    ordering = "name"
    list_display = ["name", "slug"]
    edit_handler = ObjectList([FieldPanel("name"), FieldPanel("slug")])


class CategoryViewSet(ModelViewSet):
    """Categories of questions."""

    model = QuestionCategory
    name = "categorias"
    icon = "list-ul"
    menu_label = _("Categories")
    index_view_class = CategoryIndexView
    copy_view_enabled = False
    list_filter = ["bank"]
    list_per_page = 200
    edit_handler = ObjectList(
        [FieldPanel("bank"), FieldPanel("path"), FieldPanel("name")],
        base_form_class=CategoryForm,
    )

"""Quizzes, question banks and their categories in the admin."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.model import ModelViewSet

from courses.forms.quizzes import CategoryForm, QuizForm, QuizSourceForm
from courses.marks import as_per_cent
from courses.models import QuestionBank, QuestionCategory, Quiz
from courses.permissions import may_write_quiz, writing_trainer
from courses.queries import category_counts
from courses.services import note_quiz_saved
from courses.viewsets.category_list import CategoryIndexView


class QuizPageMixin(WagtailAdminTemplateMixin):
    """What the create and the edit page of a quiz share."""

    error_message = _("Nothing is saved yet: see what is marked below.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add how many published questions each category has."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "category_counts": category_counts()}

    def is_valid(self, form: Any) -> bool:
        """Leave out Wagtail's word of errors where nothing is wrong and only a word is waited for."""
        is_valid: bool = super().is_valid(form)
        if form.waits_for_confirmation:
            self.produced_error_message = None
        return is_valid

    @transaction.atomic
    def save_instance(self) -> Any:
        """Save with a note in the audit trail, and say what is still missing."""
        is_new = self.form.instance.pk is None
        saved = super().save_instance()
        note_quiz_saved(
            quiz=saved,
            is_new=is_new,
            changed_fields=self.form.changed_names(),
            acting_user=writing_trainer(self.request),
            now=timezone.now(),
        )
        for problem in self.form.missing:
            messages.warning(self.request, problem.message)
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


def _purpose() -> MultiFieldPanel:
    return MultiFieldPanel(
        [
            FieldPanel("mode"),
            FieldPanel("is_anonymous"),
            FieldPanel("compared_with"),
        ],
        heading=_("What it is for"),
        help_text=_(
            "A quiz of the course and an exam count for the certificate. An exam shows one "
            "question per screen, gives no hints, and reveals nothing before it has closed. A "
            "diagnosis and a survey do not count: whoever hands them in has done them. A survey "
            "asks for opinions only."
        ),
    )


def _marks() -> MultiFieldPanel:
    return MultiFieldPanel(
        [
            FieldPanel(
                "pass_mark",
                help_text=_("Of all the marks. A diagnosis and a survey have none: leave it."),
            ),
            FieldPanel("weight"),
        ],
        heading=_("Marks"),
        help_text=_(
            "Whoever is enrolled keeps what the release of the course promised. What you change "
            "here is promised with the next release."
        ),
    )


def _attempts() -> MultiFieldPanel:
    return MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("attempts"), FieldPanel("wait_minutes")]),
            FieldPanel(
                "counting",
                help_text=_("An attempt that was annulled never counts."),
            ),
        ],
        heading=_("Attempts"),
    )


def _times() -> MultiFieldPanel:
    return MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("opens_at"), FieldPanel("closes_at")]),
            FieldPanel("time_limit_minutes"),
        ],
        heading=_("Dates and time limit"),
        help_text=_(
            "The clock of the server decides, in Lima's time. Leave the dates empty for a quiz "
            "that is always open; an exam needs a closing. One learner may be given more time: "
            "see the list of attempts."
        ),
    )


def _showing() -> MultiFieldPanel:
    return MultiFieldPanel(
        [
            FieldPanel("feedback"),
            FieldPanel("layout"),
            FieldPanel("is_question_order_shuffled"),
            FieldPanel("is_option_order_shuffled"),
        ],
        heading=_("Feedback and order"),
        help_text=_(
            "Feedback is which answers were right, and why. “After the quiz has closed” needs a "
            "closing; an exam takes this, only the marks, or nothing. Each attempt keeps its own "
            "order, however often it is opened."
        ),
    )


def _marking() -> MultiFieldPanel:
    return MultiFieldPanel(
        [
            FieldPanel("is_marked_anonymously"),
            FieldPanel("needs_second_marker"),
            FieldPanel("marking_difference"),
        ],
        heading=_("Marking of open answers"),
        help_text=_("Only for quizzes with questions that people mark. A survey is not marked."),
    )


def _sections() -> InlinePanel:
    return InlinePanel(
        "sections",
        [
            FieldRowPanel([FieldPanel("number"), FieldPanel("pass_mark")]),
            FieldRowPanel([FieldPanel("title_es"), FieldPanel("title_en")]),
        ],
        heading=_("Sections"),
        label=_("Section"),
        help_text=_(
            "Only if the quiz has parts. Whoever does not reach the pass mark of a section does "
            "not pass the quiz."
        ),
    )


class SourcesPanel(InlinePanel):
    """The sources of a quiz, whose rows share what they offer."""

    def get_form_options(self) -> dict[str, Any]:
        """Name the form of a row."""
        options: dict[str, Any] = super().get_form_options()
        options["formsets"][self.relation_name]["form"] = QuizSourceForm
        return options


def _sources() -> SourcesPanel:
    return SourcesPanel(
        "sources",
        [
            FieldPanel("question"),
            FieldRowPanel([FieldPanel("category"), FieldPanel("count")]),
            FieldRowPanel([FieldPanel("tag"), FieldPanel("difficulty"), FieldPanel("level")]),
            FieldRowPanel([FieldPanel("marks"), FieldPanel("section")]),
        ],
        heading=_("Questions"),
        label=_("Source"),
        help_text=_(
            "Each source is one fixed question, or a category and how many to draw from it, with "
            "a tag, a difficulty or a level of thinking if you want. A critical question is one with a rule of safety: "
            "an error in it fails the whole quiz, whatever the marks, and the learner is told "
            "the rule."
        ),
    )


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
    list_filter = ["mode"]
    list_display = [
        "name",
        Column("mode", label=_("Kind"), accessor=lambda quiz: quiz.short_mode),
        Column(
            "pass_mark",
            label=_("Pass mark"),
            accessor=lambda quiz: as_per_cent(quiz.pass_mark) if quiz.is_counted else "",
        ),
        Column(
            "attempts",
            label=_("Attempts"),
            accessor=lambda quiz: quiz.attempts or "∞",
            classname="amparo-wide",
        ),
    ]
    edit_handler = ObjectList(
        [
            MultiFieldPanel([FieldPanel("name"), FieldPanel("slug")], heading=_("Name")),
            _purpose(),
            _marks(),
            _attempts(),
            _times(),
            _showing(),
            _marking(),
            _sections(),
            _sources(),
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

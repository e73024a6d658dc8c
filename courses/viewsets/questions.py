"""The question bank in the admin: list, forms, history, preview."""

from typing import Any

import django_filters
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.images import get_image_model

from courses.forms.questions import QuestionForm
from courses.models import Question, QuestionBank, QuestionCategory, QuestionVersion
from courses.permissions import may_write_question, writing_trainer
from courses.queries import folded, newest_version, questions_for_list
from courses.question_types import InvalidContent, question_type, question_types
from courses.question_types.common import Figure
from courses.services import QuestionRefused, publish_question, save_question
from courses.texts import in_language

STATES = [
    ("draft", gettext_lazy("draft")),
    ("published", gettext_lazy("published")),
    ("changed", gettext_lazy("published, with changes that are not")),
]


def state_of(question: Any) -> str:
    """Return the state of a question from the list, in words."""
    if question.live_version is None:
        return str(STATES[0][1])
    return str(STATES[1 if question.live_version.number == question.newest_number else 2][1])


def _stem(question: Any) -> str:
    return in_language((question.newest_content or {}).get("stems") or {}) or question.key


class QuestionFilters(WagtailFilterSet):
    """Bank, category, type and state."""

    bank = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Bank"),
        field_name="category__bank",
        queryset=QuestionBank.objects.order_by("name"),
    )
    category = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Category and all below it"),
        queryset=QuestionCategory.objects.order_by("path"),
        method="within",
    )
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("Type"),
        choices=[(kind.name, kind.label) for kind in question_types()],
    )
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=STATES, method="in_state"
    )

    class Meta:
        model = Question
        fields = ["bank", "category", "kind", "state"]

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
        wanted = folded(self.search_query)
        found = [
            question.pk
            for question, content in ((row, getattr(row, "newest_content", "")) for row in queryset)
            if wanted in folded(f"{question.key} {content}")
        ]
        return queryset.filter(pk__in=found)


class QuestionViewSet(ModelViewSet):
    """Questions: choose a type, write, save, look, publish."""

    model = Question
    name = "preguntas"
    icon = "help"
    menu_label = gettext_lazy("Questions")
    index_view_class = QuestionIndexView
    filterset_class = QuestionFilters
    form_fields = ["category"]
    copy_view_enabled = False
    list_per_page = 50

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Leave out what questions do not have: deleting and usage."""
        found: dict[str, Any] = super().get_common_view_kwargs(**kwargs)
        for name in ("delete_url_name", "usage_url_name", "history_url_name"):
            found.pop(name, None)
        return found

    def get_urlpatterns(self) -> list[URLPattern]:
        """Return the addresses below `/admin/preguntas/`."""
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("new/", choose_type, name="add"),
            path("new/<slug:kind>/", create_question, name="create"),
            path("edit/<int:pk>/", edit_question, name="edit"),
            path("history/<int:pk>/", question_history, name="history"),
            path("preview/<int:pk>/<int:number>/", preview_question, name="preview"),
        ]


def choose_type(request: HttpRequest) -> HttpResponse:
    """Offer the types of question."""
    writing_trainer(request)
    context = {"kinds": question_types(), "header_title": _("New question")}
    return render(request, "courses/admin/question_type.html", context)


def create_question(request: HttpRequest, kind: str) -> HttpResponse:
    """Write a new question."""
    writing_trainer(request)
    if kind not in {known.name for known in question_types()}:
        raise Http404
    form = QuestionForm(request.POST or None, kind=kind)
    return _answer(request, form, question=None)


def edit_question(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a question: the newest version is shown, and saving makes the next one."""
    writing_trainer(request)
    question = get_object_or_404(Question.objects.select_related("category", "live_version"), pk=pk)
    newest = newest_version(question)
    form = QuestionForm(
        request.POST or None,
        kind=question.kind,
        content=newest.content if newest else None,
        category=question.category_id,
    )
    return _answer(request, form, question=question)


def _answer(request: HttpRequest, form: QuestionForm, *, question: Question | None) -> HttpResponse:
    if request.method == "POST":
        saved = _save(request, form, question)
        if saved is not None:
            question = saved
            if "publish" not in request.POST or _publish(request, form, saved):
                return redirect("preguntas:edit", saved.pk)
        else:
            messages.error(request, _("The question was not saved: look at the marked places."))
    newest = newest_version(question) if question else None
    context = {
        "form": form,
        "media": form.media,
        "question": question,
        "newest": newest,
        "kind": question_type(form.kind),
        "has_unsaved_changes": bool(form.errors) and question is None,
        "action_url": reverse("preguntas:edit", args=[question.pk]) if question else "",
    }
    return render(request, "courses/admin/question_form.html", context)


def _save(request: HttpRequest, form: QuestionForm, question: Question | None) -> Question | None:
    if question is not None and not may_write_question(writing_trainer(request), question):
        raise PermissionDenied
    if not form.is_valid():
        return None
    try:
        version = save_question(
            question=question,
            category=form.cleaned_data["category"],
            kind=form.kind,
            content=form.stored_content(),
            acting_user=writing_trainer(request),
            now=timezone.now(),
        )
    except InvalidContent as error:
        form.add_problems(error.problems)
        return None
    if "publish" not in request.POST:
        messages.success(request, _("Draft saved (version %d).") % version.number)
    return version.question


def _publish(request: HttpRequest, form: QuestionForm, question: Question) -> bool:
    try:
        version = publish_question(
            question=question,
            acting_user=writing_trainer(request),
            now=timezone.now(),
        )
    except QuestionRefused as error:
        form.add_problems(error.problems)
        messages.error(
            request,
            _("Saved as a draft, but not published: look at the marked places."),
        )
        return False
    messages.success(request, _("Published (version %d).") % version.number)
    return True


def question_history(request: HttpRequest, pk: int) -> HttpResponse:
    """List the versions, the newest first."""
    writing_trainer(request)
    question = get_object_or_404(Question.objects.select_related("live_version"), pk=pk)
    versions = question.versions.select_related("created_by").order_by("-number")
    context = {"question": question, "versions": versions}
    return render(request, "courses/admin/question_history.html", context)


def preview_question(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Show a version as a learner meets it: both languages, before and after answering."""
    writing_trainer(request)
    version = get_object_or_404(
        QuestionVersion.objects.select_related("question"), question=pk, number=number
    )
    kind, content = question_type(version.kind), version.typed_content
    order = kind.option_ids(content)
    wrong = next((o.id for o in content.options if not o.is_right), None)
    views = [
        {
            "language": code,
            "name": name,
            "field_name": f"vista-{code}",
            "is_revealed": is_revealed,
            "question": kind.learner_view(
                content,
                language=code,
                order=order,
                given={"chosen": [wrong]} if is_revealed and wrong else None,
                is_revealed=is_revealed,
            ),
        }
        for code, name in settings.LANGUAGES
        for is_revealed in (False, True)
    ]
    context = {
        "version": version,
        "views": views,
        "template": kind.template_name,
        "figure_url": _figure_url(content.common.figure),
    }
    return render(request, "courses/admin/question_preview.html", context)


def _figure_url(figure: Figure | None) -> str:
    image = get_image_model().objects.filter(pk=figure.image_id).first() if figure else None
    return str(image.get_rendition("max-960x960").url) if image is not None else ""

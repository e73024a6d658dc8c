"""The question bank in the admin: choosing a type, forms, history."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.enums import QuestionGroup
from courses.forms.questions import QuestionForm
from courses.models import Question
from courses.permissions import (
    DRAWN_BY_STRANGERS,
    may_ask_from,
    may_write_question,
    writing_trainer,
)
from courses.queries import newest_version
from courses.question_types import InvalidContent, question_type, question_types
from courses.services import QuestionRefused, publish_question, save_question
from courses.viewsets.question_list import QuestionFilters, QuestionIndexView
from courses.viewsets.question_preview import preview_question
from courses.viewsets.versioned import VersionedViewSet, show_history


class QuestionViewSet(VersionedViewSet):
    """Questions: choose a type, write, save, look, publish."""

    model = Question
    name = "preguntas"
    icon = "help"
    menu_label = gettext_lazy("Questions")
    index_view_class = QuestionIndexView
    filterset_class = QuestionFilters
    form_fields = ["category"]

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
    """Offer the types of question, those together that ask for the same kind of answer."""
    writing_trainer(request)
    groups = [
        (group.label, [kind for kind in question_types() if kind.group == group])
        for group in QuestionGroup
    ]
    context = {"groups": [(label, kinds) for label, kinds in groups if kinds]}
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
        difficulty=question.difficulty,
        tags=list(question.tags.order_by("name")),
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
    if not form.is_valid() or not _may_go_live(request, form, question):
        return None
    try:
        version = save_question(
            question=question,
            category=form.cleaned_data["category"],
            kind=form.kind,
            content=form.stored_content(),
            tags=form.cleaned_data["tags"],
            difficulty=form.cleaned_data["difficulty"],
            acting_user=writing_trainer(request),
            now=timezone.now(),
        )
    except InvalidContent as error:
        form.add_problems(error.problems)
        return None
    if "publish" not in request.POST:
        messages.success(request, _("Draft saved (version %d).") % version.number)
    return version.question


def _may_go_live(request: HttpRequest, form: QuestionForm, question: Question | None) -> bool:
    """Say whether the chosen category may be used; a stranger's exam must not draw what is live."""
    is_live = question is not None and question.live_version_id is not None
    if not is_live and "publish" not in request.POST:
        return True
    if may_ask_from(writing_trainer(request), form.cleaned_data["category"]):
        return True
    form.add_error("category", DRAWN_BY_STRANGERS)
    return False


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
    return show_history(request, Question, pk, namespace="preguntas")

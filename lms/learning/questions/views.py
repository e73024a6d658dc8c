"""Questions to the trainers: the learner's pages and the trainer's."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.page_links import links_by_key
from lms.accounts.models import User
from lms.learning.models import LearnerQuestion
from lms.learning.permissions import access_item_enrolment
from lms.learning.questions import services
from lms.learning.questions.forms import AnswerForm, PublicationForm, QuestionForm
from lms.learning.questions.permissions import (
    access_own_question,
    access_question,
    access_questions,
)
from lms.learning.questions.queries import listed, own_questions, published_about, waiting_first
from lms.learning.views.doors import for_people

PER_PAGE = 25


@for_people
def ask(request: HttpRequest, user: User, item_key: UUID) -> HttpResponse:
    """Show what was published about an item, and take a question; a warning may come first."""
    enrolment = access_item_enrolment(user, item_key)
    form = QuestionForm(request.POST if request.method == "POST" else None, learner=user)
    if request.method == "POST" and form.is_valid():
        try:
            question = services.ask_question(
                enrolment=enrolment,
                item_key=item_key,
                text=form.cleaned_data["text"],
                now=timezone.now(),
            )
        except services.QuestionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your question was sent. You will find the answer here."))
            return redirect("own_question", question.pk)
    item = enrolment.release.typed_promise.item(item_key)
    context = {
        "form": form,
        "link": links_by_key([item_key]).get(item_key),
        "item_title": item.title if item is not None else "",
        "published": published_about(enrolment, item_key),
    }
    return render(request, "learning/questions/ask.html", context, status=_status(form))


def _status(form: Any) -> int:
    return 400 if form.is_bound and form.errors else 200


@for_people
def own_list(request: HttpRequest, user: User) -> HttpResponse:
    page = Paginator(own_questions(user), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "rows": listed(page.object_list)}
    return render(request, "learning/questions/own_list.html", context)


@for_people
def own(request: HttpRequest, user: User, question_id: int) -> HttpResponse:
    """Show one's own question; a POST says yes or no to its publication."""
    question = access_own_question(user, question_id)
    if request.method == "POST":
        try:
            services.decide_publication(
                question=question,
                is_agreed=request.POST.get("answer") == "yes",
                seen=request.POST.get("seen", ""),
                now=timezone.now(),
            )
        except services.QuestionRefused as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, _("Your decision was saved."))
        return redirect("own_question", question.pk)
    context = {
        "row": listed([question])[0],
        "question": question,
        "seen": services.words_fingerprint(question),
    }
    return render(request, "learning/questions/own.html", context)


@for_people
def desk(request: HttpRequest, user: User) -> HttpResponse:
    """List the questions of the trainer's courses, those that wait first."""
    rows = waiting_first(access_questions(user))
    is_waiting = request.GET.get("ver") == "esperan"
    if is_waiting:
        rows = rows.filter(answered_at=None)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "rows": listed(page.object_list),
        "is_waiting": is_waiting,
        "query": "ver=esperan&" if is_waiting else "",
    }
    return render(request, "learning/questions/desk.html", context)


@for_people
def answer(request: HttpRequest, user: User, question_id: int) -> HttpResponse:
    """Show a question to the trainer, and take the answer."""
    question = access_question(user, question_id)
    form = AnswerForm(
        request.POST if request.method == "POST" else None,
        learner=user,
        initial={"text": question.answer},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.answer_question(
                question=question,
                answer=form.cleaned_data["text"],
                acting_user=user,
                now=timezone.now(),
            )
        except services.QuestionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The answer was sent."))
            return redirect("question_answer", question.pk)
    return _trainer_page(request, question, form, "learning/questions/answer.html")


@for_people
def publish(request: HttpRequest, user: User, question_id: int) -> HttpResponse:
    """Take the words for a publication and ask the learner; or take what is published down."""
    question = access_question(user, question_id)
    if request.method == "POST" and "take_down" in request.POST:
        services.take_down(question=question, acting_user=user, now=timezone.now())
        messages.success(request, _("It is not published any more."))
        return redirect("question_answer", question.pk)
    form = PublicationForm(
        request.POST if request.method == "POST" else None,
        learner=user,
        initial={
            "public_text": question.public_text or question.text,
            "public_answer": question.public_answer or question.answer,
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.ask_to_publish(
                question=question,
                public_text=form.cleaned_data["public_text"],
                public_answer=form.cleaned_data["public_answer"],
                acting_user=user,
                now=timezone.now(),
            )
        except services.QuestionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The learner is asked. Nothing is published before."))
            return redirect("question_answer", question.pk)
    return _trainer_page(request, question, form, "learning/questions/publish.html")


def _trainer_page(
    request: HttpRequest, question: LearnerQuestion, form: Any, template: str
) -> HttpResponse:
    context = {"question": question, "row": listed([question])[0], "form": form}
    return render(request, template, context, status=_status(form))

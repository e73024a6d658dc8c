"""Correcting a question for everybody: its list, the preview, and what was done."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.page_links import PageLink, links_by_key
from courses.question_types import question_type
from lms.accounts.models import User
from lms.learning.enums import RegradeKind
from lms.learning.guarding import stem_of
from lms.learning.marking.forms import RegradeForm
from lms.learning.marking.markers import AskedQuestion
from lms.learning.marking.permissions import (
    access_marking,
    access_question,
    access_quiz,
    access_regrade,
)
from lms.learning.marking.queries.previews import (
    acceptable_answers,
    asked_questions,
    preview_regrade,
)
from lms.learning.marking.services import PreviewOutdated, RegradeRefused, make_regrade
from lms.learning.marking.views.answers import crumbs
from lms.learning.regrading import Correction
from lms.learning.views.doors import for_people


@for_people
def questions(request: HttpRequest, user: User, quiz_key: UUID) -> HttpResponse:
    """List the questions of a quiz that were handed in."""
    access_marking(user)
    access_quiz(user, quiz_key)
    context = {
        "quiz": _quiz(quiz_key),
        "quiz_key": quiz_key,
        "questions": asked_questions(quiz_key),
        "crumbs": crumbs(),
    }
    return render(request, "learning/marking/questions.html", context)


def _quiz(quiz_key: UUID) -> PageLink:
    return links_by_key([quiz_key]).get(quiz_key) or PageLink("", "")


@for_people
def regrade(request: HttpRequest, user: User, quiz_key: UUID, asked_version: int) -> HttpResponse:
    """Ask what is to be done, show what it would do, and do it once it is confirmed."""
    access_marking(user)
    found = access_question(user, quiz_key, asked_version)
    posted = request.POST if request.method == "POST" else None
    form = RegradeForm(posted, answers=acceptable_answers(quiz_key, found.version))
    if posted is None or not form.is_valid():
        return _regrade_page(request, found, form, status=200 if posted is None else 400)
    data = form.cleaned_data
    kind = RegradeKind(data["kind"])
    correction = Correction(kind, data.get("accepted", "") if kind == RegradeKind.ACCEPT else "")
    if posted.get("do") != "apply":
        return _regrade_page(request, found, form, correction)
    try:
        made = make_regrade(
            quiz_key=quiz_key,
            version=found.version,
            correction=correction,
            reason=data["reason"],
            digest=posted.get("digest", ""),
            acting_user=user,
            now=timezone.now(),
        )
    except PreviewOutdated as refusal:
        messages.warning(request, str(refusal))
        return _regrade_page(request, found, form, correction, status=409)
    except RegradeRefused as refusal:
        form.add_error(None, str(refusal))
        return _regrade_page(request, found, form, status=400)
    messages.success(request, _("The question was corrected."))
    return redirect("regrade_report", made.pk)


def _regrade_page(
    request: HttpRequest,
    found: AskedQuestion,
    form: RegradeForm,
    correction: Correction | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    quiz = _quiz(found.quiz_key)
    context: dict[str, Any] = {
        "quiz": quiz,
        "stem": stem_of(found.version),
        "form": form,
        "crumbs": crumbs((quiz.title, reverse("marking_questions", args=[found.quiz_key]))),
    }
    if correction is not None:
        context["preview"] = preview_regrade(found.quiz_key, found.version, correction)
        context["kind_words"] = correction.kind.label
    return render(request, "learning/marking/regrade.html", context, status=status)


@for_people
def report(request: HttpRequest, user: User, regrade_id: int) -> HttpResponse:
    """Show what a regrade did, or how far it is."""
    access_marking(user)
    made = access_regrade(user, regrade_id)
    version = made.question_version
    accepted = question_type(version.kind).tally_label(
        version.typed_content, made.accepted, language=request.LANGUAGE_CODE
    )
    quiz = _quiz(made.quiz_key)
    context = {
        "regrade": made,
        "accepted": accepted if made.accepted else "",
        "stem": stem_of(version),
        "quiz": quiz,
        "crumbs": crumbs((quiz.title, reverse("marking_questions", args=[made.quiz_key]))),
    }
    return render(request, "learning/marking/regrade_report.html", context)

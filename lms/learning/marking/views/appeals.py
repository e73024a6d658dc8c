"""A learner's objection, and the trainer's answer to it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.page_links import PageLink, links_by_key
from lms.accounts.models import User
from lms.learning.enums import AppealState
from lms.learning.marking.forms import AppealAnswerForm, AppealForm
from lms.learning.marking.permissions import access_appeal, access_marking
from lms.learning.marking.queries.answers import marking_rule_of
from lms.learning.marking.queries.appeals import questions_of
from lms.learning.marking.services import AppealRefused, answer_appeal, open_appeal
from lms.learning.marking.views.answers import crumbs
from lms.learning.permissions import access_attempt
from lms.learning.views.doors import for_people


@for_people
def object_to_result(request: HttpRequest, user: User, public_id: UUID) -> HttpResponse:
    """Take the learner's one text; a warning comes first if it looks like a real case."""
    attempt = access_attempt(user, public_id)
    back = f"{reverse('attempt_result', args=[public_id])}#reclamo"
    if request.method != "POST":
        return redirect(back)
    form = AppealForm(request.POST, learner=user)
    if form.is_valid():
        try:
            open_appeal(
                attempt=attempt,
                text=form.cleaned_data["text"],
                acting_user=user,
                now=timezone.now(),
            )
        except AppealRefused as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, _("Your objection was sent. You will find the answer here."))
        return redirect(back)
    context = {
        "attempt": attempt,
        "form": form,
        "pieces": form.pieces,
        "back": back,
    }
    return render(request, "learning/marking/object.html", context, status=400)


@for_people
def appeal(request: HttpRequest, user: User, appeal_id: int) -> HttpResponse:
    """Show an objection with the questions of its attempt, and take the answer."""
    marker = access_marking(user)
    found = access_appeal(user, appeal_id)
    form = AppealAnswerForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                answer_appeal(
                    appeal=found,
                    state=AppealState(form.cleaned_data["state"]),
                    answer=form.cleaned_data["answer"],
                    acting_user=user,
                    now=timezone.now(),
                )
            except AppealRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("The learner was told."))
                return redirect("marking_appeal", found.pk)
    quiz_key = found.attempt.quiz_key
    rule = marking_rule_of(quiz_key)
    context = {
        "appeal": found,
        "form": form,
        "quiz": links_by_key([quiz_key]).get(quiz_key) or PageLink("", ""),
        "questions": questions_of(found.attempt, marker),
        "learner": "" if rule.is_anonymous else found.attempt.enrolment.learner.full_name,
        "crumbs": crumbs(),
    }
    return render(request, "learning/marking/appeal.html", context, status=status)

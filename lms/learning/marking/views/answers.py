"""The queue, the answers to one question, and marking one answer."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.page_links import PageLink, links_by_key
from lms.accounts.models import User
from lms.learning.guarding import stem_of
from lms.learning.marking.forms import MarkForm
from lms.learning.marking.permissions import (
    access_item,
    access_item_to_settle,
    access_marking,
    access_question,
)
from lms.learning.marking.queries.answers import (
    MarkedAnswer,
    Stage,
    marked_answer,
    marking_rule_of,
)
from lms.learning.marking.queries.queue import answers_to, marking_queue
from lms.learning.marking.services import (
    GivenMark,
    MarkChanged,
    MarkRefused,
    give_mark,
    mark_again,
    save_draft,
    settle_marks,
)
from lms.learning.models import AttemptItem
from lms.learning.views.doors import for_people, wants_json

STEPS = ("draft", "previous", "next")


@for_people
def queue(request: HttpRequest, user: User) -> HttpResponse:
    marker = access_marking(user)
    return render(request, "learning/marking/queue.html", {"queue": marking_queue(marker)})


@for_people
def question(request: HttpRequest, user: User, quiz_key: UUID, asked_version: int) -> HttpResponse:
    marker = access_marking(user)
    found = access_question(user, quiz_key, asked_version)
    rule = marking_rule_of(quiz_key)
    context = {
        "question": found,
        "stem": stem_of(found.version),
        "rule": rule,
        "answers": answers_to(found, marker, is_anonymous=rule.is_anonymous),
        "quiz": links_by_key([quiz_key]).get(quiz_key) or PageLink("", ""),
        "crumbs": crumbs(),
    }
    return render(request, "learning/marking/question.html", context)


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """Return the way back to the queue."""
    return [(_("Marking"), reverse("marking_queue")), *more]


@for_people
def answer(request: HttpRequest, user: User, item_id: int) -> HttpResponse:
    """Show one answer, and take its first or second mark."""
    item = access_item(user, item_id)
    found = marked_answer(item, access_marking(user))
    if request.method != "POST" or not found.is_open_for_marking:
        if request.method == "POST":
            return _too_late(request, user, found, needs_reason=False)
        return _page(request, found, MarkForm(answer=found))
    step = request.POST.get("do", "")
    form = MarkForm(request.POST, answer=found, is_draft=step in STEPS)
    if not form.is_valid():
        return _page(request, found, form, status=400)
    if step in STEPS:
        save_draft(item=item, given=form.given, acting_user=user, now=timezone.now())
        return _after_draft(request, found, step)
    try:
        stage = give_mark(item=item, given=form.given, acting_user=user, now=timezone.now())
    except MarkChanged as refusal:
        return _keep(request, user, item, form.given, refusal)
    except MarkRefused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, found, form, status=400)
    messages.success(request, _words_of(stage))
    return _go_on(found)


def _words_of(stage: Stage) -> str:
    return {
        Stage.OTHER: _("Your mark is kept. The answer waits for another marker."),
        Stage.SETTLE: _("Your mark is kept. The two marks differ; the lead of the course decides."),
    }.get(stage, _("Marked."))


def _go_on(found: MarkedAnswer) -> HttpResponse:
    target = found.next_id or next((pk for pk in found.waiting if pk != found.item.pk), None)
    if target is not None:
        return redirect("marking_answer", target)
    return redirect("marking_question", found.item.attempt.quiz_key, found.item.question_version_id)


def _after_draft(request: HttpRequest, found: MarkedAnswer, step: str) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"message": _("Draft saved")})
    target = {"previous": found.previous_id, "next": found.next_id}.get(step)
    if target is None:
        messages.success(request, _("Draft saved"))
    return redirect("marking_answer", target or found.item.pk)


def _keep(
    request: HttpRequest, user: User, item: AttemptItem, given: GivenMark, refusal: MarkChanged
) -> HttpResponse:
    """Keep what was typed as a draft, and show the answer as it stands now."""
    save_draft(item=item, given=given, acting_user=user, now=timezone.now())
    messages.warning(request, str(refusal))
    messages.info(request, _("What you typed was kept as your draft. Look at the mark below."))
    return redirect("marking_answer", item.pk)


def _too_late(
    request: HttpRequest, user: User, found: MarkedAnswer, *, needs_reason: bool
) -> HttpResponse:
    form = MarkForm(request.POST, answer=found, is_draft=True, needs_reason=needs_reason)
    refusal = MarkChanged(
        _("You have marked this answer. It waits for another marker.")
        if found.stage == Stage.OTHER
        else _("Meanwhile somebody else has marked this answer.")
    )
    if wants_json(request):
        return JsonResponse({"message": str(refusal)}, status=409)
    given = form.given if form.is_valid() else GivenMark()
    return _keep(request, user, found.item, given, refusal)


@for_people
def settle(request: HttpRequest, user: User, item_id: int) -> HttpResponse:
    """Let the lead decide between two marks that differ too much."""
    item = access_item_to_settle(user, item_id)
    found = marked_answer(item, access_marking(user))
    if found.stage != Stage.SETTLE:
        return redirect("marking_answer", item.pk)
    return _change(request, user, found, is_settling=True)


@for_people
def change(request: HttpRequest, user: User, item_id: int) -> HttpResponse:
    """Mark an answer again; the earlier marks stay."""
    item = access_item(user, item_id)
    found = marked_answer(item, access_marking(user))
    if found.stage != Stage.MARKED:
        return redirect("marking_answer", item.pk)
    if not found.may_change:
        raise PermissionDenied
    return _change(request, user, found, is_settling=False)


def _change(
    request: HttpRequest, user: User, found: MarkedAnswer, *, is_settling: bool
) -> HttpResponse:
    if request.method != "POST":
        return _page(request, found, MarkForm(answer=found, needs_reason=True), is_change=True)
    step = request.POST.get("do", "")
    is_draft = step in STEPS
    form = MarkForm(request.POST, answer=found, is_draft=is_draft, needs_reason=True)
    if not form.is_valid():
        return _page(request, found, form, is_change=True, status=400)
    now = timezone.now()
    try:
        if is_draft:
            save_draft(item=found.item, given=form.given, acting_user=user, now=now)
            if wants_json(request):
                return JsonResponse({"message": _("Draft saved")})
            messages.success(request, _("Draft saved"))
            return redirect(request.path)
        if is_settling:
            settle_marks(item=found.item, given=form.given, acting_user=user, now=now)
        else:
            seen = form.cleaned_data["seen"] or 0
            mark_again(item=found.item, given=form.given, seen=seen, acting_user=user, now=now)
    except MarkChanged as refusal:
        return _keep(request, user, found.item, form.given, refusal)
    except MarkRefused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, found, form, is_change=True, status=400)
    messages.success(request, _("The mark was changed."))
    return redirect("marking_answer", found.item.pk)


def _page(
    request: HttpRequest,
    found: MarkedAnswer,
    form: MarkForm,
    *,
    is_change: bool = False,
    status: int = 200,
) -> HttpResponse:
    quiz_key = found.item.attempt.quiz_key
    here = reverse("marking_question", args=[quiz_key, found.item.question_version_id])
    quiz = links_by_key([quiz_key]).get(quiz_key) or PageLink("", "")
    context: dict[str, Any] = {
        "answer": found,
        "form": form,
        "is_change": is_change,
        "takes_mark": is_change or found.is_open_for_marking,
        "quiz": quiz,
        "crumbs": crumbs((quiz.title, here)),
    }
    return render(request, "learning/marking/answer.html", context, status=status)

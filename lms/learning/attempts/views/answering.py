"""Starting an attempt, answering its questions, reviewing and handing it in."""

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courses.page_links import links_by_key
from lms.learning.attempts.forms import read_answers, read_number
from lms.learning.attempts.pages import (
    AttemptPage,
    Unsaved,
    attempt_page,
    count_answered,
    figure_of,
)
from lms.learning.attempts.rules import AttemptRule
from lms.learning.attempts.services import (
    AnswerRefused,
    AttemptClosed,
    AttemptRefused,
    PostedAnswer,
    SavedAnswer,
    UnknownPosition,
    hand_in_survey,
    note_shown,
    save_responses,
    start_attempt,
    submit_attempt,
)
from lms.learning.attempts.views.access import (
    for_learners,
    learner_of,
    own_attempt,
    page_context,
    wants_json,
)
from lms.learning.enums import AttemptState
from lms.learning.models import Attempt
from lms.learning.permissions import access_item_enrolment

Outcomes = list[SavedAnswer | AnswerRefused]


@for_learners
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, quiz_key: UUID) -> HttpResponse:
    learner = learner_of(request)
    enrolment = access_item_enrolment(learner, quiz_key)
    link = links_by_key([quiz_key]).get(quiz_key)
    back = link.url if link else reverse("my_learning")
    if request.method != "POST":
        return redirect(back)
    try:
        begun = start_attempt(
            enrolment=enrolment, quiz_key=quiz_key, acting_user=learner, now=timezone.now()
        )
    except AttemptRefused as refusal:
        messages.warning(request, str(refusal))
        return redirect(back)
    return redirect("attempt", begun.public_id)


@for_learners
@require_http_methods(["GET", "HEAD", "POST"])
def attempt(request: HttpRequest, public_id: UUID) -> HttpResponse:
    found = own_attempt(request, public_id)
    if request.method == "POST":
        return _save(request, found, None)
    if found.state != AttemptState.IN_PROGRESS:
        return redirect("attempt_result", public_id)
    page = attempt_page(found)
    if page.rule.is_on_one_page:
        return _show(request, page)
    if page.next_open is None:
        return redirect("attempt_review", public_id)
    return redirect("attempt_question", public_id, page.next_open)


@for_learners
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, public_id: UUID, position: int) -> HttpResponse:
    found = own_attempt(request, public_id)
    if request.method == "POST":
        return _save(request, found, position)
    if found.state != AttemptState.IN_PROGRESS:
        return redirect("attempt_result", public_id)
    page = attempt_page(found, position=position)
    if not page.questions:
        raise Http404
    if page.rule.is_on_one_page:
        return redirect(f"{reverse('attempt', args=[public_id])}#q{position}")
    return _show(request, page)


def _show(request: HttpRequest, page: AttemptPage, *, status: int = 200) -> HttpResponse:
    name = "attempt_one_page" if page.rule.is_on_one_page else "attempt_question"
    if page.rule.is_anonymous:
        name = "attempt_survey"
    note_shown([shown.item for shown in page.questions], now=timezone.now())
    context = page_context(page)
    if len(page.questions) == 1:
        context["shown"] = page.questions[0]
    return render(request, f"learning/{name}.html", context, status=status)


def _save(request: HttpRequest, found: Attempt, position: int | None) -> HttpResponse:
    answers = read_answers(request.POST)
    outcomes: Outcomes = []
    try:
        if answers:
            outcomes = save_responses(
                attempt=found, answers=answers, acting_user=learner_of(request), now=timezone.now()
            )
    except AttemptClosed as refusal:
        if wants_json(request):
            return JsonResponse({"message": str(refusal)}, status=409)
        messages.warning(request, str(refusal))
        return redirect("attempt", found.public_id)
    if any(isinstance(outcome, UnknownPosition) for outcome in outcomes):
        raise Http404
    if wants_json(request):
        return _answer_json(found, outcomes)
    unsaved = _unsaved(answers, outcomes)
    if unsaved:
        if position is not None and position not in unsaved:
            position = min(unsaved)  # an address of another question, or of none
        page = attempt_page(found, position=position, unsaved=unsaved)
        if position is None and not page.rule.is_on_one_page:
            page = attempt_page(found, position=min(unsaved), unsaved=unsaved)
        return _show(request, page, status=409)
    return _go_on(request, found, position)


def _message(outcome: SavedAnswer | AnswerRefused) -> str:
    """Return why an answer was not stored; empty if it was."""
    if isinstance(outcome, AnswerRefused):
        return str(outcome)
    if not outcome.is_conflict:
        return ""
    if outcome.response is not None and outcome.response.is_final:
        return _("You have checked this question. The answer that you checked stays.")
    return _(
        "Meanwhile an answer to this question was saved in another window. The one you chose here "
        "is marked below and is not saved yet; save it if you prefer it."
    )


def _unsaved(answers: list[PostedAnswer], outcomes: Outcomes) -> dict[int, Unsaved]:
    messages_by_position = {outcome.position: _message(outcome) for outcome in outcomes}
    return {
        answer.position: Unsaved(answer.posted, messages_by_position[answer.position])
        for answer in answers
        if messages_by_position[answer.position]
    }


def _answer_json(found: Attempt, outcomes: Outcomes) -> HttpResponse:
    if len(outcomes) != 1:
        return JsonResponse({"message": _("The form was not complete.")}, status=400)
    outcome = outcomes[0]
    message = _message(outcome)
    if isinstance(outcome, AnswerRefused):
        return JsonResponse({"message": message}, status=400)
    answered, total, _last = count_answered(found)
    response = outcome.response
    saved_at = timezone.localtime(response.saved_at) if response else None
    return JsonResponse(
        {
            "message": message,
            "saved_at": time_format(saved_at, "H:i") if saved_at else "",
            "is_answered": response is not None and response.given is not None,
            "answered": answered,
            "words": _("%(answered)s of %(total)s answered")
            % {"answered": answered, "total": total},
        }
    )


def _go_on(request: HttpRequest, found: Attempt, position: int | None) -> HttpResponse:
    """Redirect to where the pressed button leads; without one, back to the same place."""
    go = request.POST.get("go", "")
    if go == "review":
        return redirect("attempt_review", found.public_id)
    if position is None:
        stay = read_number(request.POST, "check") or read_number(request.POST, "save")
        anchor = f"#q{stay}" if stay else ""
        return redirect(f"{reverse('attempt', args=[found.public_id])}{anchor}")
    last = count_answered(found)[2]
    steps = {"next": position + 1, "previous": position - 1}
    target = steps.get(go) or read_number(request.POST, "go") or position
    if target > last:
        return redirect("attempt_review", found.public_id)
    return redirect("attempt_question", found.public_id, max(target, 1))


@for_learners
@require_safe
def review(request: HttpRequest, public_id: UUID) -> HttpResponse:
    found = own_attempt(request, public_id)
    if found.state != AttemptState.IN_PROGRESS:
        return redirect("attempt_result", public_id)
    if AttemptRule.from_json(found.rule).is_anonymous:
        return redirect("attempt", public_id)
    return render(request, "learning/attempt_review.html", page_context(attempt_page(found)))


@for_learners
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    learner = learner_of(request)
    found = own_attempt(request, public_id)
    if request.method != "POST":
        return redirect("attempt_review", public_id)
    if AttemptRule.from_json(found.rule).is_anonymous:
        return _hand_in_survey(request, found)
    try:
        submit_attempt(attempt=found, acting_user=learner, now=timezone.now())
    except AttemptClosed as refusal:
        messages.warning(request, str(refusal))
        return redirect("my_learning")
    return redirect("attempt_result", public_id)


def _hand_in_survey(request: HttpRequest, found: Attempt) -> HttpResponse:
    answers = read_answers(request.POST)
    try:
        refused = hand_in_survey(
            attempt=found, answers=answers, acting_user=learner_of(request), now=timezone.now()
        )
    except AttemptClosed as refusal:
        messages.warning(request, str(refusal))
        return redirect("my_learning")
    if not refused:
        return redirect("attempt_result", found.public_id)
    reasons = {outcome.position: str(outcome) for outcome in refused}
    unsaved = {
        answer.position: Unsaved(answer.posted, reasons.get(answer.position, ""))
        for answer in answers
    }
    return _show(request, attempt_page(found, unsaved=unsaved), status=409)


@for_learners
@require_safe
def figure(request: HttpRequest, public_id: UUID, position: int) -> HttpResponseBase:
    found = own_attempt(request, public_id)
    rendition = figure_of(found, position)
    if rendition is None:
        raise Http404
    return FileResponse(
        rendition.file.open("rb"), filename=f"{position}.webp", content_type="image/webp"
    )

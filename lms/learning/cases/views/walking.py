"""A learner's way through a case: begin, one scene after the other, think again, the ending."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.page_links import links_by_key
from lms.accounts.models import User
from lms.learning.cases.pages import consequence_page, ending_page, scene_page
from lms.learning.cases.permissions import access_case_run, find_case_run, is_own
from lms.learning.cases.places import case_page_of
from lms.learning.cases.services import (
    ForeignChoice,
    WalkRefused,
    begin_again,
    record_foreign_run,
    start_run,
    take_choice,
    think_again,
)
from lms.learning.enums import CaseRunState, EnrolmentState
from lms.learning.models import CaseRun
from lms.learning.permissions import access_item_enrolment
from lms.learning.queries import is_certified_by_trainer
from lms.learning.views.courses import learners_post


def _learner(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def _context(run: CaseRun) -> dict[str, Any]:
    """Return what every page of a walk shows: the links back, and the page of the case."""
    keys = [run.enrolment.course_key, run.case_key]
    links_of = links_by_key(keys)
    links = [link for link in map(links_of.get, keys) if link is not None]
    return {
        "run": run,
        "course_link": links_of.get(run.enrolment.course_key),
        "case_link": links_of.get(run.case_key),
        "crumbs": [(link.title, link.url) for link in links],
    }


def _number(request: HttpRequest) -> int:
    """Return how many steps the page had seen; -1 if the form does not say."""
    value = request.POST.get("number", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 6 else -1


def _own_run(request: HttpRequest, learner: User, public_id: UUID) -> CaseRun:
    """Return the learner's own walk to be changed; a post to another's is noted, then 404."""
    run = find_case_run(public_id)
    if not is_own(learner, run):
        record_foreign_run(run=run, acting_user=learner, now=timezone.now())
        raise Http404
    return run


@learners_post
def start(request: HttpRequest, learner: User, case_key: UUID) -> HttpResponse:
    enrolment = access_item_enrolment(learner, case_key)
    try:
        run = start_run(
            enrolment=enrolment, case_key=case_key, acting_user=learner, now=timezone.now()
        )
    except WalkRefused as refusal:
        messages.warning(request, str(refusal))
        link = links_by_key([case_key]).get(case_key)
        return redirect(link.url if link else reverse("my_learning"))
    return redirect("case_scene", run.public_id)


def scene(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show the scene in which a walk stands, or take the choice that is posted there."""
    show = _choose if request.method == "POST" else _scene
    return show(request, public_id=public_id)


@login_required
@never_cache
@require_safe
def _scene(request: HttpRequest, public_id: UUID) -> HttpResponse:
    run = access_case_run(_learner(request), public_id)
    if run.state == CaseRunState.ENDED:
        return redirect("case_ending", public_id)
    return _show_scene(request, run)


def _show_scene(
    request: HttpRequest, run: CaseRun, *, error: str = "", status: int = 200
) -> HttpResponse:
    context = {**_context(run), "scene": scene_page(run), "error": error}
    return render(request, "learning/case_scene.html", context, status=status)


@learners_post
def _choose(request: HttpRequest, learner: User, public_id: UUID) -> HttpResponse:
    run = _own_run(request, learner, public_id)
    choice_id, number = request.POST.get("choice", ""), _number(request)
    if not choice_id and run.state == CaseRunState.WALKING:
        return _show_scene(request, run, error=_("Choose what you would do."), status=400)
    try:
        moved = take_choice(
            run=run, choice_id=choice_id, number=number, acting_user=learner, now=timezone.now()
        )
    except ForeignChoice as refusal:
        raise Http404 from refusal
    except WalkRefused as refusal:
        return _show_scene(request, run, error=str(refusal), status=409)
    if not moved.is_new and not _is_last(moved.run, choice_id, number):
        messages.info(request, _("You had already gone on from there. This is where you are now."))
        return redirect("case_scene", public_id)
    return redirect("case_consequence", public_id)


def _is_last(run: CaseRun, choice_id: str, number: int) -> bool:
    """Say whether a repeated post was the last step that the walk took."""
    is_last = 0 <= number == len(run.steps) - 1
    return is_last and run.steps[-1].get("choice") == choice_id


@login_required
@never_cache
@require_safe
def consequence(request: HttpRequest, public_id: UUID) -> HttpResponse:
    run = access_case_run(_learner(request), public_id)
    page = consequence_page(run)
    if page is None:
        return redirect("case_scene", public_id)
    context = {**_context(run), "page": page, "is_ended": run.state == CaseRunState.ENDED}
    return render(request, "learning/case_consequence.html", context)


@learners_post
def again(request: HttpRequest, learner: User, public_id: UUID) -> HttpResponse:
    run = _own_run(request, learner, public_id)
    go = begin_again if request.POST.get("from") == "beginning" else think_again
    try:
        moved = go(run=run, number=_number(request), acting_user=learner, now=timezone.now())
    except WalkRefused as refusal:
        messages.warning(request, str(refusal))
        return redirect("case_scene", public_id)
    return redirect("case_scene", moved.run.public_id)


@login_required
@never_cache
@require_safe
def ending(request: HttpRequest, public_id: UUID) -> HttpResponse:
    run = access_case_run(_learner(request), public_id)
    page = ending_page(run) if run.state == CaseRunState.ENDED else None
    if page is None:
        return redirect("case_scene", public_id)
    case_page = case_page_of(run.case_key)
    is_completed = run.enrolment.state == EnrolmentState.COMPLETED
    context = {
        **_context(run),
        "page": page,
        "after_care": case_page.after_care if case_page else "",
        "is_course_completed": is_completed,
        "is_certified_by_trainer": is_certified_by_trainer(run.enrolment),
    }
    return render(request, "learning/case_ending.html", context)

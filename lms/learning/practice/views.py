"""The trainer's pages of practices and approvals: made for a phone in the room."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lms.accounts.models import User
from lms.learning.cohorts.forms import ticked
from lms.learning.cohorts.permissions import access_cohort
from lms.learning.models import Cohort, Enrolment
from lms.learning.practice import services
from lms.learning.practice.enums import Shown
from lms.learning.practice.forms import ApprovalForm, ChecklistForm, ShownForm, TakeBackForm
from lms.learning.practice.permissions import (
    access_learner,
    access_learners,
    access_observation,
    access_practice,
)
from lms.learning.practice.queries import (
    approvals_in,
    listed_approvals,
    listed_learners,
    listed_practices,
    next_learner,
    practice_standing,
    session_under_way,
    with_standing,
)
from lms.learning.progress import progress_in
from lms.learning.views.doors import for_people

PEOPLE_ON_A_PAGE = 100


@for_people
def practice_list(request: HttpRequest, user: User, cohort_id: int) -> HttpResponse:
    """Show the practices of a cohort; where there is one only, go straight to its people."""
    cohort = access_cohort(user, cohort_id)
    practices = listed_practices(cohort)
    if len(practices) == 1:
        return redirect("practice_people", cohort_id=cohort.pk, item_key=practices[0].item.key)
    context = {**_of_cohort(cohort), "practices": practices}
    return render(request, "learning/practice/list.html", context)


@for_people
def practice_people(
    request: HttpRequest, user: User, cohort_id: int, item_key: UUID
) -> HttpResponse:
    """Show who has passed a practice, who was seen, and who is still to be seen."""
    cohort, item = access_practice(user, cohort_id, item_key)
    practices = listed_practices(cohort)
    form = ShownForm(request.GET)
    wanted = form.wanted()
    rows = with_standing(cohort, item, name=wanted["name"], is_open=wanted["shown"] == Shown.OPEN)
    page = _page(request, rows)
    context = {
        **_of_cohort(cohort),
        **_of_list(form, page),
        "item": item,
        "counted": next(one for one in practices if one.item.key == item.key),
        "has_others": len(practices) > 1,
        "people": listed_learners(page.object_list, user),
    }
    return render(request, "learning/practice/people.html", context)


@for_people
def observe_practice(
    request: HttpRequest, user: User, cohort_id: int, item_key: UUID, enrolment_id: int
) -> HttpResponse:
    """Show the checklist for one learner; a POST signs it."""
    cohort, item = access_practice(user, cohort_id, item_key)
    enrolment = access_learner(cohort, enrolment_id)
    if enrolment.learner_id == user.pk:
        raise PermissionDenied
    form = ChecklistForm(request.POST or None, item=item, learner=enrolment.learner)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            signed = services.sign_practice(
                enrolment=enrolment,
                item_key=item.key,
                results=form.results(),
                remarks=form.cleaned_data["remarks"],
                form_key=form.cleaned_data["form_key"],
                session=session_under_way(cohort, now=now),
                acting_user=user,
                now=now,
            )
        except services.PracticeRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _signed_words(enrolment, is_passed=signed.is_passed))
            return _after_signing(request, user, cohort, enrolment, item_key)
    context = {**_of_cohort(cohort), **_of_learner(enrolment, item_key), "form": form}
    status = 400 if form.errors else 200
    return render(request, "learning/practice/checklist.html", context, status=status)


def _of_learner(enrolment: Enrolment, item_key: UUID) -> dict[str, Any]:
    """Return what the checklist shows of a learner: what was signed, what should come first."""
    promise, progress = enrolment.release.typed_promise, progress_in(enrolment)
    item = promise.item(item_key)
    if item is None:
        return {}
    waiting = progress.missing_before(promise, item_key)
    return {
        "item": item,
        "enrolment": enrolment,
        "learner_name": enrolment.learner.full_name or enrolment.learner.get_display_name(),
        "standing": practice_standing(enrolment, item, is_done=item_key in progress.done),
        "not_done_before": [one.title for one in promise.items() if one.key in waiting],
    }


def _signed_words(enrolment: Enrolment, *, is_passed: bool) -> str:
    words = (
        _("Signed for %(name)s: passed.")
        if is_passed
        else _("Signed for %(name)s: not passed yet.")
    )
    return words % {"name": enrolment.learner.full_name or enrolment.learner.get_display_name()}


def _after_signing(
    request: HttpRequest, user: User, cohort: Cohort, enrolment: Enrolment, item_key: UUID
) -> HttpResponse:
    """Go on to whoever is next in the list, if that was the button, else back to the list."""
    item = cohort.release.typed_promise.item(item_key)
    if "next" in request.POST and item is not None:
        following = next_learner(cohort, item, enrolment, without=user)
        if following is not None:
            return redirect(
                "observe_practice",
                cohort_id=cohort.pk,
                item_key=item_key,
                enrolment_id=following.pk,
            )
        messages.info(request, _("Nobody else in the list still needs this practice."))
    return redirect("practice_people", cohort_id=cohort.pk, item_key=item_key)


@for_people
def take_practice_back(
    request: HttpRequest, user: User, cohort_id: int, observation_id: int
) -> HttpResponse:
    cohort, observation = access_observation(user, cohort_id, observation_id)
    enrolment = observation.enrolment
    if enrolment.learner_id == user.pk:
        raise PermissionDenied
    form = TakeBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.take_practice_back(
                observation=observation,
                reason=form.cleaned_data["reason"],
                acting_user=user,
                now=timezone.now(),
            )
        except services.PracticeRefused as refusal:
            form.add_error("reason", str(refusal))
        else:
            messages.success(request, _("It is taken back. It stays on record and counts no more."))
            return redirect(
                "observe_practice",
                cohort_id=cohort.pk,
                item_key=observation.item_key,
                enrolment_id=enrolment.pk,
            )
    context = {
        **_of_cohort(cohort),
        **_of_learner(enrolment, observation.item_key),
        "form": form,
        "observation": observation,
    }
    status = 400 if form.errors else 200
    return render(request, "learning/practice/take_back.html", context, status=status)


@for_people
def approval_list(request: HttpRequest, user: User, cohort_id: int) -> HttpResponse:
    """Show whom a trainer approves and what else is missing; a POST approves the ticked ones."""
    cohort = access_cohort(user, cohort_id)
    remark = ApprovalForm(request.POST or None, learner=user)
    if request.method == "POST" and remark.is_valid():
        people = access_learners(cohort, ticked(request.POST.getlist("enrolments")))
        try:
            number = services.approve_learners(
                enrolments=people,
                remark=remark.cleaned_data["remark"],
                acting_user=user,
                now=timezone.now(),
            )
        except services.PracticeRefused as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, _approved_words(number))
        return _same_list(request, "cohort_approval", cohort)
    form = ShownForm(request.GET)
    wanted = form.wanted()
    rows = approvals_in(cohort, name=wanted["name"], is_open=wanted["shown"] == Shown.OPEN)
    page = _page(request, rows)
    context = {
        **_of_cohort(cohort),
        **_of_list(form, page),
        "needs_approval": cohort.release.typed_promise.needs_approval,
        "remark": remark,
        "people": listed_approvals(page.object_list, user),
        "chosen": request.POST.getlist("enrolments"),
    }
    status = 400 if remark.errors else 200
    return render(request, "learning/practice/approvals.html", context, status=status)


def _approved_words(number: int) -> str:
    if not number:
        return _("Nobody was ticked, so nothing changed.")
    words = ngettext("%(number)d person was approved.", "%(number)d people were approved.", number)
    return words % {"number": number}


@for_people
def undo_approval(
    request: HttpRequest, user: User, cohort_id: int, enrolment_id: int
) -> HttpResponse:
    """Ask before an approval is taken back; a POST does it."""
    cohort = access_cohort(user, cohort_id)
    enrolment = access_learner(cohort, enrolment_id)
    if enrolment.learner_id == user.pk:
        raise PermissionDenied
    if request.method == "POST":
        try:
            services.undo_approval(enrolment=enrolment, acting_user=user, now=timezone.now())
        except services.PracticeRefused as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, _("The approval was taken back."))
        return redirect("cohort_approval", cohort_id=cohort.pk)
    name = enrolment.learner.full_name or enrolment.learner.get_display_name()
    context = {**_of_cohort(cohort), "learner_name": name}
    return render(request, "learning/practice/undo_approval.html", context)


def _of_cohort(cohort: Cohort) -> dict[str, Any]:
    return {"cohort": cohort, "course_title": cohort.release.typed_promise.title}


def _page(request: HttpRequest, rows: QuerySet[Enrolment]) -> Page[Enrolment]:
    return Paginator(rows, PEOPLE_ON_A_PAGE).get_page(request.GET.get("page"))


def _of_list(form: ShownForm, page: Page[Enrolment]) -> dict[str, Any]:
    wanted = form.wanted()
    return {
        "form": form,
        "page_obj": page,
        "is_filtered": any(wanted.values()),
        "query": f"{urlencode(wanted)}&",
    }


def _same_list(request: HttpRequest, name: str, cohort: Cohort) -> HttpResponse:
    response = redirect(name, cohort_id=cohort.pk)
    if request.GET:
        response["Location"] += f"?{request.GET.urlencode()}"
    return response

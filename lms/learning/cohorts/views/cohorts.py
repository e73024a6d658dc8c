"""The trainer's cohorts: their list, one cohort, who joins and who leaves."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lms.accounts.models import User
from lms.learning.cohorts import services
from lms.learning.cohorts.forms import (
    ChangeCohortForm,
    CohortForm,
    NewCohortForm,
    PlacesForm,
    RefusalForm,
    SearchForm,
    ticked,
)
from lms.learning.cohorts.join_codes import shown_code
from lms.learning.cohorts.permissions import (
    access_cohort,
    access_cohorts,
    access_enrolments,
    access_places,
    access_releases,
)
from lms.learning.cohorts.queries import (
    candidates,
    listed_cohorts,
    listed_members,
    members,
    seat_count,
    waiting_people,
    with_counts,
)
from lms.learning.enums import CohortJoining
from lms.learning.models import Cohort, Enrolment
from lms.learning.views.doors import for_staff

COHORTS_ON_A_PAGE = 50
PEOPLE_ON_A_PAGE = 50


@for_staff
@require_safe
def cohort_list(request: HttpRequest, user: User) -> HttpResponse:
    rows = with_counts(access_cohorts(user))
    page = Paginator(rows, COHORTS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "cohorts": listed_cohorts(page.object_list),
        "page_obj": page,
        "has_releases": access_releases(user).exists(),
    }
    return render(request, "learning/cohorts/list.html", context)


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def cohort_new(request: HttpRequest, user: User) -> HttpResponse:
    releases = access_releases(user).order_by("-created_at", "-pk")
    form = NewCohortForm(request.POST or None, releases=releases, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            cohort = services.create_cohort(
                release=form.cleaned_data["release"],
                acting_user=user,
                now=timezone.now(),
                rules=form.rules(),
                **form.days_and_name(),
            )
        except services.CohortRefused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("The cohort is made. Now put its people into it."))
            return redirect("cohort_join", cohort_id=cohort.pk)
    context = {"form": form, "has_releases": releases.exists()}
    return render(request, "learning/cohorts/form.html", context, status=_status(form))


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def cohort_edit(request: HttpRequest, user: User, cohort_id: int) -> HttpResponse:
    cohort = access_cohort(user, cohort_id)
    form = ChangeCohortForm(request.POST or None, cohort=cohort, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_cohort(
                cohort=cohort,
                acting_user=user,
                now=timezone.now(),
                rules=form.rules(),
                **form.days_and_name(),
            )
        except services.CohortRefused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("The cohort was changed."))
            return redirect("cohort", cohort_id=cohort.pk)
    context = {"form": form, "cohort": cohort, "has_releases": True}
    return render(request, "learning/cohorts/form.html", context, status=_status(form))


def _status(form: CohortForm) -> int:
    return 400 if form.errors else 200


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def cohort_people(request: HttpRequest, user: User, cohort_id: int) -> HttpResponse:
    """Show who is in the cohort and who wants to be; a POST takes the ticked people out of it."""
    found = access_cohort(user, cohort_id)
    if request.method == "POST":
        return _move(request, user, found, services.leave_cohort, "cohort_people")
    return render(request, "learning/cohorts/detail.html", _people_page(request, found))


@for_staff
@require_POST
def cohort_places(request: HttpRequest, user: User, cohort_id: int) -> HttpResponse:
    """Admit or refuse those of the ticked people who ask or wait."""
    found = access_cohort(user, cohort_id)
    places = access_places(found, ticked(request.POST.getlist("places")))
    form = PlacesForm(request.POST)
    refusal = RefusalForm(request.POST if form.is_refusal() else None)
    if form.is_refusal() and places and not refusal.is_valid():
        ticked_pks = [place.pk for place in places]
        context = _people_page(request, found) | {"refusal": refusal, "ticked": ticked_pks}
        return render(request, "learning/cohorts/detail.html", context, status=400)
    now = timezone.now()
    if form.is_refusal():
        decided = services.refuse_places(
            cohort=found,
            places=places,
            reason=refusal.cleaned_data.get("reason", ""),
            acting_user=user,
            now=now,
        )
    else:
        decided = services.approve_places(cohort=found, places=places, acting_user=user, now=now)
    _tell_decided(request, decided, is_refusal=form.is_refusal())
    return redirect("cohort_people", cohort_id=found.pk)


def _tell_decided(request: HttpRequest, decided: services.Decided, *, is_refusal: bool) -> None:
    if is_refusal:
        words = ngettext(
            "%(number)d person was not admitted.",
            "%(number)d people were not admitted.",
            decided.number,
        )
    else:
        words = ngettext(
            "%(number)d person was admitted.", "%(number)d people were admitted.", decided.number
        )
    if decided.number:
        messages.success(request, words % {"number": decided.number})
    for problem in decided.problems:
        messages.warning(request, problem)
    if not decided.number and not decided.problems:
        messages.warning(request, _("Nobody was ticked, so nothing changed."))


@for_staff
@require_POST
def cohort_code(request: HttpRequest, user: User, cohort_id: int) -> HttpResponse:
    """Make a new code for joining."""
    found = access_cohort(user, cohort_id)
    try:
        services.renew_join_code(cohort=found, acting_user=user, now=timezone.now())
    except services.CohortRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("There is a new code. The old one lets nobody in any more."))
    return redirect("cohort_people", cohort_id=found.pk)


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def cohort_join(request: HttpRequest, user: User, cohort_id: int) -> HttpResponse:
    """Show who may join the cohort; a POST puts the ticked people, or all of them, into it."""
    found = access_cohort(user, cohort_id)
    if request.method == "POST":
        try:
            return _move(request, user, found, services.join_cohort, "cohort_join")
        except services.CohortFull as full:
            return _ask_to_exceed(request, found, str(full))
    context = _people(request, found, candidates)
    return render(request, "learning/cohorts/join.html", context)


def _ask_to_exceed(request: HttpRequest, found: Cohort, problem: str) -> HttpResponse:
    """Show what the press would do, and let the trainer say that she wants it all the same."""
    context = {
        "cohort": found,
        "problem": problem,
        "seats": seat_count(found, now=timezone.now()),
        "ticked": ticked(request.POST.getlist("enrolments")),
        "who": "all" if request.POST.get("who") == "all" else "",
        "action": request.get_full_path(),
    }
    return render(request, "learning/cohorts/exceed.html", context, status=409)


def _people_page(request: HttpRequest, found: Cohort) -> dict[str, Any]:
    return {
        **_people(request, found, members),
        "seats": seat_count(found, now=timezone.now()),
        "places": waiting_people(found),
        "join_code": shown_code(found.join_code) if found.joining == CohortJoining.CODE else "",
        "refusal": RefusalForm(),
        "ticked": [],
    }


def _people(
    request: HttpRequest, found: Cohort, rows: Callable[..., QuerySet[Enrolment]]
) -> dict[str, Any]:
    form = SearchForm(request.GET)
    name = form.wanted()
    page = Paginator(rows(found, name=name), PEOPLE_ON_A_PAGE).get_page(request.GET.get("page"))
    return {
        "cohort": found,
        "course_title": found.release.typed_promise.title,
        "form": form,
        "page_obj": page,
        "people": listed_members(page.object_list),
        "is_filtered": bool(name),
        "query": f"{urlencode({'name': name})}&",
    }


def _move(
    request: HttpRequest, user: User, found: Cohort, service: Callable[..., int], back: str
) -> HttpResponse:
    """Put people in or take them out, say how many, and show the same page of the list again.

    "All" leaves out the trainer herself, whom another one puts in.
    """
    if request.POST.get("who") == "all" and service is services.join_cohort:
        others = candidates(found, name=SearchForm(request.GET).wanted()).exclude(learner=user)
        enrolments = list(others)
    else:
        enrolments = access_enrolments(found, ticked(request.POST.getlist("enrolments")))
    knowing = {"may_exceed": True} if request.POST.get("may_exceed") == "yes" else {}
    if service is not services.join_cohort:
        knowing = {}
    try:
        number = service(
            cohort=found, enrolments=enrolments, acting_user=user, now=timezone.now(), **knowing
        )
    except services.CohortFull:
        raise
    except services.CohortRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _moved_words(number, is_joining=back == "cohort_join"))
    response = redirect(back, cohort_id=found.pk)
    if request.GET:
        response["Location"] += f"?{request.GET.urlencode()}"
    return response


def _moved_words(number: int, *, is_joining: bool) -> str:
    if not number:
        return _("Nobody was ticked, so nothing changed.")
    if is_joining:
        words = ngettext(
            "%(number)d person joined the cohort.", "%(number)d people joined the cohort.", number
        )
    else:
        words = ngettext(
            "%(number)d person left the cohort.", "%(number)d people left the cohort.", number
        )
    return words % {"number": number}

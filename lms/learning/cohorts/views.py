"""The trainer's cohorts: their list, one cohort, who joins and who leaves."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from lms.accounts.models import User
from lms.learning.cohorts import services
from lms.learning.cohorts.forms import CohortForm, NewCohortForm, SearchForm, ticked
from lms.learning.cohorts.permissions import (
    access_cohort,
    access_cohorts,
    access_enrolments,
    access_releases,
)
from lms.learning.cohorts.queries import (
    candidates,
    listed_cohorts,
    listed_members,
    members,
    with_counts,
)
from lms.learning.models import Cohort, Enrolment

COHORTS_ON_A_PAGE = 50
PEOPLE_ON_A_PAGE = 50
View = Callable[..., HttpResponseBase]


def for_staff(view: View) -> View:
    """Let only signed-in people in; what they may see is asked by the view. No cache keeps it."""

    @never_cache
    @wraps(view)
    def inner(request: HttpRequest, **keys: object) -> HttpResponseBase:
        if not isinstance(request.user, User):
            return redirect_to_login(request.get_full_path())
        return view(request, request.user, **keys)

    return inner


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
    form = NewCohortForm(request.POST or None, releases=releases)
    if request.method == "POST" and form.is_valid():
        try:
            cohort = services.create_cohort(
                acting_user=user, now=timezone.now(), **form.cleaned_data
            )
        except services.CohortRefused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, _("The cohort is made. Now put its people into it."))
            return redirect("cohort_join", cohort_id=cohort.pk)
    context = {"form": form, "has_releases": releases.exists()}
    return render(request, "learning/cohorts/form.html", context, status=_status(form))


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def cohort_edit(request: HttpRequest, user: User, cohort_id: int) -> HttpResponse:
    cohort = access_cohort(user, cohort_id)
    initial = {name: getattr(cohort, name) for name in services.CHANGEABLE}
    form = CohortForm(request.POST or None, cohort=cohort, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_cohort(
                cohort=cohort, acting_user=user, now=timezone.now(), **form.cleaned_data
            )
        except services.CohortRefused as refusal:
            form.add_error("name", str(refusal))
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
    """Show who is in the cohort; a POST takes the ticked people out of it."""
    found = access_cohort(user, cohort_id)
    if request.method == "POST":
        return _move(request, user, found, services.leave_cohort, "cohort_people")
    context = _people(request, found, members)
    return render(request, "learning/cohorts/detail.html", context)


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def cohort_join(request: HttpRequest, user: User, cohort_id: int) -> HttpResponse:
    """Show who may join the cohort; a POST puts the ticked people, or all of them, into it."""
    found = access_cohort(user, cohort_id)
    if request.method == "POST":
        return _move(request, user, found, services.join_cohort, "cohort_join")
    context = _people(request, found, candidates)
    return render(request, "learning/cohorts/join.html", context)


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
    """Put people in or take them out, say how many, and show the same page of the list again."""
    if request.POST.get("who") == "all" and service is services.join_cohort:
        enrolments = list(candidates(found, name=SearchForm(request.GET).wanted()))
    else:
        enrolments = access_enrolments(found, ticked(request.POST.getlist("enrolments")))
    try:
        number = service(cohort=found, enrolments=enrolments, acting_user=user, now=timezone.now())
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

"""The pages by which trainers follow a cohort."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from lms.accounts.codes.queries import may_have_code
from lms.accounts.models import User
from lms.core.views.downloads import table_answer
from lms.core.workbooks import CONTENT_TYPES, Page
from lms.desks.following.enums import ItemState
from lms.desks.following.forms import MatrixForm
from lms.desks.following.matrix import Layout, agencies_of, chosen, sheet_rows
from lms.desks.following.overview import overview
from lms.desks.following.person import person_page
from lms.desks.following.queries import people_of
from lms.desks.following.services import record_progress_download
from lms.learning.cohorts.permissions import access_cohort
from lms.learning.marking.permissions import access_marking
from lms.learning.models import Cohort
from lms.learning.tailoring.permissions import access_person
from lms.learning.views.doors import for_staff

PEOPLE_ON_A_PAGE = 50
LISTED = 20
"""As many names as a list on the cohort's page shows; the matrix shows the rest."""


@for_staff
@require_safe
def cohort_home(request: HttpRequest, user: User, cohort_id: int) -> HttpResponse:
    cohort = access_cohort(user, cohort_id)
    context = {
        "cohort": cohort,
        "course_title": cohort.release.typed_promise.title,
        "desk": overview(cohort, access_marking(user), now=timezone.now()),
        "listed": LISTED,
    }
    return render(request, "desks/following/cohort.html", context)


def _matrix(request: HttpRequest, cohort: Cohort) -> dict[str, Any]:
    people = people_of(cohort, now=timezone.now())
    form = MatrixForm(request.GET, agencies=agencies_of(people))
    wanted = form.wanted()
    return {"people": chosen(people, **wanted), "form": form, "wanted": wanted}


@for_staff
@require_safe
def cohort_progress(request: HttpRequest, user: User, cohort_id: int) -> HttpResponse:
    cohort = access_cohort(user, cohort_id)
    found = _matrix(request, cohort)
    is_whole = request.GET.get("todo") == "1"
    size = max(len(found["people"]), 1) if is_whole else PEOPLE_ON_A_PAGE
    page = Paginator(found["people"], size).get_page(request.GET.get("page"))
    context = {
        "cohort": cohort,
        "course_title": cohort.release.typed_promise.title,
        "layout": Layout(cohort.release.typed_promise),
        "form": found["form"],
        "page_obj": page,
        "people": page.object_list,
        "legend": list(ItemState),
        "is_filtered": any(found["wanted"][name] for name in ("name", "shown", "agency")),
        "is_whole": is_whole,
        "query": f"{urlencode(found['wanted'])}&",
    }
    return render(request, "desks/following/progress.html", context)


@for_staff
@require_safe
def progress_download(
    request: HttpRequest, user: User, cohort_id: int, form: str
) -> HttpResponseBase:
    """Send the chosen learners as a file; whoever takes it stands in the audit trail."""
    cohort = access_cohort(user, cohort_id)
    if form not in CONTENT_TYPES:
        raise Http404
    people = _matrix(request, cohort)["people"]
    record_progress_download(
        cohort=cohort, form=form, people=len(people), acting_user=user, now=timezone.now()
    )
    rows = sheet_rows(Layout(cohort.release.typed_promise), people)
    name = f"{slugify(cohort.name) or 'cohorte'}-avance"
    return table_answer(Page(cohort.name, rows), name=name, kind=form)


@for_staff
@require_safe
def cohort_person(
    request: HttpRequest, user: User, cohort_id: int, enrolment_id: int
) -> HttpResponse:
    enrolment = access_person(user, cohort_id, enrolment_id)
    cohort = enrolment.cohort
    if cohort is None:
        raise Http404
    context = {
        "cohort": cohort,
        "page_of": person_page(enrolment, cohort, now=timezone.now()),
        "is_own": enrolment.learner_id == user.pk,
        "may_have_code": _may_have_code(enrolment.learner),
    }
    return render(request, "desks/following/person.html", context)


def _may_have_code(learner: User) -> bool:
    """Say whether a forgotten password is mended by a code; no query for who has an address."""
    if learner.email or not learner.username:
        return False
    return may_have_code(on=timezone.localdate()).filter(pk=learner.pk).exists()

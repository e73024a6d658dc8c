"""The pages by which trainers follow a cohort."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lms.accounts.models import User
from lms.learning.cohorts.permissions import access_cohort
from lms.learning.cohorts.views import for_staff


@for_staff
@require_safe
def cohort_home(request: HttpRequest, user: User, cohort_id: int) -> HttpResponse:
    found = access_cohort(user, cohort_id)
    context = {"cohort": found, "course_title": found.release.typed_promise.title}
    return render(request, "desks/following/cohort.html", context)

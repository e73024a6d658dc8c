"""What was learned: of a course and its cohorts for trainers, of herself for a learner."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from courses.page_links import links_by_key
from lms.accounts.models import User
from lms.core.numbers import posted_number
from lms.learning.evaluation.permissions import access_gains, access_own_gains
from lms.learning.evaluation.queries import gains_of, quiz_pairs
from lms.learning.models import Enrolment
from lms.learning.permissions import seen_enrolments
from lms.learning.views.doors import for_people, for_staff


@for_staff
@require_safe
def learning_gains(request: HttpRequest, user: User, course_key: UUID) -> HttpResponse:
    """Show what a course's people learned, or those of one cohort; none of another agency's."""
    cohorts = access_gains(user, course_key)
    wanted = posted_number(request.GET.get("cohorte", ""))
    cohort = next((one for one in cohorts if one.pk == wanted), None)
    enrolments = Enrolment.objects.filter(seen_enrolments(user), course_key=course_key)
    if cohort is not None:
        enrolments = enrolments.filter(cohort=cohort)
    context = {
        "course_link": links_by_key([course_key]).get(course_key),
        "cohorts": cohorts,
        "cohort": cohort,
        "gains": [gains_of(pair, enrolments) for pair in quiz_pairs(course_key)],
    }
    return render(request, "learning/evaluation/gains.html", context)


@for_people
@require_safe
def own_gains(request: HttpRequest, user: User, course_key: UUID) -> HttpResponse:
    """Show a learner what she learned herself, and nobody else's."""
    enrolment = access_own_gains(user, course_key)
    own = Enrolment.objects.filter(pk=enrolment.pk)
    context = {
        "course_link": links_by_key([course_key]).get(course_key),
        "gains": [gains_of(pair, own) for pair in quiz_pairs(course_key)],
    }
    return render(request, "learning/evaluation/own_gains.html", context)

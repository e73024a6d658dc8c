"""What trainers see of what they have written: the list, what became of each, their templates."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lms.accounts.models import User
from lms.core.numbers import posted_number
from lms.learning.cohorts.permissions import access_cohort
from lms.learning.messages import services
from lms.learning.messages.permissions import access_template, access_written
from lms.learning.messages.queries import copies_of, deliveries, templates_of, written_in
from lms.learning.views.doors import for_staff

MESSAGES_ON_A_PAGE = 25
PEOPLE_ON_A_PAGE = 50


@for_staff
@require_safe
def cohort_messages(request: HttpRequest, user: User, cohort_id: int) -> HttpResponse:
    """List what was written; with ticked people (`?a=`), lead on to writing to them."""
    cohort = access_cohort(user, cohort_id)
    if "a" in request.GET:
        response = redirect("message_write", cohort_id=cohort.pk)
        response["Location"] += f"?{request.GET.urlencode()}"
        return response
    page = Paginator(written_in(cohort), MESSAGES_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "cohort": cohort,
        "course_title": cohort.release.typed_promise.title,
        "page_obj": page,
    }
    return render(request, "learning/messages/list.html", context)


@for_staff
@require_safe
def cohort_message(
    request: HttpRequest, user: User, cohort_id: int, message_id: int
) -> HttpResponse:
    cohort = access_cohort(user, cohort_id)
    message = access_written(cohort, message_id)
    page = Paginator(copies_of(message), PEOPLE_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "cohort": cohort,
        "course_title": cohort.release.typed_promise.title,
        "message": message,
        "page_obj": page,
        "deliveries": deliveries(page.object_list),
    }
    return render(request, "learning/messages/detail.html", context)


@for_staff
@require_POST
def announcement_take_down(
    request: HttpRequest, user: User, cohort_id: int, message_id: int
) -> HttpResponse:
    cohort = access_cohort(user, cohort_id)
    message = access_written(cohort, message_id)
    try:
        services.take_down(message=message, acting_user=user, now=timezone.now())
    except services.MessageRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("The announcement was taken down: nobody sees it any more."))
    return redirect("cohort_messages", cohort_id=cohort.pk)


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def message_templates(request: HttpRequest, user: User, cohort_id: int) -> HttpResponse:
    """List the templates of the cohort's course; a POST deletes one of them."""
    cohort = access_cohort(user, cohort_id)
    if request.method == "POST":
        template = access_template(cohort, posted_number(request.POST.get("template", "")) or 0)
        services.delete_template(template=template, acting_user=user, now=timezone.now())
        messages.success(request, _("The template was deleted."))
        return redirect("message_templates", cohort_id=cohort.pk)
    context = {
        "cohort": cohort,
        "course_title": cohort.release.typed_promise.title,
        "templates": list(templates_of(cohort.release.course_key)),
    }
    return render(request, "learning/messages/templates.html", context)

"""A trainer makes a code for a learner of her cohort."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lms.accounts.codes.queries import may_have_code
from lms.accounts.models import User
from lms.desks.paper_codes.services import hand_out_codes
from lms.learning.tailoring.permissions import access_person_to_change
from lms.learning.views.doors import for_staff


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def person_code(
    request: HttpRequest, user: User, cohort_id: int, enrolment_id: int
) -> HttpResponse:
    """Say what a code does, and make it: it is shown once, in the answer to the POST."""
    enrolment = access_person_to_change(user, cohort_id, enrolment_id)
    learner, now = enrolment.learner, timezone.now()
    context = {"cohort": enrolment.cohort, "enrolment": enrolment, "learner": learner}
    if request.method == "POST":
        handed = hand_out_codes(people=[learner], acting_user=user, now=now)
        if handed.slips:
            return render(
                request, "desks/paper_codes/sheet.html", {**context, "slips": handed.slips}
            )
        messages.warning(request, _("No code can be made for this person."))
        return redirect("cohort_person", cohort_id, enrolment_id)
    if not may_have_code(on=timezone.localdate(now)).filter(pk=learner.pk).exists():
        raise Http404
    return render(request, "desks/paper_codes/ask.html", context)

"""Coming into a group: with its code, by choosing it, by asking; and not wanting to any more."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lms.accounts.models import User
from lms.core.ratelimit import Limit, add_one, counts
from lms.learning.cohorts import services
from lms.learning.cohorts.forms import CodeForm
from lms.learning.cohorts.permissions import access_offered_cohort, access_own_place
from lms.learning.cohorts.queries import cohort_with_code
from lms.learning.enums import WAITING_PLACES, PlaceState
from lms.learning.models import Cohort, CohortPlace
from lms.learning.views.courses import learners_post
from lms.learning.views.doors import for_staff as for_people

WRONG_CODES = Limit("group-code", most=10, seconds=300)
"""Wrong codes that a person may try in five minutes."""


@for_people
@require_http_methods(["GET", "HEAD", "POST"])
def join_with_code(request: HttpRequest, user: User) -> HttpResponse:
    """Let a learner type the code of her group."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        place = _place_by_code(user, form)
        if place is not None:
            _tell(request, place)
            return redirect("my_learning")
    status = 400 if form.errors else 200
    return render(request, "learning/cohorts/code.html", {"form": form}, status=status)


def _place_by_code(user: User, form: CodeForm) -> CohortPlace | None:
    """Return the place that a code gives; whatever is in the way is told at the field."""
    now, who, code = timezone.now(), str(user.pk), form.cleaned_data["code"]
    if counts([(WRONG_CODES, who)], now=now)[WRONG_CODES] >= WRONG_CODES.most:
        form.add_error("code", _("Too many wrong codes. Wait five minutes and try again."))
        return None
    cohort = cohort_with_code(code)
    if cohort is None:
        add_one(WRONG_CODES, who, now=now)
        form.add_error("code", _("No group has this code. Compare it with what you were given."))
        return None
    try:
        return services.apply_for_place(cohort=cohort, learner=user, now=now, code=code)
    except services.PlaceRefused as refusal:
        form.add_error("code", str(refusal))
        return None


@learners_post
def join_group(request: HttpRequest, user: User, cohort_id: int) -> HttpResponse:
    """Join an open group, or ask to join one."""
    cohort: Cohort = access_offered_cohort(cohort_id)
    try:
        place = services.apply_for_place(cohort=cohort, learner=user, now=timezone.now())
    except services.PlaceRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        _tell(request, place)
    return redirect("my_learning")


@for_people
@require_http_methods(["GET", "HEAD", "POST"])
def leave_waiting(request: HttpRequest, user: User, place_id: int) -> HttpResponse:
    """Ask once whether she does not want the place any more; a POST gives it up."""
    place = access_own_place(user, place_id)
    if request.method != "POST":
        return render(request, "learning/cohorts/leave_waiting.html", {"place": place})
    try:
        services.withdraw_place(
            place=place, acting_user=user, now=timezone.now(), expected=WAITING_PLACES
        )
    except services.PlaceRefused:
        messages.warning(request, _("You got a seat in the group at this moment. You keep it."))
    else:
        messages.success(request, _("You are not waiting for this group any more."))
    return redirect("my_learning")


def _tell(request: HttpRequest, place: CohortPlace) -> None:
    if place.state == PlaceState.SEATED:
        messages.success(request, _("You have a seat in the group. Go at your own pace."))
    elif place.state == PlaceState.WAITING:
        messages.success(
            request, _("All seats are taken. You are on the waiting list and will be told.")
        )
    else:
        messages.success(request, _("Your wish was passed on to the trainers. You will be told."))

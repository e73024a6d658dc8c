"""What a learner sees after a course, and the one page of her supervisor."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from courses.page_links import links_by_key
from lms.accounts.models import User
from lms.learning.enums import FollowUpState
from lms.learning.followups import services
from lms.learning.followups.consents import agrees
from lms.learning.followups.forms import (
    AskSupervisorForm,
    BoosterChoiceForm,
    PlanForm,
    PracticeForm,
    SupervisorForm,
)
from lms.learning.followups.permissions import access_follow_up, access_own, access_own_request
from lms.learning.followups.queries import after_course, own_plan, request_by_secret
from lms.learning.models import Enrolment, SupervisorRequest
from lms.learning.quiet_hours import lima_date
from lms.learning.views.doors import for_people


def _around(enrolment: Enrolment) -> dict[str, Any]:
    """Return what stands above each of these pages: the course."""
    link = links_by_key([enrolment.course_key]).get(enrolment.course_key)
    title = link.title if link else enrolment.release.typed_promise.title
    return {"enrolment": enrolment, "course_link": link, "course_title": title}


def _status(form: Any) -> int:
    return 400 if form.is_bound and form.errors else 200


@for_people
def home(request: HttpRequest, user: User, enrolment_id: int) -> HttpResponse:
    enrolment = access_own(user, enrolment_id)
    context = _around(enrolment) | {
        "after": after_course(enrolment, now=timezone.now()),
        "is_asked": agrees(user),
        "now": timezone.now(),
    }
    return render(request, "learning/followups/home.html", context)


@for_people
def plan(request: HttpRequest, user: User, enrolment_id: int) -> HttpResponse:
    """Show the plan as a form, and keep it; a warning may come first."""
    enrolment = access_own(user, enrolment_id)
    standing, now = own_plan(enrolment), timezone.now()
    data = request.POST if request.method == "POST" else None
    form = PlanForm(data, learner=user, plan=standing, today=lima_date(now))
    if request.method == "POST" and form.is_valid():
        services.save_plan(enrolment=enrolment, steps=form.steps, acting_user=user, now=now)
        messages.success(request, _("Your plan was saved. Only you can read it."))
        return redirect("after_course", enrolment.pk)
    context = _around(enrolment) | {"form": form, "plan": standing}
    return render(request, "learning/followups/plan.html", context, status=_status(form))


@for_people
def delete_plan(request: HttpRequest, user: User, enrolment_id: int) -> HttpResponse:
    enrolment = access_own(user, enrolment_id)
    if request.method != "POST":
        return redirect("own_plan", enrolment.pk)
    services.delete_plan(enrolment=enrolment, acting_user=user, now=timezone.now())
    messages.success(request, _("Your plan was deleted."))
    return redirect("after_course", enrolment.pk)


@for_people
def begin_booster(request: HttpRequest, user: User, enrolment_id: int) -> HttpResponse:
    enrolment = access_own(user, enrolment_id)
    if request.method != "POST":
        return redirect("after_course", enrolment.pk)
    try:
        attempt = services.begin_booster(enrolment=enrolment, acting_user=user, now=timezone.now())
    except services.BoosterRefused as refusal:
        messages.warning(request, str(refusal))
        return redirect("after_course", enrolment.pk)
    return redirect("attempt", attempt.public_id)


@for_people
def practice(request: HttpRequest, user: User, enrolment_id: int, interval: str) -> HttpResponse:
    """Show the five questions, and keep the answers."""
    now = timezone.now()
    follow_up = access_follow_up(user, enrolment_id, interval, now=now)
    enrolment = follow_up.enrolment
    data = request.POST if request.method == "POST" else None
    form = PracticeForm(data, learner=user, plan=own_plan(enrolment))
    if request.method == "POST" and form.is_valid():
        try:
            services.answer_practice(
                follow_up=follow_up,
                steps=form.steps,
                obstacles=form.obstacles,
                remark=form.cleaned_data["remark"],
                outcomes=form.outcomes,
                acting_user=user,
                now=now,
            )
        except services.PracticeRefused as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, _("Thank you. Your answers were saved."))
        return redirect("after_course", enrolment.pk)
    if follow_up.state == FollowUpState.ANSWERED:
        return redirect("after_course", enrolment.pk)
    context = _around(enrolment) | {"form": form, "follow_up": follow_up}
    return render(request, "learning/followups/practice.html", context, status=_status(form))


@for_people
def put_off(request: HttpRequest, user: User, enrolment_id: int, interval: str) -> HttpResponse:
    """Leave the questions out this time, or put them off."""
    now = timezone.now()
    follow_up = access_follow_up(user, enrolment_id, interval, now=now)
    if request.method != "POST":
        return redirect("practice_questions", enrolment_id, interval)
    if request.POST.get("what") == "postpone":
        is_coming = services.postpone_practice(follow_up=follow_up, acting_user=user, now=now)
        words = (
            _("We will remind you once more in two weeks.")
            if is_coming
            else _("You can answer them whenever you want; no further reminder comes.")
        )
    else:
        services.skip_practice(follow_up=follow_up, acting_user=user, now=now)
        words = _("Left out. You are not reminded of these questions.")
    messages.success(request, words)
    return redirect("after_course", enrolment_id)


@for_people
def end_practice(request: HttpRequest, user: User) -> HttpResponse:
    if request.method == "POST":
        now = timezone.now()
        services.end_practice(learner=user, now=now)
        words = _("You are not asked about your practice any more.")
        if "all" in request.POST:
            services.choose_boosters(learner=user, is_wanted=False, acting_user=user, now=now)
            words = _("Nothing more is sent to you after your courses.")
        messages.success(request, words)
    return redirect("my_learning")


@for_people
def booster_choice(request: HttpRequest, user: User) -> HttpResponse:
    form = BoosterChoiceForm(request.POST)
    if request.method != "POST" or not form.is_valid():
        return redirect("my_learning")
    is_wanted = form.cleaned_data["is_wanted"]
    services.choose_boosters(
        learner=user, is_wanted=is_wanted, acting_user=user, now=timezone.now()
    )
    words = (
        _("You are invited to boosters again.")
        if is_wanted
        else _("You are not invited to boosters any more. They stay on the page of each course.")
    )
    messages.success(request, words)
    return redirect("my_learning")


@for_people
def ask_supervisor(request: HttpRequest, user: User, enrolment_id: int) -> HttpResponse:
    enrolment = access_own(user, enrolment_id)
    form = AskSupervisorForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.ask_supervisor(
                enrolment=enrolment,
                address=form.cleaned_data["address"],
                statements=form.cleaned_data["statements"],
                shows_course=form.cleaned_data["shows_course"],
                acting_user=user,
                now=timezone.now(),
            )
        except services.SupervisorRefused as refusal:
            form.add_error("address", str(refusal))
        else:
            messages.success(request, _("The mail is on its way. The link works for 30 days."))
            return redirect("after_course", enrolment.pk)
    context = _around(enrolment) | {"form": form, "learner": user}
    return render(request, "learning/followups/ask_supervisor.html", context, status=_status(form))


@for_people
def take_back_request(
    request: HttpRequest, user: User, enrolment_id: int, request_id: int
) -> HttpResponse:
    found = access_own_request(user, enrolment_id, request_id)
    if request.method == "POST":
        services.take_back_request(request=found, acting_user=user, now=timezone.now())
        messages.success(request, _("Your request was taken back. The link works no more."))
    return redirect("after_course", enrolment_id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def supervisor(request: HttpRequest, secret: str) -> HttpResponse:
    """Show a supervisor what she is asked, without an account; take the answer once."""
    now = timezone.now()
    found = request_by_secret(secret, now=now)
    if found is None:
        return render(request, "learning/followups/supervisor_over.html", status=404)
    form = SupervisorForm(request.POST if request.method == "POST" else None, request=found)
    if request.method == "POST" and "stop" in request.POST:
        services.stop_address(request=found, now=now)
        return _done(request, is_stopped=True)
    if request.method == "POST" and form.is_valid():
        try:
            services.answer_supervisor(request=found, answers=form.answers, now=now)
        except services.SupervisorRefused:
            return render(request, "learning/followups/supervisor_over.html", status=404)
        return _done(request, is_stopped=False)
    return _show_supervisor(request, found, form)


def _done(request: HttpRequest, *, is_stopped: bool) -> HttpResponse:
    context = {"is_stopped": is_stopped}
    return render(request, "learning/followups/supervisor_done.html", context)


def _show_supervisor(
    request: HttpRequest, found: SupervisorRequest, form: SupervisorForm
) -> HttpResponse:
    context = {"form": form, "learner": found.enrolment.learner, "request_row": found}
    if found.shows_course:
        context["course_title"] = found.enrolment.release.typed_promise.title
    return render(request, "learning/followups/supervisor.html", context, status=_status(form))

"""What a trainer changes for one learner: one page for each act, each with its reason."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lms.accounts.models import User
from lms.learning.attempts.services import ReopeningRefused, reopen_attempt
from lms.learning.cohorts.permissions import access_cohort
from lms.learning.models import Enrolment
from lms.learning.tailoring import services
from lms.learning.tailoring.forms import DeadlineForm, ReasonForm, ReopenForm, StuckRuleForm
from lms.learning.tailoring.permissions import (
    access_attempt_of,
    access_exemption,
    access_person_to_change,
    access_promised_item,
)
from lms.learning.views.doors import for_staff

FORM_METHODS = ["GET", "HEAD", "POST"]


def _back(enrolment: Enrolment) -> HttpResponse:
    return redirect("cohort_person", cohort_id=enrolment.cohort_id, enrolment_id=enrolment.pk)


def _show(
    request: HttpRequest, name: str, enrolment: Enrolment, form: Form | None, **more: Any
) -> HttpResponse:
    learner = enrolment.learner
    context = {
        "cohort": enrolment.cohort,
        "enrolment": enrolment,
        "name": learner.full_name or learner.get_display_name(),
        "form": form,
        **more,
    }
    status = 400 if form is not None and form.errors else 200
    return render(request, f"learning/tailoring/{name}.html", context, status=status)


@for_staff
@require_http_methods(FORM_METHODS)
def deadline(request: HttpRequest, user: User, cohort_id: int, enrolment_id: int) -> HttpResponse:
    enrolment = access_person_to_change(user, cohort_id, enrolment_id)
    now = timezone.now()
    initial = {"due_date": enrolment.deadline()}
    form = DeadlineForm(request.POST or None, today=timezone.localdate(now), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.move_deadline(
                enrolment=enrolment, acting_user=user, now=now, **form.cleaned_data
            )
        except services.TailoringRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The deadline was moved, and the learner is told."))
            return _back(enrolment)
    return _show(request, "deadline", enrolment, form)


@for_staff
@require_http_methods(FORM_METHODS)
def exempt(
    request: HttpRequest, user: User, cohort_id: int, enrolment_id: int, item_key: UUID
) -> HttpResponse:
    enrolment = access_person_to_change(user, cohort_id, enrolment_id)
    item = access_promised_item(enrolment, item_key)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.exempt_item(
                enrolment=enrolment,
                item_key=item.key,
                acting_user=user,
                now=timezone.now(),
                **form.cleaned_data,
            )
        except services.TailoringRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The learner need not do it, and she is told."))
            return _back(enrolment)
    return _show(request, "exempt", enrolment, form, item=item)


@for_staff
@require_http_methods(FORM_METHODS)
def take_back(
    request: HttpRequest, user: User, cohort_id: int, enrolment_id: int, item_key: UUID
) -> HttpResponse:
    enrolment = access_person_to_change(user, cohort_id, enrolment_id)
    item = access_promised_item(enrolment, item_key)
    exemption = access_exemption(enrolment, item_key)
    if request.method == "POST":
        try:
            services.take_back_exemption(exemption=exemption, acting_user=user, now=timezone.now())
        except services.TailoringRefused as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, _("It is asked of the learner again, and she is told."))
        return _back(enrolment)
    return _show(request, "take_back", enrolment, None, item=item, exemption=exemption)


@for_staff
@require_http_methods(FORM_METHODS)
def reopen(
    request: HttpRequest, user: User, cohort_id: int, enrolment_id: int, public_id: UUID
) -> HttpResponse:
    enrolment = access_person_to_change(user, cohort_id, enrolment_id)
    attempt = access_attempt_of(enrolment, public_id)
    item = access_promised_item(enrolment, attempt.quiz_key)
    form = ReopenForm(request.POST or None, initial={"minutes": 30})
    if request.method == "POST" and form.is_valid():
        try:
            reopen_attempt(
                attempt=attempt, acting_user=user, now=timezone.now(), **form.cleaned_data
            )
        except ReopeningRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The attempt is open again, and the learner is told."))
            return _back(enrolment)
    return _show(request, "reopen", enrolment, form, item=item, attempt=attempt)


@for_staff
@require_http_methods(FORM_METHODS)
def withdraw(request: HttpRequest, user: User, cohort_id: int, enrolment_id: int) -> HttpResponse:
    enrolment = access_person_to_change(user, cohort_id, enrolment_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.withdraw_learner(
                enrolment=enrolment, acting_user=user, now=timezone.now(), **form.cleaned_data
            )
        except services.TailoringRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The learner was taken off the course, and she is told."))
            return _back(enrolment)
    return _show(request, "withdraw", enrolment, form)


@for_staff
@require_http_methods(FORM_METHODS)
def stuck_rule(request: HttpRequest, user: User, cohort_id: int) -> HttpResponse:
    cohort = access_cohort(user, cohort_id)
    initial = {"stuck_days": cohort.stuck_days, "stuck_failures": cohort.stuck_failures}
    form = StuckRuleForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.change_stuck_rule(
            cohort=cohort, acting_user=user, now=timezone.now(), **form.cleaned_data
        )
        messages.success(request, _("The rule was changed."))
        return redirect("cohort", cohort_id=cohort.pk)
    context = {"cohort": cohort, "form": form}
    status = 400 if form.errors else 200
    return render(request, "learning/tailoring/stuck_rule.html", context, status=status)

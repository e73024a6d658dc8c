"""The trainer's list of attempts at a quiz, and her decisions about them."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lms.accounts.models import User
from lms.learning.attempts.services import annul_attempt, grant_allowance
from lms.learning.enums import AttemptState
from lms.learning.permissions import seen_enrolments
from lms.learning.supervision.forms import AllowanceForm, AnnulForm, FilterForm
from lms.learning.supervision.pages import read_attempt
from lms.learning.supervision.permissions import (
    access_followed_attempt,
    access_followed_enrolment,
    access_followed_quiz,
    refuse_own,
)
from lms.learning.supervision.queries import (
    FollowedAttempt,
    enrolments_at,
    followed_learner,
    followed_learners,
)
from lms.learning.views.doors import for_staff

LEARNERS_ON_A_PAGE = 50


@for_staff
@require_safe
def quiz_attempts(request: HttpRequest, user: User, quiz_key: UUID) -> HttpResponse:
    followed = access_followed_quiz(user, quiz_key)
    form = FilterForm(request.GET)
    wanted = form.wanted()
    rows = enrolments_at(followed, seen=seen_enrolments(user), **wanted)
    page = Paginator(rows, LEARNERS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "followed": followed,
        "form": form,
        "page_obj": page,
        "learners": followed_learners(page.object_list, quiz_key),
        "is_filtered": any(wanted.values()),
        "query": f"{urlencode(wanted)}&",
    }
    return render(request, "learning/supervision/attempts.html", context)


@for_staff
@require_safe
def followed_attempt(request: HttpRequest, user: User, public_id: UUID) -> HttpResponse:
    followed, attempt = access_followed_attempt(user, public_id)
    row = FollowedAttempt(attempt, str(attempt.enrolment.release.typed_promise.scale))
    context = {
        "followed": followed,
        "read": read_attempt(followed, row),
        "learner": followed_learner(attempt.enrolment, followed.key),
        "is_own": attempt.enrolment.learner_id == user.pk,
    }
    return render(request, "learning/supervision/attempt.html", context)


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def annul(request: HttpRequest, user: User, public_id: UUID) -> HttpResponse:
    followed, attempt = access_followed_attempt(user, public_id)
    refuse_own(user, attempt.enrolment)
    if attempt.state == AttemptState.ANNULLED:
        messages.info(request, _("This attempt was annulled already."))
        return redirect("followed_attempt", public_id=public_id)
    form = AnnulForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        annul_attempt(
            attempt=attempt,
            reason=form.cleaned_data["reason"],
            acting_user=user,
            now=timezone.now(),
        )
        messages.success(request, _("The attempt is annulled. It stays on record."))
        return redirect("followed_attempt", public_id=public_id)
    learner = followed_learner(attempt.enrolment, followed.key)
    context = {"followed": followed, "attempt": attempt, "learner": learner, "form": form}
    return render(request, "learning/supervision/annul.html", context)


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
def allow(request: HttpRequest, user: User, quiz_key: UUID, enrolment_id: int) -> HttpResponse:
    followed, enrolment = access_followed_enrolment(user, quiz_key, enrolment_id)
    refuse_own(user, enrolment)
    learner = followed_learner(enrolment, quiz_key)
    form = AllowanceForm(
        request.POST or None,
        quiz=followed.quiz,
        attempts_allowed=learner.attempts_allowed,
        initial={"extra_attempts": 1} if request.GET.get("intento") else {},
    )
    if request.method == "POST" and form.is_valid():
        grant_allowance(
            enrolment=enrolment,
            quiz_key=quiz_key,
            acting_user=user,
            now=timezone.now(),
            **form.cleaned_data,
        )
        messages.success(request, _("It is allowed from now on."))
        return redirect("quiz_attempts", quiz_key=quiz_key)
    context = {"followed": followed, "learner": learner, "form": form}
    return render(request, "learning/supervision/allowance.html", context)

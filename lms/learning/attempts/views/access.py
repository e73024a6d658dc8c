"""The only road from a request to a learner's own attempt."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from courses.page_links import PageLink, links_by_key
from lms.accounts.carry import is_from_other_account, login_with_carried_fields
from lms.accounts.models import User
from lms.learning.attempts.forms import foreign_names
from lms.learning.attempts.pages import AttemptPage
from lms.learning.attempts.services import close_if_overdue, record_tampering
from lms.learning.booster_keys import is_booster
from lms.learning.models import Attempt
from lms.learning.permissions import access_attempt

View = Callable[..., HttpResponseBase]


def for_learners(view: View) -> View:
    """Let only signed-in people in, carrying what anybody else typed through the login."""

    @wraps(view)
    def inner(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not request.user.is_authenticated:
            if wants_json(request):
                return JsonResponse({"message": _("Log in again to go on.")}, status=401)
            if request.method == "POST":
                return login_with_carried_fields(request)
            return redirect_to_login(request.get_full_path())
        if request.method == "POST" and is_from_other_account(request):
            text = _("This form was opened by another account. Nothing was changed.")
            if wants_json(request):
                return JsonResponse({"message": text}, status=409)
            return render(request, "learning/attempt_other_account.html", status=409)
        return never_cache(view)(request, *args, **kwargs)

    return inner


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks, and not a form."""
    return request.headers.get("Accept") == "application/json"


def learner_of(request: HttpRequest) -> User:
    """Return who is signed in."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def own_attempt(request: HttpRequest, public_id: UUID) -> Attempt:
    """Return the learner's own attempt; one whose time is over is handed in first.

    Who writes to somebody else's attempt gets 404, and who sends fields that no page of ours has is
    answered as if they were not there; both are written to the audit trail.
    """
    learner, now = learner_of(request), timezone.now()
    try:
        attempt = access_attempt(learner, public_id)
    except Http404:
        foreign = Attempt.objects.filter(public_id=public_id).first()
        if foreign is not None and request.method == "POST":
            record_tampering(attempt=foreign, names=["attempt"], acting_user=learner, now=now)
        raise
    names = foreign_names(request.POST)
    if names:
        record_tampering(attempt=attempt, names=names, acting_user=learner, now=now)
    if request.method == "POST":
        return attempt  # the service that is called looks at the clock, and says so
    return close_if_overdue(attempt=attempt, now=now)


def page_context(page: AttemptPage) -> dict[str, Any]:
    """Return what every page of an attempt shows: itself, and the links back."""
    found = page.attempt
    keys = [found.enrolment.course_key, found.quiz_key]
    links_of = links_by_key(keys)
    course, quiz = (links_of.get(key) for key in keys)
    if is_booster(found.quiz_key):
        quiz = PageLink(_("Booster"), reverse("after_course", args=[found.enrolment_id]))
    links = [link for link in (course, quiz) if link is not None]
    return {
        "page": page,
        "attempt": found,
        "course_link": course,
        "quiz_link": quiz,
        "crumbs": [(link.title, link.url) for link in links],
    }

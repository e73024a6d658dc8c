"""The profile, and allauth's two login pages with what they carry along."""

import re

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from lms.accounts.account_forms import LoginForm
from lms.accounts.carry import after_csrf_failure, carry_on
from lms.accounts.codes.queries import last_codes
from lms.accounts.documents import document_tail
from lms.accounts.enums import ConsentPurpose
from lms.accounts.forms import IdentityDocumentForm, ProfileForm
from lms.accounts.models import User
from lms.accounts.privacy.queries import current_text
from lms.accounts.services import (
    clear_identity_document,
    set_identity_document,
    update_profile,
)
from lms.accounts.signing_in.cookies import COOKIE, digest_of, secret_of
from lms.accounts.signing_in.services import end_other_sessions, end_session
from lms.core.views import csrf_failure as plain_csrf_failure

TOO_MANY = "too_many_login_attempts"
ADMIN_DOOR = re.compile(r"^/(?:[a-z]{2}/)?(?:admin|estilo)/")


def _person(request: HttpRequest) -> User:
    """Return who is logged in; the views below ask for a login first."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


@sensitive_post_parameters("password")
@never_cache
def login(request: HttpRequest) -> HttpResponse:
    """Log in; somebody whom the admin has turned away gets an answer and not a ring of redirects."""
    user = request.user
    if (
        isinstance(user, User)
        and ADMIN_DOOR.match(request.GET.get("next", ""))
        and not user.has_perm("wagtailadmin.access_admin")
    ):
        raise PermissionDenied
    response = account.login(request)
    seconds = _seconds_to_wait(response)
    response = carry_on(request, response)
    if seconds:
        response.status_code = 429
        response["Retry-After"] = str(seconds)
    return response


def _seconds_to_wait(response: HttpResponse) -> int:
    """Return how long to wait where the form was refused for wrong logins before it; else 0."""
    form = (getattr(response, "context_data", None) or {}).get("form")
    if not isinstance(form, LoginForm):
        return 0
    errors = form.errors.as_data().get(NON_FIELD_ERRORS, [])
    waits = [error.params["seconds"] for error in errors if error.code == TOO_MANY and error.params]
    return max(waits, default=0)


@never_cache
def authenticate(request: HttpRequest) -> HttpResponse:
    """Ask for the second factor."""
    return carry_on(request, mfa.authenticate(request))


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """Show where one is logged in; log out everywhere else."""
    person = _person(request)
    key = request.session.session_key or ""
    if request.method == "POST":
        digest = digest_of(secret_of(request.COOKIES.get(COOKIE, "")))
        end_other_sessions(user=person, session_key=key, digest=digest)
        messages.success(request, _("You are logged out everywhere else."))
        return redirect("usersessions_list")
    rows = UserSession.objects.purge_and_list(person)
    context = {
        "sessions": sorted(rows, key=lambda row: (row.session_key != key, row.created_at)),
        "current": key,
    }
    return render(request, "usersessions/usersession_list.html", context)


@login_required
@require_POST
def end_one_session(request: HttpRequest, visit_id: int) -> HttpResponse:
    """End one visit of one's own; there is no other (404)."""
    if not end_session(user=_person(request), session_id=visit_id):
        raise Http404
    messages.success(request, _("That session is ended."))
    return redirect("usersessions_list")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that a form was too old, or save what was typed in it where that is safe."""
    return after_csrf_failure(request) or plain_csrf_failure(request, reason)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Show and change what is kept about the person who is logged in."""
    person = _person(request)
    initial = {name: getattr(person, name) for name in ProfileForm.base_fields}
    form = ProfileForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        update_profile(user=person, acting_user=person, now=timezone.now(), **form.cleaned_data)
        with translation.override(form.cleaned_data["language"]):
            messages.success(request, _("Your changes are saved."))
            return redirect("profile")
    context = {
        "form": form,
        "document_tail": document_tail(person),
        "codes": last_codes(person),
        "now": timezone.now(),
    }
    return render(request, "account/profile.html", context)


def _next(request: HttpRequest) -> str:
    """Return the page of ours from which somebody was led here, or ''."""
    target = request.POST.get("next") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return target if is_ours and target.startswith("/") else ""


@login_required
@never_cache
@sensitive_post_parameters("number")
@require_http_methods(["GET", "HEAD", "POST"])
def profile_document(request: HttpRequest) -> HttpResponse:
    """Ask for the identity document; the stored one is never filled in."""
    person = _person(request)
    form = IdentityDocumentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        set_identity_document(
            user=person, acting_user=person, now=timezone.now(), **form.cleaned_data
        )
        messages.success(request, _("Your identity document is saved."))
        return redirect(_next(request) or reverse("profile"))
    context = {
        "form": form,
        "document_tail": document_tail(person),
        "next": _next(request),
        "text": current_text(ConsentPurpose.DOCUMENT, on=timezone.localdate()),
    }
    return render(request, "account/profile_document.html", context)


@login_required
@require_POST
def clear_profile_document(request: HttpRequest) -> HttpResponse:
    """Delete the identity document."""
    person = _person(request)
    clear_identity_document(user=person, acting_user=person, now=timezone.now())
    messages.success(request, _("Your identity document is deleted."))
    return redirect(reverse("profile"))

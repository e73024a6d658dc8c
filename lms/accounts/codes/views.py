"""The page for somebody who has a code on paper."""

from typing import Any

from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from lms.accounts.codes.forms import CodeForm, OwnPasswordForm
from lms.accounts.codes.limits import note_wrong_code, seconds_to_wait
from lms.accounts.codes.services import WrongCode, check_code, use_code
from lms.accounts.models import User
from lms.core.ratelimit import network_of

STEP = "step"
LAST_STEP = "password"


@sensitive_post_parameters("code", "password1", "password2")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def paper_code(request: HttpRequest) -> HttpResponse:
    """Ask for user name and code, then for a password of one's own; nothing is kept in between."""
    if isinstance(request.user, User):
        messages.info(request, _("Somebody is logged in here. Log out first to use a code."))
        return redirect(settings.LOGIN_REDIRECT_URL)
    if request.method != "POST":
        return _page(request, CodeForm())
    is_last = request.POST.get(STEP) == LAST_STEP
    form: CodeForm = OwnPasswordForm(request.POST) if is_last else CodeForm(request.POST)
    network = network_of(request.META.get("REMOTE_ADDR", ""))
    username, now = request.POST.get("username", ""), timezone.now()
    wait = seconds_to_wait(network=network, username=username, now=now)
    if wait is not None:
        return _too_many(request, form, wait)
    if not form.is_valid():
        return _page(request, _first_if_broken(request, form))
    try:
        return _open(request, form) if is_last else _ask_password(request, form)
    except WrongCode as wrong:
        note_wrong_code(network=network, username=username, now=now)
        first = CodeForm(request.POST)
        first.add_error(None, str(wrong))
        return _page(request, first)


def _ask_password(request: HttpRequest, form: CodeForm) -> HttpResponse:
    """Show the second step, with the name as the account has it."""
    given = form.cleaned_data
    user = check_code(username=given["username"], code=given["code"], now=timezone.now())
    initial = {"username": user.username, "code": given["code"], "full_name": user.full_name}
    return _page(request, OwnPasswordForm(initial=initial))


def _open(request: HttpRequest, form: CodeForm) -> HttpResponse:
    given = form.cleaned_data
    try:
        user = use_code(
            username=given["username"],
            code=given["code"],
            new_password=given["password1"],
            full_name=given["full_name"],
            agrees=given.get("agrees", False),
            now=timezone.now(),
        )
    except ValidationError as error:
        form.add_error("password1", error)
        return _page(request, form)
    messages.success(request, _("Your password is set. From now on, log in with it."))
    answer: HttpResponse = perform_login(request, user)
    return answer


def _first_if_broken(request: HttpRequest, form: CodeForm) -> CodeForm:
    """Return the first step where the hidden fields of the second are no good."""
    is_broken = isinstance(form, OwnPasswordForm) and {"username", "code"} & set(form.errors)
    return CodeForm(request.POST) if is_broken else form


def _too_many(request: HttpRequest, form: CodeForm, wait: int) -> HttpResponse:
    form.full_clean()
    form.add_error(
        None, _("Too many attempts that were not right. Wait five minutes and try again.")
    )
    response = _page(request, form, status=429)
    response["Retry-After"] = str(wait)
    return response


def _page(request: HttpRequest, form: CodeForm, status: int = 0) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "is_last": isinstance(form, OwnPasswordForm)}
    status = status or (400 if form.errors else 200)
    return render(request, "account/paper_code.html", context, status=status)

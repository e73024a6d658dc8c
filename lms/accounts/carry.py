"""What somebody typed, carried through a login and stored nowhere.

A learner's form that meets an ended session is not lost: the login page takes its fields along,
and after the login of the same account one button sends them to where they were going. Between the
two they exist only in the page itself, encrypted, so that the next person at a shared phone can
neither read nor change them.

The form says for whom it was made (`{% carry_account %}`, a signed account id). Without it nothing
is carried: a stranger's page must not be able to plant fields that somebody else would then send.
"""

import json
import zlib
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from allauth.account.stages import LoginStageController
from allauth.mfa.stages import AuthenticateStage
from cryptography.fernet import InvalidToken
from django.contrib import messages
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from lms.accounts.account_forms import AuthenticateForm, LoginForm
from lms.accounts.crypto import cipher
from lms.accounts.models import User

ACCOUNT_FIELD = "carry_account"
CARRIED_FIELD = "carried"
MOST_BYTES = 100_000
MOST_FIELDS = 200
FORM_AGE = timedelta(days=30)
LOGIN_AGE = timedelta(hours=12)
_signer = TimestampSigner(salt="lms.accounts.carry")


@dataclass(frozen=True)
class Carried:
    """The fields of a form, the local address that they go to, and the account they belong to."""

    account: int
    path: str
    fields: tuple[tuple[str, str], ...]

    def seal(self) -> str:
        """Return the text that a page carries."""
        raw = json.dumps([self.account, self.path, self.fields]).encode()
        return cipher("carry").encrypt(zlib.compress(raw)).decode()

    @classmethod
    def open(cls, sealed: str) -> "Carried | None":
        """Return what a page carried; None if it is not ours, was changed, or is too old."""
        try:
            raw = cipher("carry").decrypt(sealed.encode(), ttl=int(LOGIN_AGE.total_seconds()))
        except InvalidToken:
            return None
        account, path, fields = json.loads(zlib.decompress(raw))
        return cls(account, path, tuple((name, value) for name, value in fields))


def sign_account(user: User) -> str:
    """Return the value of a form's field `carry_account`."""
    return _signer.sign(str(user.pk))


def login_with_carried_fields(request: HttpRequest) -> HttpResponse:
    """Answer an anonymous POST with the login page (401), which carries the posted fields.

    After the login of the account that the form was made for, a page offers to send them to the
    same address. Files are never carried, nor more than 200 fields or 100 kB: the page says so.
    """
    account = _account_of(request)
    carried = _carry(request, account) if account is not None else None
    if account is not None and carried is None:
        messages.warning(
            request,
            _(
                "What you wrote is too long to be taken along. Go back with your browser and copy "
                "it before you log in."
            ),
        )
    return _login_page(request, carried)


def is_from_other_account(request: HttpRequest) -> bool:
    """Say whether a form was made for an account that is not the one logged in now."""
    account = _account_of(request)
    return account is not None and account != request.user.pk


def after_csrf_failure(request: HttpRequest) -> HttpResponse | None:
    """Save a learner's form whose token is older than her last login, in another tab for example.

    None if the form was not made for the account that is logged in. She sends it with a press of
    the button, never a script: the signed account id alone is the proof that the form was ours.
    """
    account = _account_of(request)
    if account is None:
        return None
    if not isinstance(request.user, User):
        return login_with_carried_fields(request)
    carried = _carry(request, account)
    if carried is None or account != request.user.pk:
        return None
    return _send_page(request, carried, status=HTTPStatus.FORBIDDEN)


def carry_on(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Return the answer of a login view, or in its place the page that the carried fields need."""
    carried = Carried.open(request.POST.get(CARRIED_FIELD, ""))
    if carried is None:
        return response
    if isinstance(request.user, User):
        if request.user.pk == carried.account:
            return _send_page(request, carried)
        messages.warning(
            request,
            _(
                "The answer that was waiting belongs to another account. It was not sent, and "
                "nothing of it was kept."
            ),
        )
        return response
    if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        messages.warning(request, _("Too many attempts in a row. Wait a minute and try again."))
        return _login_page(request, carried, status=HTTPStatus.TOO_MANY_REQUESTS)
    if isinstance(response, HttpResponseRedirect):
        if response.url == reverse("mfa_authenticate"):
            return _second_step_page(request, response)
        if response.url == reverse("account_login"):
            return _login_page(request, carried)
    return response


def sealed_fields(request: HttpRequest) -> str:
    """Return what this request's login form carries and may carry further, else ''."""
    sealed = request.POST.get(CARRIED_FIELD, "")
    return sealed if Carried.open(sealed) is not None else ""


def _account_of(request: HttpRequest) -> int | None:
    try:
        return int(_signer.unsign(request.POST.get(ACCOUNT_FIELD, ""), max_age=FORM_AGE))
    except (BadSignature, ValueError):
        return None


def _carry(request: HttpRequest, account: int) -> Carried | None:
    fields = tuple(
        (name, str(value))
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken"
    )
    size = sum(len(name.encode()) + len(value.encode()) for name, value in fields)
    path = request.get_full_path()
    if len(fields) > MOST_FIELDS or size > MOST_BYTES or not _is_local(path):
        return None
    return Carried(account, path, fields)


def _is_local(path: str) -> bool:
    return path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)


def _login_page(
    request: HttpRequest, carried: Carried | None, status: int = HTTPStatus.UNAUTHORIZED
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": LoginForm(request=request),
        "has_ended": True,
        CARRIED_FIELD: carried.seal() if carried else "",
    }
    return _unstored(render(request, "account/login.html", context, status=status))


def _second_step_page(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    stage = LoginStageController.enter(request, AuthenticateStage.key)
    if stage is None:
        return response
    context = {"form": AuthenticateForm(user=stage.login.user)}
    return _unstored(render(request, "mfa/authenticate.html", context))


def _send_page(request: HttpRequest, carried: Carried, status: int = HTTPStatus.OK) -> HttpResponse:
    if not _is_local(carried.path):
        return HttpResponseRedirect("/")
    context = {"carried": carried, "may_send_itself": status == HTTPStatus.OK}
    return _unstored(render(request, "account/carry.html", context, status=status))


def _unstored(response: HttpResponse) -> HttpResponse:
    add_never_cache_headers(response)
    return response

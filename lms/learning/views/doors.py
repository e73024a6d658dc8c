"""Who comes in: people who are logged in, with what they typed carried through a login."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lms.accounts.carry import is_from_other_account, login_with_carried_fields
from lms.accounts.models import User

View = Callable[..., HttpResponse]
StreamingView = Callable[..., HttpResponseBase]


def for_people(view: View) -> View:
    """Let only somebody who is logged in read and send; hand the user on as second argument."""

    @wraps(view)
    def inner(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not isinstance(request.user, User):
            if wants_json(request):
                return JsonResponse({"message": _("Log in again to go on.")}, status=401)
            if request.method == "POST":
                return login_with_carried_fields(request)
            return redirect_to_login(request.get_full_path())
        if request.method == "POST" and is_from_other_account(request):
            return render(request, "learning/attempt_other_account.html", status=409)
        return view(request, request.user, *args, **kwargs)

    return never_cache(require_http_methods(["GET", "HEAD", "POST"])(inner))


def for_staff(view: StreamingView) -> StreamingView:
    """Let only signed-in people in; what they may see is asked by the view. No cache keeps it."""

    @never_cache
    @wraps(view)
    def inner(request: HttpRequest, **keys: object) -> HttpResponseBase:
        if not isinstance(request.user, User):
            return redirect_to_login(request.get_full_path())
        return view(request, request.user, **keys)

    return inner


def wants_json(request: HttpRequest) -> bool:
    """Say whether a script asks, not a person."""
    return request.headers.get("Accept") == "application/json"

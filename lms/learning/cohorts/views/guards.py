"""Who may call a view at all."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache

from lms.accounts.models import User

View = Callable[..., HttpResponseBase]


def for_staff(view: View) -> View:
    """Let only signed-in people in; what they may see is asked by the view. No cache keeps it."""

    @never_cache
    @wraps(view)
    def inner(request: HttpRequest, **keys: object) -> HttpResponseBase:
        if not isinstance(request.user, User):
            return redirect_to_login(request.get_full_path())
        return view(request, request.user, **keys)

    return inner

"""Closing one's account: what would happen, the last question, and what has happened."""

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from lms.accounts.enums import ErasureGround
from lms.accounts.models import ErasureRecord, User
from lms.accounts.queries import has_authenticator
from lms.accounts.signing_in.cookies import COOKIE
from lms.desks.leaving.forms import KEEP, WITHDRAW, CertificatesForm, ClosingForm
from lms.desks.leaving.permissions import access_register_line
from lms.desks.leaving.queries import overview_of, to_hand_over
from lms.desks.leaving.services import ErasureRefused, erase_person, text_of

CLOSED = "closed_account"
"""Where the visit keeps the number of the register's line, after the account is gone."""
CHOICE = "certificates"


def _person(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


@login_required
@never_cache
@require_safe
def close_account(request: HttpRequest) -> HttpResponse:
    """Say, from what is really there, what closing the account would delete and keep."""
    user = _person(request)
    overview = overview_of(user)
    form = CertificatesForm(request.GET if CHOICE in request.GET else None)
    context = {
        "overview": overview,
        "hand_over": to_hand_over(user, on=timezone.localdate()),
        "form": form if overview.has("certificates") else None,
    }
    return render(request, "desks/leaving/close.html", context)


@login_required
@never_cache
@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_closing(request: HttpRequest) -> HttpResponse:
    """Ask for the password a last time, and then close the account for good."""
    user = _person(request)
    overview = overview_of(user)
    choice = request.POST.get(CHOICE) or request.GET.get(CHOICE, "")
    if overview.has("certificates") and choice not in (KEEP, WITHDRAW):
        return redirect(f"{reverse('close_account')}?{CHOICE}=")
    if to_hand_over(user, on=timezone.localdate()):
        return redirect("close_account")
    form = ClosingForm(request.POST or None, request=request, has_factor=has_authenticator(user))
    if request.method == "POST" and form.is_valid():
        try:
            record = erase_person(
                user=user,
                keeps_certificates=choice != WITHDRAW,
                ground=ErasureGround.SELF,
                acting_user=user,
                now=timezone.now(),
            )
        except ErasureRefused:  # somebody else left at this moment
            return redirect("close_account")
        return _leave(request, record)
    context = {
        "form": form,
        "choice": choice,
        "withdraws": choice == WITHDRAW,
        "overview": overview,
    }
    return render(request, "desks/leaving/confirm.html", context)


def _leave(request: HttpRequest, record: ErasureRecord) -> HttpResponse:
    """End the visit; a new one, of nobody, knows which line of the register to show."""
    logout(request)
    request.session[CLOSED] = record.pk
    response = redirect("account_closed")
    response.delete_cookie(COOKIE)
    return response


@never_cache
@require_safe
def account_closed(request: HttpRequest) -> HttpResponse:
    """Show to whoever just closed her account what became of her data."""
    record = access_register_line(request.session.get(CLOSED))
    return render(request, "desks/leaving/closed.html", {"record": record})


@never_cache
@require_safe
def closing_text(request: HttpRequest) -> HttpResponse:
    """Give the same as a text to keep."""
    record = access_register_line(request.session.get(CLOSED))
    response = HttpResponse(text_of(record), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="cuenta-cerrada.txt"'
    return response

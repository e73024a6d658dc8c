"""The page of help, the wish to be contacted, and what the named people read."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from lms.accounts.care import services
from lms.accounts.care.forms import AnswerForm, WishForm
from lms.accounts.care.permissions import access_care, access_wish
from lms.accounts.care.reading import OpenedWish, care, is_held, own_wish, wishes_for
from lms.accounts.carry import is_from_other_account, login_with_carried_fields
from lms.accounts.models import User


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def care_page(request: HttpRequest) -> HttpResponse:
    """Show help to anybody at once; take a wish to be contacted from whoever is logged in."""
    user = request.user
    if request.method != "POST":
        return _care_page(request, WishForm() if isinstance(user, User) else None)
    if not isinstance(user, User):
        return login_with_carried_fields(request)
    if is_from_other_account(request):
        return render(request, "learning/attempt_other_account.html", status=409)
    if "take_back" in request.POST:
        services.take_wish_back(user=user)
        messages.success(request, _("It was deleted. Nobody can read it any more."))
        return redirect("care")
    form = WishForm(request.POST)
    if not form.is_valid():
        return _care_page(request, form)
    try:
        services.send_wish(user=user, now=timezone.now(), **form.cleaned_data)
    except services.WishRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("It was sent."))
    return redirect("care")


def _care_page(request: HttpRequest, form: WishForm | None) -> HttpResponse:
    user, now = request.user, timezone.now()
    named = care(on=timezone.localdate(now))
    context: dict[str, Any] = {"care": named, "form": form}
    if isinstance(user, User):
        context["own"] = own_wish(user, named, now=now)
        context["is_named"] = named.names_person(user)
    status = 400 if form is not None and form.errors else 200
    return render(request, "account/care/care.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD"])
def requests_list(request: HttpRequest) -> HttpResponse:
    """List who asks to be contacted, to one of the named people."""
    if not isinstance(request.user, User):
        return redirect_to_login(request.get_full_path())
    now = timezone.now()
    named = access_care(request.user, now=now)
    found = wishes_for(request.user, named, now=now)
    return render(request, "account/care/requests.html", {"wishes": found})


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def request_page(request: HttpRequest, wish_id: int) -> HttpResponse:
    """Show one wish, which is noted; a POST answers on the page, or marks it as handled."""
    user, now = request.user, timezone.now()
    if not isinstance(user, User):
        return redirect_to_login(request.get_full_path())
    opened = access_wish(user, wish_id, now=now)
    if request.method != "POST":
        services.note_reading(wish=opened.wish, acting_user=user, now=now)
        return _request_page(request, opened, AnswerForm(initial={"text": opened.words.answer}))
    form = AnswerForm(request.POST)
    is_done = "handled" in request.POST
    if not is_done and not form.is_valid():
        return _request_page(request, opened, form)
    try:
        if is_done:
            services.mark_handled(wish=opened.wish, acting_user=user, now=now)
            messages.success(request, _("It is marked as handled; way and hour were deleted."))
        else:
            text = form.cleaned_data["text"]
            services.answer_wish(wish=opened.wish, text=text, acting_user=user, now=now)
            messages.success(request, _("The answer stands on the person's page now."))
    except services.WishRefused as refusal:
        messages.warning(request, str(refusal))
    return redirect("care_requests")


def _request_page(request: HttpRequest, opened: OpenedWish, form: AnswerForm) -> HttpResponse:
    status = 400 if form.errors else 200
    context = {"opened": opened, "form": form, "is_held": is_held(opened.wish)}
    return render(request, "account/care/request.html", context, status=status)

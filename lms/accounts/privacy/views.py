"""The page of consents."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lms.accounts.enums import ConsentPurpose, ConsentWay
from lms.accounts.models import User
from lms.accounts.privacy.due import note_due, put_off
from lms.accounts.privacy.forms import ConsentAnswerForm
from lms.accounts.privacy.queries import consents_of, purposes_in_hand
from lms.accounts.privacy.services import ConsentRefused, decline_consent, give_consent


def _person(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def consents(request: HttpRequest) -> HttpResponse:
    """Show what the person agreed to, each text with its answer, and take a new answer."""
    person, now = _person(request), timezone.now()
    if request.method == "POST":
        return _answer(request, person)
    today = timezone.localdate(now)
    note_due(request.session, person, on=today)
    context = {
        "purposes": purposes_in_hand(person, on=today),
        "answers": consents_of(person),
    }
    return render(request, "account/privacy/consents.html", context)


def _answer(request: HttpRequest, person: User) -> HttpResponse:
    form = ConsentAnswerForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("The choice did not arrive. Nothing was changed."))
        return redirect("consents")
    given, now = form.cleaned_data, timezone.now()
    is_yes = given["answer"] == ConsentAnswerForm.YES
    answer = give_consent if is_yes else decline_consent
    try:
        answer(
            user=person,
            purpose=ConsentPurpose(given["purpose"]),
            way=ConsentWay.PAGE,
            now=now,
            text_id=given["text"],
        )
    except ConsentRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        words = _("Noted: you agree.") if is_yes else _("Noted: you do not agree.")
        messages.success(request, words)
    note_due(request.session, person, on=timezone.localdate(now))
    return redirect("consents")


@login_required
@require_POST
def consents_later(request: HttpRequest) -> HttpResponse:
    """Put the answer off until the next login, and go back to where she was."""
    put_off(request.session)
    target = request.POST.get("next", "")
    is_safe = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return redirect(target if is_safe and target.startswith("/") else "my_learning")

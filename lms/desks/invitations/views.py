"""The pages behind the link or the code of an invitation, and a person's page of her agencies."""

from contextlib import suppress
from typing import Any

from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from lms.accounts.enums import Language
from lms.accounts.invitations.queries import current_memberships, invited_document_tail
from lms.accounts.invitations.services import InvitationRefused
from lms.accounts.models import Invitation, User
from lms.core.ratelimit import add_one, network_of
from lms.desks.invitations.forms import DocumentForm, JoiningCodeForm, NewAccountForm
from lms.desks.invitations.permissions import (
    ANSWERS,
    access_invitation_by_code,
    access_invitation_by_link,
    access_own_membership,
    seconds_to_wait,
    seconds_to_wait_for_code,
)
from lms.desks.memberships import (
    MembershipRefused,
    has_account,
    join_by_invitation,
    leave_agency,
    open_account_by_invitation,
    refuse_invitation,
)
from lms.learning.enums import PlaceState

GONE = 410


@sensitive_post_parameters("password1", "password2")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Show who invites to what, and take the answer; a link that is no good gets one calm page."""
    now, network = timezone.now(), network_of(request.META.get("REMOTE_ADDR", ""))
    wait = seconds_to_wait(network, now=now)
    if wait is not None:
        response = render(request, "429.html", {"seconds": wait}, status=429)
        response["Retry-After"] = str(wait)
        return response
    found = access_invitation_by_link(secret, network=network, now=now)
    if found is None:
        return _gone(request)
    if request.method != "POST":
        return _ask(request, found)
    add_one(ANSWERS, network, now=now)
    try:
        return _answer(request, found)
    except InvitationRefused as refusal:
        messages.warning(request, str(refusal))
        return redirect("invitation", secret)


def _gone(request: HttpRequest) -> HttpResponse:
    """Say the same of a link that was used, ran out, or never was."""
    return render(request, "desks/invitations/gone.html", status=GONE)


def _answer(request: HttpRequest, found: Invitation, *, code: str = "") -> HttpResponse:
    """Take the answer, or ask for it; `code` is what was typed where there is no link."""
    answer, user, now = request.POST.get("answer"), request.user, timezone.now()
    if answer == "decline":
        refuse_invitation(invitation=found, now=now)
        return render(request, "desks/invitations/declined.html", {"invitation": found})
    if isinstance(user, User):
        form = DocumentForm(request.POST, tail=_tail_for(user, found))
        if answer != "accept" or not form.is_valid():
            return _ask(request, found, code=code)
        places = join_by_invitation(invitation=found, user=user, now=now, **form.cleaned_data)
        _welcome(request, found, sum(place.state == PlaceState.SEATED for place in places))
        return redirect("my_learning")
    if answer != "create" or has_account(found.email):
        return _ask(request, found)
    return _open_account(request, found)


def _open_account(request: HttpRequest, found: Invitation) -> HttpResponse:
    tail = invited_document_tail(found)
    form = NewAccountForm(request.POST, invitation=found, tail=tail)
    if not form.is_valid():
        return _ask(request, found, form=form)
    language = (get_language() or "")[:2]
    user = open_account_by_invitation(
        invitation=found,
        full_name=form.cleaned_data["full_name"],
        password=form.cleaned_data["password1"],
        language=language if language in Language.values else found.language,
        with_document=form.cleaned_data.get("with_document", False),
        agrees=form.cleaned_data.get("agrees", False),
        now=timezone.now(),
    )
    _welcome(request, found, user.places.filter(state=PlaceState.SEATED).count())
    answer: HttpResponse = perform_login(request, user)
    return answer


def _welcome(request: HttpRequest, found: Invitation, seats: int) -> None:
    messages.success(request, _("You belong to %(agency)s now.") % {"agency": found.agency.name})
    if seats:
        words = ngettext(
            "It put you in %(number)d group.", "It put you in %(number)d groups.", seats
        )
        messages.success(request, words % {"number": seats})


def _tail_for(user: User, found: Invitation) -> str:
    """Return the end of the invitation's document, if the account has none of its own."""
    return "" if user.document_fingerprint else invited_document_tail(found)


def _ask(
    request: HttpRequest, found: Invitation, form: NewAccountForm | None = None, code: str = ""
) -> HttpResponse:
    user = request.user
    context: dict[str, Any] = {"invitation": found, "form": form, "code": code}
    if isinstance(user, User):
        is_other = not found.is_on_paper and (user.email or "").lower() != found.email
        context["is_other_address"] = is_other
        context["form"] = DocumentForm(tail=_tail_for(user, found))
    else:
        context["has_account"] = has_account(found.email)
        context["form"] = form or NewAccountForm(
            invitation=found,
            tail=invited_document_tail(found),
            initial={"full_name": found.full_name},
        )
    status = 400 if form is not None else 200
    return render(request, "desks/invitations/invitation.html", context, status=status)


def _person(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


@login_required
@never_cache
@require_safe
def my_agencies(request: HttpRequest) -> HttpResponse:
    """List the agencies that the user belongs to, and say what each of them sees."""
    return _agencies(request, JoiningCodeForm())


def _agencies(request: HttpRequest, form: JoiningCodeForm, status: int = 0) -> HttpResponse:
    today = timezone.localdate()
    rows = current_memberships(_person(request), on=today)
    context = {"memberships": rows, "today": today, "form": form}
    status = status or (400 if form.errors else 200)
    return render(request, "desks/invitations/my_agencies.html", context, status=status)


@sensitive_post_parameters("code")
@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def joining_code(request: HttpRequest) -> HttpResponse:
    """Take the code of an institution, show who invites, and take the answer; nothing is kept.

    The address is short and neutral, because it stands on the paper; it leads to the form.
    """
    if request.method != "POST":
        return redirect("my_agencies")
    user, now = _person(request), timezone.now()
    network = network_of(request.META.get("REMOTE_ADDR", ""))
    form = JoiningCodeForm(request.POST)
    wait = seconds_to_wait_for_code(user, network, now=now)
    if wait is not None:
        return _too_many_codes(request, form, wait)
    if not form.is_valid():
        return _agencies(request, form)
    code, answer = form.cleaned_data["code"], request.POST.get("answer")
    found = access_invitation_by_code(
        user, code, network=network, now=now, is_accepting=answer == "accept"
    )
    if found is not None:
        with suppress(InvitationRefused):  # somebody else answered at this moment
            return _answer(request, found, code=code)
    form.add_error(
        "code",
        _(
            "This code is not right, or it was used, taken back, or its time is over. Look at the "
            "paper again, or ask whoever gave it to you for a new one."
        ),
    )
    return _agencies(request, form)


def _too_many_codes(request: HttpRequest, form: JoiningCodeForm, wait: int) -> HttpResponse:
    """Say so at the field, and nothing of what was typed."""
    form.full_clean()
    form.add_error(
        "code", _("Too many attempts that were not right. Wait five minutes and try again.")
    )
    response = _agencies(request, form, status=429)
    response["Retry-After"] = str(wait)
    return response


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Ask, and then let the user leave one of her agencies."""
    membership = access_own_membership(_person(request), membership_id)
    if request.method == "POST":
        try:
            leave_agency(membership=membership, now=timezone.now())
        except MembershipRefused as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(
                request,
                _("You do not belong to %(agency)s any more.") % {"agency": membership.agency},
            )
        return redirect("my_agencies")
    return render(request, "desks/invitations/leave.html", {"membership": membership})

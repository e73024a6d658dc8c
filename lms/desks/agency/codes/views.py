"""The pages of the people without an e-mail address: the list, a new account, codes on paper."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lms.accounts.codes.services import (
    AccountRefused,
    free_username,
    make_member_without_mail,
)
from lms.accounts.invitations.services import InvitationRefused
from lms.accounts.models import Agency, Membership
from lms.accounts.units.queries import unit_tree, unit_with_below
from lms.desks.agency.codes.forms import AccountForm, CodesFilterForm, PaperInviteForm
from lms.desks.agency.codes.members import ListedMember, filtered, members_without_mail
from lms.desks.agency.codes.permissions import access_paper_invitation, access_people
from lms.desks.agency.codes.services import (
    JoiningSlip,
    hand_out_joining_code,
    renew_joining_code,
)
from lms.desks.agency.permissions import for_coordinators, signed_in
from lms.desks.agency.staff.names import order_key
from lms.desks.paper_codes.services import hand_out_codes

MOST_AT_ONCE = 100
TICKED = "p"


@for_coordinators("GET", "HEAD")
def codes_list(request: HttpRequest, agency: Agency) -> HttpResponse:
    """List who logs in by a user name; ticked people get codes."""
    nodes, now = unit_tree(agency), timezone.now()
    form = CodesFilterForm(request.GET, nodes=nodes)
    wanted = form.cleaned_data if form.is_valid() else {}
    unit = wanted.get("unidad")
    everybody = members_without_mail(agency, now=now)
    rows = filtered(
        everybody,
        state=wanted.get("estado", ""),
        units=unit_with_below(unit) if unit is not None else None,
    )
    ticked = request.GET.get(TICKED, "")
    by_name = sorted(
        rows, key=lambda row: (str(row.pk) != ticked, order_key(row.user.full_name))
    )  # whoever was just added comes first, on whatever page she would stand
    page = Paginator(by_name, MOST_AT_ONCE).get_page(request.GET.get("page"))
    paths: dict[int | None, str] = {node.pk: node.path for node in nodes}
    query = {"estado": wanted.get("estado", ""), "unidad": unit.pk if unit else ""}
    context = {
        "agency": agency,
        "form": form,
        "page_obj": page,
        "rows": [
            ListedMember(row, paths.get(row.unit_id, ""), getattr(row, "code_until", None))
            for row in page.object_list
        ],
        "ticked": ticked,
        "is_filtered": any(query.values()),
        "query": f"{urlencode(query)}&",
        "most": MOST_AT_ONCE,
    }
    return render(request, "desks/agency/codes/list.html", context)


@for_coordinators("GET", "HEAD", "POST")
def account_add(request: HttpRequest, agency: Agency) -> HttpResponse:
    """Ask for a person, and make her account; the code is made on the list, for several at once."""
    form = AccountForm(request.POST if request.method == "POST" else None, nodes=unit_tree(agency))
    if request.method == "POST" and form.is_valid():
        try:
            membership = _make(request, agency, form.cleaned_data)
        except (AccountRefused, ValidationError) as refusal:
            form.add_error(
                "username", refusal if isinstance(refusal, ValidationError) else str(refusal)
            )
        else:
            words = _("The account was made. Its user name is %(name)s. Now make the code.")
            messages.success(request, words % {"name": membership.user.username})
            return redirect(f"{reverse('agency_codes', args=[agency.pk])}?{TICKED}={membership.pk}")
    context: dict[str, Any] = {"agency": agency, "form": form}
    status = 400 if form.errors else 200
    return render(request, "desks/agency/codes/add.html", context, status=status)


def _make(request: HttpRequest, agency: Agency, given: dict[str, Any]) -> Membership:
    name, unit = given["full_name"], given["unit"]
    return make_member_without_mail(
        agency=agency,
        username=given["username"] or free_username(full_name=name, unit=unit),
        full_name=name,
        language=given["language"],
        unit=unit,
        acting_user=signed_in(request),
        now=timezone.now(),
    )


@for_coordinators("GET", "HEAD", "POST")
def codes_sheet(request: HttpRequest, agency: Agency) -> HttpResponse:
    """Make codes for the ticked people, and show them once, on a sheet to be printed and cut."""
    keys, now = request.POST.getlist(TICKED), timezone.now()
    if request.method != "POST" or not keys or len(keys) > MOST_AT_ONCE:
        if request.method == "POST":
            words = _("Tick at least one person, and up to %(most)d at once.")
            messages.warning(request, words % {"most": MOST_AT_ONCE})
        return redirect("agency_codes", agency.pk)
    handed = hand_out_codes(
        people=access_people(agency, keys, now=now), acting_user=signed_in(request), now=now
    )
    context = {"agency": agency, "slips": handed.slips, "left_out": handed.left_out}
    return render(request, "desks/paper_codes/sheet.html", context)


@for_coordinators("GET", "HEAD", "POST")
def paper_invite(request: HttpRequest, agency: Agency) -> HttpResponse:
    """Invite somebody without an address who has an account, and show her code once."""
    form = PaperInviteForm(
        request.POST if request.method == "POST" else None, nodes=unit_tree(agency)
    )
    if request.method == "POST" and form.is_valid():
        try:
            slip = hand_out_joining_code(
                agency=agency,
                acting_user=signed_in(request),
                now=timezone.now(),
                **form.cleaned_data,
            )
        except InvitationRefused as refusal:
            form.add_error("full_name", str(refusal))
        else:
            return _joining_sheet(request, agency, slip)
    context: dict[str, Any] = {"agency": agency, "form": form}
    status = 400 if form.errors else 200
    return render(request, "desks/agency/codes/paper_invite.html", context, status=status)


@for_coordinators("GET", "HEAD", "POST")
def paper_code_anew(request: HttpRequest, agency: Agency, invitation_id: int) -> HttpResponse:
    """Make a new code for an invitation on paper, and show it once; the old one ends."""
    found = access_paper_invitation(agency, invitation_id)
    if request.method == "POST":
        try:
            slip = renew_joining_code(
                invitation=found, acting_user=signed_in(request), now=timezone.now()
            )
        except InvitationRefused as refusal:
            messages.warning(request, str(refusal))
        else:
            return _joining_sheet(request, agency, slip)
    return redirect("agency_invitation", agency.pk, found.pk)


def _joining_sheet(request: HttpRequest, agency: Agency, slip: JoiningSlip) -> HttpResponse:
    context = {"agency": agency, "slip": slip}
    return render(request, "desks/agency/codes/joining_sheet.html", context)

"""Pages of an agency's people: the list, one person, invitations, nominations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters

from lms.accounts.invitations.services import InvitationRefused
from lms.accounts.models import Agency, Membership
from lms.accounts.units.queries import UnitNode, unit_tree
from lms.accounts.units.services import UnitRefused, put_in_unit
from lms.core.views.downloads import sheet_answer
from lms.core.workbooks import CONTENT_TYPES, Page, table_of
from lms.desks.agency.permissions import for_coordinators, signed_in
from lms.desks.agency.staff import queries
from lms.desks.agency.staff.files import staff_rows
from lms.desks.agency.staff.forms import (
    EndForm,
    InviteForm,
    NominateForm,
    ReasonForm,
    StaffFilterForm,
    UnitForm,
)
from lms.desks.agency.staff.permissions import (
    access_chosen,
    access_current_membership,
    access_invitation,
    access_membership,
    access_nomination,
    access_open_cohort,
)
from lms.desks.agency.staff.places import PlaceLine, place_lines
from lms.desks.agency.staff.services import NominationReport, nominate_people, place_name
from lms.desks.memberships import (
    MembershipRefused,
    end_membership,
    invite_person,
    send_invitation_again,
    take_invitation_back,
)
from lms.learning.cohorts.services import PlaceRefused, withdraw_place

PER_PAGE = 50


@dataclass(frozen=True)
class ShownLine:
    """A nomination with its cohort, as a page shows it."""

    line: PlaceLine
    cohort: queries.ListedCohort

    @property
    def words(self) -> str:
        """The state in words."""
        return str(self.line.state.label)


@dataclass(frozen=True)
class ShownPerson:
    """A person of the list with her unit's path and her nominations."""

    person: queries.Person
    unit: str
    lines: list[ShownLine]
    is_lapsed: bool


def _lines(
    lines: Sequence[PlaceLine], cohorts: Mapping[int, queries.ListedCohort]
) -> list[ShownLine]:
    return [ShownLine(line, cohorts[line.cohort_id]) for line in lines]


@dataclass(frozen=True)
class _List:
    """What the list and its files begin with."""

    form: StaffFilterForm
    wanted: queries.StaffFilter
    people: list[queries.Person]
    tree: list[UnitNode]
    cohorts: dict[int, queries.ListedCohort]

    @property
    def units(self) -> dict[int, str]:
        return {node.pk: node.path for node in self.tree}


def _list(request: HttpRequest, agency: Agency) -> _List:
    now = timezone.now()
    tree = unit_tree(agency, with_closed=True)
    cohorts = queries.agency_cohorts(agency, on=timezone.localdate(now))
    form = StaffFilterForm(request.GET, tree=tree, cohorts=cohorts.values())
    wanted = form.wanted()
    people = queries.agency_people(agency, wanted, now=now, tree=tree)
    return _List(form, wanted, people, tree, cohorts)


@for_coordinators("GET", "HEAD")
def staff(request: HttpRequest, agency: Agency) -> HttpResponse:
    """List the agency's people with the state of each nomination."""
    found, now = _list(request, agency), timezone.now()
    page = Paginator(found.people, PER_PAGE).get_page(request.GET.get("page"))
    people = list(page)
    if not found.wanted.needs_places:
        queries.give_lines(agency, people, now=now, of_former=found.wanted.is_former)
    query = urlencode([pair for pair in request.GET.items() if pair[0] != "page" and pair[1]])
    context = {
        "agency": agency,
        "form": found.form,
        "page_obj": page,
        "rows": [
            ShownPerson(
                one,
                found.units.get(one.unit_pk or 0, ""),
                _lines(one.lines, found.cohorts),
                one.is_lapsed(now=now),
            )
            for one in people
        ],
        "is_former": found.wanted.is_former,
        "has_more": found.form.has_more(),
        "is_filtered": bool(query),
        "query": f"{query}&" if query else "",
        "may_nominate": any(one.takes_nominations for one in found.cohorts.values()),
    }
    return render(request, "desks/agency/staff/list.html", context)


@for_coordinators("GET", "HEAD")
def staff_download(request: HttpRequest, agency: Agency, kind: str) -> HttpResponse:
    """Give the filtered list as a file."""
    if kind not in CONTENT_TYPES:
        raise Http404
    found = _list(request, agency)
    if not found.wanted.needs_places:
        queries.give_lines(
            agency, found.people, now=timezone.now(), of_former=found.wanted.is_former
        )
    table = Page(_("People"), staff_rows(found.people, found.units, found.cohorts))
    return sheet_answer(table_of(table, kind=kind), name=_("people"), kind=kind)


@sensitive_post_parameters("document_number")
@for_coordinators("GET", "HEAD", "POST")
def invite_one(request: HttpRequest, agency: Agency) -> HttpResponse:
    """Invite one person by mail."""
    form = InviteForm(request.POST or None, tree=unit_tree(agency))
    context = {"agency": agency, "form": form}
    if request.method != "POST" or not form.is_valid():
        return render(request, "desks/agency/staff/invite.html", context, status=_status(form))
    try:
        made = invite_person(
            agency=agency, acting_user=signed_in(request), now=timezone.now(), **form.given()
        )
    except InvitationRefused as refusal:
        form.add_error("email", str(refusal))
        return render(request, "desks/agency/staff/invite.html", context, status=400)
    messages.success(
        request,
        _("%(name)s is invited. The mail goes out by itself; the link works for 14 days.")
        % {"name": made.full_name},
    )
    return redirect("agency_invitation", agency.pk, made.pk)


def _status(form: Any) -> int:
    return 400 if form.errors else 200


@for_coordinators("GET", "HEAD", "POST")
def nominate_chosen(request: HttpRequest, agency: Agency) -> HttpResponse:
    """Ask to which cohort those who were ticked are nominated, and nominate them."""
    keys = (request.POST if request.method == "POST" else request.GET).getlist("p")
    if not keys:
        messages.info(request, _("Tick at least one person first."))
        return redirect("agency_staff", agency.pk)
    chosen = access_chosen(agency, keys)
    now = timezone.now()
    cohorts = queries.agency_cohorts(agency, on=timezone.localdate(now))
    initial = {"cohort": request.GET.get("cohorte", "")}
    form = NominateForm(request.POST or None, cohorts=cohorts.values(), initial=initial)
    if request.method == "POST" and form.is_valid():
        cohort = access_open_cohort(agency, int(form.cleaned_data["cohort"]))
        report = nominate_people(
            cohort=cohort,
            agency=agency,
            memberships=chosen.memberships,
            invitations=chosen.invitations,
            acting_user=signed_in(request),
            now=now,
        )
        _report(request, report)
        return redirect(f"{reverse('agency_staff', args=[agency.pk])}?cohorte={cohort.pk}")
    has_cohorts = any(one.takes_nominations for one in cohorts.values())
    context = {"agency": agency, "form": form, "chosen": chosen, "has_cohorts": has_cohorts}
    context["keys"] = keys
    return render(request, "desks/agency/staff/nominate.html", context, status=_status(form))


def _report(request: HttpRequest, report: NominationReport) -> None:
    if report.seated:
        words = ngettext(
            "%(number)d person has a place, or has one kept until she or he accepts.",
            "%(number)d people have a place, or have one kept until they accept.",
            report.seated,
        )
        messages.success(request, words % {"number": report.seated})
    if report.waiting:
        words = ngettext(
            "%(number)d person is on the waiting list.",
            "%(number)d people are on the waiting list.",
            report.waiting,
        )
        messages.info(request, words % {"number": report.waiting})
    for reason, names in report.refused.items():
        words = _("Not nominated: %(names)s. %(reason)s")
        messages.warning(request, words % {"names": ", ".join(names), "reason": reason})


@for_coordinators("GET", "HEAD")
def member(request: HttpRequest, agency: Agency, membership_id: int) -> HttpResponse:
    """Show one person: her unit, and all her nominations by this agency."""
    membership = access_membership(agency, membership_id)
    return render(request, "desks/agency/staff/member.html", _member_context(agency, membership))


def _member_context(agency: Agency, membership: Membership) -> dict[str, Any]:
    now = timezone.now()
    today = timezone.localdate(now)
    theirs = Membership.objects.filter(agency=agency, user=membership.user)
    is_current = theirs.current(on=today).exists()
    lines = place_lines(agency, now=now, learners=[membership.user_id], of_former=not is_current)
    cohorts = queries.agency_cohorts(agency, on=today)
    tree = unit_tree(agency)
    ended = membership.until_date is not None and membership.until_date < today
    return {
        "agency": agency,
        "membership": membership,
        "has_ended": ended,
        "lines": _lines(lines[::-1], cohorts),
        "unit_form": UnitForm(tree=tree, initial={"unit": str(membership.unit_id or "")}),
        "has_units": bool(tree),
        "may_nominate": any(one.takes_nominations for one in cohorts.values()),
    }


@for_coordinators("POST")
def member_unit(request: HttpRequest, agency: Agency, membership_id: int) -> HttpResponse:
    """Put a member into another unit, or into none."""
    membership = access_current_membership(agency, membership_id)
    form = UnitForm(request.POST, tree=unit_tree(agency))
    if not form.is_valid():
        context = {**_member_context(agency, membership), "unit_form": form}
        return render(request, "desks/agency/staff/member.html", context, status=400)
    try:
        put_in_unit(
            membership=membership,
            unit=form.chosen(),
            acting_user=signed_in(request),
            now=timezone.now(),
        )
    except UnitRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("The unit is saved."))
    return redirect("agency_member", agency.pk, membership.pk)


@for_coordinators("GET", "HEAD", "POST")
def member_end(request: HttpRequest, agency: Agency, membership_id: int) -> HttpResponse:
    """Ask for the last day of a member, and end the membership with it."""
    membership = access_current_membership(agency, membership_id)
    now = timezone.now()
    form = EndForm(request.POST or None, first=membership.from_date, today=timezone.localdate(now))
    if request.method == "POST" and form.is_valid():
        try:
            end_membership(
                membership=membership, acting_user=signed_in(request), now=now, **form.cleaned_data
            )
        except MembershipRefused as refusal:
            form.add_error("last_date", str(refusal))
        else:
            words = _("%(name)s does not belong to the institution any more.")
            messages.success(request, words % {"name": membership.user.full_name})
            return redirect("agency_staff", agency.pk)
    context = {"agency": agency, "membership": membership, "form": form}
    return render(request, "desks/agency/staff/end.html", context, status=_status(form))


@for_coordinators("GET", "HEAD")
def invited_person(request: HttpRequest, agency: Agency, invitation_id: int) -> HttpResponse:
    """Show somebody who was invited and has not answered."""
    found, now = access_invitation(agency, invitation_id), timezone.now()
    lines = place_lines(agency, now=now, learners=[], invitations=[found.pk])
    cohorts = queries.agency_cohorts(agency, on=timezone.localdate(now))
    context = {
        "agency": agency,
        "invitation": found,
        "is_lapsed": found.expires_at <= now,
        "lines": _lines(lines[::-1], cohorts),
        "may_nominate": any(one.takes_nominations for one in cohorts.values()),
    }
    return render(request, "desks/agency/staff/invitation.html", context)


@for_coordinators("POST")
def invitation_send(request: HttpRequest, agency: Agency, invitation_id: int) -> HttpResponse:
    """Send the mail of an invitation again."""
    found = access_invitation(agency, invitation_id)
    try:
        send_invitation_again(invitation=found, acting_user=signed_in(request), now=timezone.now())
    except InvitationRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(
            request,
            _("The mail goes out again. Its new link works for 14 days; the old one ended."),
        )
    return redirect("agency_invitation", agency.pk, found.pk)


@for_coordinators("GET", "HEAD", "POST")
def invitation_take_back(request: HttpRequest, agency: Agency, invitation_id: int) -> HttpResponse:
    """Ask, and then take an invitation back."""
    found = access_invitation(agency, invitation_id)
    if request.method == "POST":
        try:
            take_invitation_back(
                invitation=found, acting_user=signed_in(request), now=timezone.now()
            )
        except InvitationRefused as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, _("The invitation was taken back."))
        return redirect("agency_staff", agency.pk)
    context = {"agency": agency, "invitation": found}
    return render(request, "desks/agency/staff/take_back.html", context)


@for_coordinators("GET", "HEAD", "POST")
def nomination_withdraw(request: HttpRequest, agency: Agency, place_id: int) -> HttpResponse:
    """Ask for the reason, and take a nomination back."""
    place = access_nomination(agency, place_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_place(
                place=place,
                reason=form.cleaned_data["reason"],
                acting_user=signed_in(request),
                now=timezone.now(),
            )
        except PlaceRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("%(name)s is not nominated any more.") % {"name": place_name(place)}
            )
            return redirect("agency_staff", agency.pk)
    context = {"agency": agency, "place": place, "name": place_name(place), "form": form}
    return render(request, "desks/agency/staff/withdraw.html", context, status=_status(form))

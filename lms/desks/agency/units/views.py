"""Pages of the tree of units."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lms.accounts.models import Agency
from lms.accounts.units import services
from lms.accounts.units.plans import plan_units
from lms.accounts.units.queries import people_by_unit, unit_tree, unit_with_below
from lms.desks.agency.permissions import for_coordinators, signed_in
from lms.desks.agency.units.forms import CloseUnitForm, PasteUnitsForm, UnitForm
from lms.desks.agency.units.permissions import access_unit
from lms.desks.agency.units.queries import listed_units

LINES_SHOWN = 400


@for_coordinators("GET", "HEAD")
def unit_list(request: HttpRequest, agency: Agency) -> HttpResponse:
    units = listed_units(agency, on=timezone.localdate())
    return render(request, "desks/agency/units/list.html", {"agency": agency, "units": units})


@for_coordinators("GET", "HEAD", "POST")
def unit_add(request: HttpRequest, agency: Agency) -> HttpResponse:
    nodes = unit_tree(agency)
    initial = {"parent": request.GET.get("en", ""), "kind": request.GET.get("tipo", "station")}
    form = UnitForm(_posted(request), nodes=nodes, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            unit = services.create_unit(
                agency=agency,
                acting_user=signed_in(request),
                now=timezone.now(),
                **form.cleaned_data,
            )
        except services.UnitRefused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, _("The unit “%(name)s” was added.") % {"name": unit.name})
            return redirect("agency_units", agency.pk)
    context = {"agency": agency, "form": form}
    return render(request, "desks/agency/units/form.html", context, status=_status(form))


@for_coordinators("GET", "HEAD", "POST")
def unit_edit(request: HttpRequest, agency: Agency, unit_id: int) -> HttpResponse:
    unit = access_unit(agency, unit_id)
    form = UnitForm(
        _posted(request),
        nodes=unit_tree(agency),
        without=unit_with_below(unit),
        initial={"name": unit.name, "kind": unit.kind, "parent": unit.parent_id or ""},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.change_unit(
                unit=unit, acting_user=signed_in(request), now=timezone.now(), **form.cleaned_data
            )
        except services.UnitRefused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, _("The unit was changed."))
            return redirect("agency_units", agency.pk)
    context = {"agency": agency, "form": form, "unit": unit}
    return render(request, "desks/agency/units/form.html", context, status=_status(form))


@for_coordinators("GET", "HEAD", "POST")
def unit_paste(request: HttpRequest, agency: Agency) -> HttpResponse:
    """Show what a list of units would make, and make it when it comes again, confirmed."""
    form = PasteUnitsForm(_posted(request))
    context: dict[str, Any] = {"agency": agency, "form": form}
    if request.method != "POST" or not form.is_valid():
        return render(request, "desks/agency/units/paste.html", context, status=_status(form))
    text = form.cleaned_data["paths"]
    if "confirm" in request.POST:
        try:
            number = services.create_units(
                agency=agency, text=text, acting_user=signed_in(request), now=timezone.now()
            )
        except services.UnitRefused as refusal:
            form.add_error("paths", str(refusal))
        else:
            words = ngettext("%(number)d unit was added.", "%(number)d units were added.", number)
            messages.success(request, words % {"number": number})
            return redirect("agency_units", agency.pk)
    plan = plan_units(agency, text)
    lines = sorted(plan.lines, key=lambda line: (not line.problem, line.number))
    context |= {"plan": plan, "lines": lines[:LINES_SHOWN], "left_out": len(lines) - LINES_SHOWN}
    return render(request, "desks/agency/units/paste.html", context, status=_status(form))


@for_coordinators("GET", "HEAD", "POST")
def unit_close(request: HttpRequest, agency: Agency, unit_id: int) -> HttpResponse:
    """Ask where the people of a unit go, and close it."""
    unit = access_unit(agency, unit_id)
    within, nodes = unit_with_below(unit), unit_tree(agency)
    form = CloseUnitForm(_posted(request), nodes=nodes, without=within)
    if request.method == "POST" and form.is_valid():
        try:
            services.close_unit(
                unit=unit,
                acting_user=signed_in(request),
                now=timezone.now(),
                is_moving="move" in request.POST,
                target=form.cleaned_data["target"],
            )
        except services.UnitRefused as refusal:
            form.add_error("target", str(refusal))
        else:
            messages.success(request, _("The unit “%(name)s” is closed.") % {"name": unit.name})
            return redirect("agency_units", agency.pk)
    context = {
        "agency": agency,
        "unit": unit,
        "form": form,
        "people": people_by_unit(agency, on=timezone.localdate()).get(unit.pk, 0),
        "below": sum(node.parent_pk == unit.pk for node in nodes),
    }
    return render(request, "desks/agency/units/close.html", context, status=_status(form))


@for_coordinators("POST")
def unit_reopen(request: HttpRequest, agency: Agency, unit_id: int) -> HttpResponse:
    unit = access_unit(agency, unit_id)
    try:
        services.reopen_unit(unit=unit, acting_user=signed_in(request), now=timezone.now())
    except services.UnitRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("The unit “%(name)s” is open again.") % {"name": unit.name})
    return redirect("agency_units", agency.pk)


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _status(form: UnitForm | PasteUnitsForm | CloseUnitForm) -> int:
    return 400 if form.errors else 200

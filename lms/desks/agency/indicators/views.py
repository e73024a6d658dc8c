"""What an agency counts itself: its page, its forms, its files."""

from dataclasses import asdict, dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from lms.accounts.models import Agency
from lms.core.views.downloads import sheet_answer
from lms.core.workbooks import CONTENT_TYPES
from lms.desks.agency.indicators.charts import LineChart, line_chart
from lms.desks.agency.indicators.files import indicators_file
from lms.desks.agency.indicators.forms import DefinitionForm, FigureForm
from lms.desks.agency.indicators.permissions import access_indicator
from lms.desks.agency.permissions import for_coordinators, signed_in
from lms.learning.followups import services
from lms.learning.followups.indicator_queries import (
    BESIDE,
    KeptIndicator,
    kept_indicators,
    templates,
    trained_people,
)
from lms.learning.followups.quarters import Quarter, last_quarters
from lms.learning.models import IndicatorValue
from lms.learning.quiet_hours import lima_date

QUARTERS_SHOWN = 8


@dataclass(frozen=True)
class Row:
    """One quarter of an indicator, beside how many people were trained by its end."""

    quarter: Quarter
    value: IndicatorValue | None
    replaced: tuple[IndicatorValue, ...]
    trained: int
    is_under_way: bool


@dataclass(frozen=True)
class Shown:
    """An indicator with its chart and its table, the newest quarter first."""

    kept: KeptIndicator
    chart: LineChart
    rows: tuple[Row, ...]


@for_coordinators("GET", "HEAD")
def page(request: HttpRequest, agency: Agency) -> HttpResponse:
    """Show each indicator with its chart and table, beside the trained people."""
    current = Quarter.of(lima_date(timezone.now()))
    quarters = last_quarters(current, QUARTERS_SHOWN)
    trained = trained_people(agency, quarters)
    shown = [_shown(one, quarters, trained, current) for one in kept_indicators(agency)]
    context = {
        "agency": agency,
        "shown": shown,
        "trained_chart": line_chart([(one, trained[one]) for one in quarters]),
        "beside": BESIDE,
    }
    return render(request, "desks/agency/indicators/page.html", context)


def _shown(
    kept: KeptIndicator, quarters: list[Quarter], trained: dict[Quarter, int], current: Quarter
) -> Shown:
    figures = [(one, kept.values[one].value if one in kept.values else None) for one in quarters]
    rows = tuple(
        Row(
            one,
            kept.values.get(one),
            tuple(kept.replaced.get(one, ())),
            trained[one],
            one == current,
        )
        for one in reversed(quarters)
    )
    return Shown(kept, line_chart(figures), rows)


def _status(form: Any) -> int:
    return 400 if form.is_bound and form.errors else 200


@for_coordinators("GET", "HEAD", "POST")
def define(request: HttpRequest, agency: Agency) -> HttpResponse:
    """Define an indicator, from nothing or from the words of a template."""
    user, offered = signed_in(request), templates()
    wanted = request.GET.get("plantilla", "")
    initial = next((asdict(one) for one in offered if one.key == wanted), {})
    data = request.POST if request.method == "POST" else None
    form = DefinitionForm(data, learner=user, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.define_indicator(
                agency=agency, defined=form.defined, acting_user=user, now=timezone.now()
            )
        except services.IndicatorRefused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, _("The indicator was added. Now enter its figures."))
            return redirect("agency_indicators", agency.pk)
    context = {"agency": agency, "form": form, "templates": offered}
    return render(request, "desks/agency/indicators/define.html", context, status=_status(form))


@for_coordinators("GET", "HEAD", "POST")
def redefine(request: HttpRequest, agency: Agency, indicator_id: int) -> HttpResponse:
    """Change the words of an indicator, or whether it may be shown."""
    indicator, user = access_indicator(agency, indicator_id), signed_in(request)
    initial = {
        name: getattr(indicator, name) for name in DefinitionForm.base_fields if name != "checked"
    }
    data = request.POST if request.method == "POST" else None
    form = DefinitionForm(data, learner=user, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.redefine_indicator(
                indicator=indicator, defined=form.defined, acting_user=user, now=timezone.now()
            )
        except services.IndicatorRefused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, _("The change was saved."))
            return redirect("agency_indicators", agency.pk)
    context = {"agency": agency, "form": form, "indicator": indicator}
    return render(request, "desks/agency/indicators/define.html", context, status=_status(form))


@for_coordinators("GET", "HEAD", "POST")
def enter(request: HttpRequest, agency: Agency, indicator_id: int) -> HttpResponse:
    """Enter the figure of a quarter, or correct it."""
    indicator, user = access_indicator(agency, indicator_id), signed_in(request)
    now = timezone.now()
    initial = {"quarter": request.GET.get("trimestre") or _last_over(lima_date(now))}
    data = request.POST if request.method == "POST" else None
    form = FigureForm(data, learner=user, today=lima_date(now), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.enter_value(
                indicator=indicator,
                quarter=form.chosen,
                value=form.cleaned_data["value"],
                note=form.cleaned_data["note"].strip(),
                acting_user=user,
                now=now,
            )
        except services.IndicatorRefused as refusal:
            form.add_error("quarter", str(refusal))
        else:
            messages.success(request, _("The figure was saved."))
            return redirect("agency_indicators", agency.pk)
    context = {"agency": agency, "form": form, "indicator": indicator}
    return render(request, "desks/agency/indicators/enter.html", context, status=_status(form))


def _last_over(today: Any) -> str:
    """Return the last quarter that is over: the one whose figure is due."""
    quarter = Quarter.of(today).previous
    return f"{quarter.year}-{quarter.number}"


@for_coordinators("GET", "HEAD", "POST")
def end(request: HttpRequest, agency: Agency, indicator_id: int) -> HttpResponse:
    """Stop keeping an indicator, after one more question."""
    indicator = access_indicator(agency, indicator_id)
    if request.method != "POST":
        context = {"agency": agency, "indicator": indicator}
        return render(request, "desks/agency/indicators/end.html", context)
    services.end_indicator(indicator=indicator, acting_user=signed_in(request), now=timezone.now())
    messages.success(request, _("The indicator is kept no more. Its figures stay on record."))
    return redirect("agency_indicators", agency.pk)


@for_coordinators("GET", "HEAD")
def file(request: HttpRequest, agency: Agency, kind: str) -> HttpResponse:
    """Give all figures as a file."""
    if kind not in CONTENT_TYPES:
        raise Http404
    kept = kept_indicators(agency)
    quarters = sorted({quarter for one in kept for quarter in one.values})
    content = indicators_file(
        agency,
        kept,
        trained_people(agency, quarters),
        kind=kind,
        asked_by=signed_in(request).get_display_name(),
    )
    name = f"{_('indicators')}-{timezone.localdate().isoformat()}"
    return sheet_answer(content, name=name, kind=kind)

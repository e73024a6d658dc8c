"""What agencies count themselves, and how many of their people finished a course: side by side."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Min, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from lms.accounts.models import Agency
from lms.learning.enums import EnrolmentState
from lms.learning.followups.quarters import Quarter
from lms.learning.models import AgencyIndicator, CohortPlace, IndicatorValue
from lms.learning.quiet_hours import lima_date

BESIDE = _("The figures stand beside each other. That does not say that one caused the other.")


@dataclass(frozen=True)
class Template:
    """Words that an agency may start from."""

    key: str
    name: str
    definition: str
    unit: str
    source: str


def templates() -> list[Template]:
    """Return the indicators that are offered, in neutral words, in the reader's language."""
    return [
        Template(
            "identificaciones",
            str(_("Identifications made")),
            str(
                _(
                    "How many times in the quarter the agency identified a person as in need of "
                    "protection, by its own procedure. Each is counted once, in the quarter in "
                    "which the procedure ended."
                )
            ),
            str(_("identifications")),
            str(_("Register of the agency, counted at the end of the quarter")),
        ),
        Template(
            "derivaciones",
            str(_("Referrals made")),
            str(
                _(
                    "How many times in the quarter the agency referred a person to another "
                    "service, and that service confirmed that it had received her or him."
                )
            ),
            str(_("referrals")),
            str(_("Register of referrals of the agency")),
        ),
        Template(
            "coordinaciones",
            str(_("Meetings of coordination held")),
            str(
                _(
                    "How many meetings with other institutions on protection were held in the "
                    "quarter, with minutes."
                )
            ),
            str(_("meetings")),
            str(_("Minutes that the agency keeps")),
        ),
    ]


@dataclass(frozen=True)
class KeptIndicator:
    """An indicator with its standing figures by quarter, and what was corrected in them."""

    indicator: AgencyIndicator
    values: Mapping[Quarter, IndicatorValue]
    replaced: Mapping[Quarter, Sequence[IndicatorValue]]


def indicators_of(agency: Agency) -> QuerySet[AgencyIndicator]:
    """Return the indicators that an agency keeps."""
    return AgencyIndicator.objects.filter(agency=agency, ended_at__isnull=True).order_by("name")


def kept_indicators(agency: Agency) -> list[KeptIndicator]:
    """Return the indicators of an agency with all their figures; two queries."""
    rows = list(indicators_of(agency))
    values = IndicatorValue.objects.filter(indicator__in=rows).select_related("entered_by")
    standing: dict[int, dict[Quarter, IndicatorValue]] = defaultdict(dict)
    replaced: dict[int, dict[Quarter, list[IndicatorValue]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for value in values.order_by("-entered_at", "-pk"):
        quarter = Quarter(value.year, value.quarter)
        if value.replaced_at is None:
            standing[value.indicator_id][quarter] = value
        else:
            replaced[value.indicator_id][quarter].append(value)
    return [KeptIndicator(row, standing[row.pk], replaced[row.pk]) for row in rows]


def trained_people(agency: Agency, quarters: Sequence[Quarter]) -> dict[Quarter, int]:
    """Return how many people had finished a course by the end of each quarter, each counted once.

    Of the agency's own nominations only, and in all courses together; one query.
    """
    places = CohortPlace.objects.nominated_by(agency).filter(
        enrolment__state=EnrolmentState.COMPLETED
    )
    first = places.values_list("enrolment__learner").annotate(
        at=Min("enrolment__completed_at", filter=Q(enrolment__completed_at__isnull=False))
    )
    days = [lima_date(at) for _learner, at in first.order_by() if at is not None]
    return {one: sum(day <= one.last_day for day in days) for one in quarters}


@dataclass(frozen=True)
class SharedIndicator:
    """An indicator that its agency shows in the report of a course."""

    agency: str
    name: str
    definition: str
    unit: str
    source: str
    values: tuple[tuple[Quarter, Decimal, str], ...]


def shared_indicators(
    agencies: Iterable[int], first: Quarter, last: Quarter
) -> list[SharedIndicator]:
    """Return what these agencies (by their numbers) agree to show, within these quarters; two queries.

    An indicator without a figure in them is left out.
    """
    rows = list(
        AgencyIndicator.objects.filter(agency__in=list(agencies), is_shared=True, ended_at=None)
        .select_related("agency")
        .order_by("agency__name", "name")
    )
    values = IndicatorValue.objects.filter(indicator__in=rows, replaced_at=None)
    found: dict[int, list[tuple[Quarter, Decimal, str]]] = defaultdict(list)
    for value in values.order_by("year", "quarter"):
        quarter = Quarter(value.year, value.quarter)
        if first <= quarter <= last:
            found[value.indicator_id].append((quarter, value.value, value.note))
    return [
        SharedIndicator(
            agency=row.agency.name,
            name=row.name,
            definition=row.definition,
            unit=row.unit,
            source=row.source,
            values=tuple(found[row.pk]),
        )
        for row in rows
        if found[row.pk]
    ]

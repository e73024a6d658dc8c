"""Application and impact in words: what came of it at work, and what agencies count themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lms.desks.reports.sections import Bar, Row, Section, Table, Value
from lms.learning.enums import FOLLOW_UP_INTERVALS
from lms.learning.evaluation.protecting import floor_to_ten, shown_table
from lms.learning.followups.indicator_queries import BESIDE, SharedIndicator, shared_indicators
from lms.learning.followups.quarters import Quarter
from lms.learning.followups.queries import (
    CurvePoint,
    PracticeSums,
    SupervisorSums,
    booster_curve,
    practice_sums,
    supervisor_sums,
)
from lms.learning.models import Enrolment
from lms.learning.periods import Period
from lms.learning.small_groups import FEWEST

MOST_INDICATORS = 8
"""As many as fit the four pages; all figures of a report stand on all of them or on none."""


@dataclass(frozen=True)
class After:
    """What was counted after a course, once for all languages."""

    practice: Sequence[PracticeSums]
    curve: Sequence[CurvePoint]
    supervisors: SupervisorSums

    @classmethod
    def of(cls, enrolments: QuerySet[Enrolment]) -> "After":
        """Return what is known of these learners."""
        return cls(
            practice=[practice_sums(enrolments, one) for one in FOLLOW_UP_INTERVALS],
            curve=booster_curve(enrolments),
            supervisors=supervisor_sums(enrolments),
        )

    def section(self) -> Section:
        """Return the section on application."""
        title = _("Application: what came of it at work")
        tables = [
            *_practice([one for one in self.practice if one.is_shown]),
            *_curve(self.curve),
            *_supervisors(self.supervisors),
        ]
        if not tables:
            words = _("Fewer than ten people have answered after the course so far.")
            return Section("application", title, (words,))
        about = _(
            "What people of this course said and did, of all periods, until the day of this "
            "report. Numbers of people are rounded down to tens."
        )
        return Section("application", title, (about,), tuple(tables))


def _practice(sums: Sequence[PracticeSums]) -> list[Table]:
    if not sums:
        return []
    means = [{one.question: one for one in part.questions} for part in sums]
    rows = [
        Row(str(question.label), tuple(_decimal(part[question].mean) for part in means))
        for question in means[0]
    ]
    people = tuple(floor_to_ten(one.people) for one in sums)
    return [
        Table(
            key="practice",
            title=_("Own practice, from 1 (never, or not sure) to 4 (always, or quite sure)"),
            heads=(_("Question"), *(str(one.interval.label) for one in sums)),
            rows=(*rows, Row(_("People, at least"), people)),
        )
    ]


def _curve(points: Sequence[CurvePoint]) -> list[Table]:
    shown = [point for point in points if point.mean is not None]
    if not shown:
        return []
    return [
        Table(
            key="boosters",
            title=_("Right answers in the boosters"),
            heads=(_("When"), _("Right answers"), _("People, at least")),
            rows=tuple(
                Row(
                    str(point.interval.label),
                    (
                        _percent(point.mean),
                        None if point.mean is None else floor_to_ten(point.people),
                    ),
                )
                for point in points
            ),
            bars=tuple(
                Bar(str(point.interval.label), float(point.mean) / 100, _percent(point.mean) or "")
                for point in shown
                if point.mean is not None
            ),
        )
    ]


def _supervisors(sums: SupervisorSums) -> list[Table]:
    if not sums.is_shown:
        return []
    return [
        Table(
            key="supervisors",
            title=_("What supervisors confirmed"),
            heads=(_("Statement"), _("Yes"), _("Partly"), _("Could not observe it")),
            rows=tuple(
                Row(str(statement.label), tuple(_shares(counts)))
                for statement, *counts in sums.lines
            ),
            note=_("In per cent of the answers, of at least %(people)s people.")
            % {"people": floor_to_ten(sums.people)},
        )
    ]


def _shares(counts: Sequence[int]) -> list[Value]:
    groups = {str(n): (count,) * 4 for n, count in enumerate(counts)}
    shown = {row.key: row.cells[0] for row in shown_table(groups).rows}
    cells = [shown.get(str(n)) for n in range(len(counts))]
    whole = sum(counts)
    return [None if cell is None else _percent(Decimal(cell * 100) / whole) for cell in cells]


@dataclass(frozen=True)
class Impact:
    """What the agencies of a report count themselves and agree to show."""

    quarters: Sequence[Quarter]
    indicators: Sequence[SharedIndicator]

    @classmethod
    def of(cls, agencies: frozenset[int], period: Period) -> "Impact":
        """Return the indicators that these agencies show, for the quarters of the period."""
        first, last = Quarter.of(period.starts_date), Quarter.of(period.ends_date)
        return cls(_quarters(first, last), shared_indicators(agencies, first, last))

    def section(self) -> Section:
        """Return the section on impact: beside the rest, and never as its effect."""
        title = _("Impact: what institutions count themselves")
        if not self.indicators:
            words = _("No institution of this report shows an indicator for this period.")
            return Section("impact", title, (words,))
        shown = self.indicators[:MOST_INDICATORS]
        paragraphs = [str(BESIDE)]
        if len(self.indicators) > len(shown):
            paragraphs.append(_("There are more indicators than this report shows."))
        return Section("impact", title, tuple(paragraphs), (self._table(shown),))

    def _table(self, shown: Sequence[SharedIndicator]) -> Table:
        return Table(
            key="impact",
            title=_("Figures entered by institutions, quarter by quarter"),
            heads=(_("Indicator"), *(quarter.label for quarter in self.quarters)),
            rows=tuple(
                Row(
                    f"{one.agency}: {one.name} ({one.unit}). {one.definition} {one.source}".strip(),
                    tuple(_entered(one, quarter) for quarter in self.quarters),
                )
                for one in shown
            ),
            note=_("Reserved: a count of fewer than ten."),
        )


def _quarters(first: Quarter, last: Quarter) -> list[Quarter]:
    found = [first]
    while found[-1] < last:
        found.append(found[-1].next)
    return found


def _entered(indicator: SharedIndicator, quarter: Quarter) -> Value:
    """Return a figure that an agency entered; a count of a few people is kept back."""
    value = next((value for known, value, _note in indicator.values if known == quarter), None)
    if value is None:
        return "\N{EN DASH}"
    return _decimal(value) if value >= FEWEST or "%" in indicator.unit else None


def _decimal(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _percent(value: Decimal | None) -> str | None:
    return None if value is None else f"{round(value)}\N{NO-BREAK SPACE}%"

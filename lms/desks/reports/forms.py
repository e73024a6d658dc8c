"""Which report: a course, and a period of it that is over."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lms.desks.reports.queries import ReportedCourse
from lms.learning.periods import Period, PeriodKind, periods_between, read_code


class ReportForm(forms.Form):
    """The periods offered reach from the first release of the oldest course until yesterday."""

    course = forms.ChoiceField(label=_("Course"))
    period = forms.ChoiceField(
        label=_("Period"),
        help_text=_(
            "Only periods that are over. The first report of a course decides whether its reports "
            "are by quarter, by half-year or by year."
        ),
    )

    def __init__(
        self, *args: Any, courses: Sequence[ReportedCourse], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.courses = {str(course.key): course for course in courses}
        first = min((course.since for course in courses), default=today)
        choices = [(key, course.title) for key, course in self.courses.items()]
        self._offer("course", choices)
        offered = [(str(kind.label), _choices(first, today, kind)) for kind in PeriodKind]
        self._offer("period", offered)
        self.has_periods = any(periods for _kind, periods in offered)

    def _offer(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def clean_period(self) -> Period:
        """Return the period."""
        period = read_code(self.cleaned_data["period"])
        if period is None:
            raise ValidationError(_("Choose one of the periods."))
        return period

    def clean_course(self) -> UUID:
        """Return the key of the course."""
        return self.courses[self.cleaned_data["course"]].key


def _choices(first: date, today: date, kind: PeriodKind) -> list[tuple[str, str]]:
    over = [period for period in periods_between(first, today, kind) if period.is_over(on=today)]
    return [(period.code, period.name) for period in reversed(over)]

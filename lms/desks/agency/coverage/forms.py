"""Which course, and on which day."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lms.desks.agency.coverage.queries import CoveredCourse

FARTHEST = timedelta(days=5 * 366)


class CoverageForm(forms.Form):
    """The course and the day, from the address; the first course and today where it says nothing."""

    curso = forms.ChoiceField(label=_("Course"), required=False)
    dia = forms.DateField(
        label=_("On the day"),
        help_text=_("Today, or a day to come: then you see who will have lapsed by then."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
    )

    def __init__(
        self, data: Any, *args: Any, courses: Sequence[CoveredCourse], today: date, **kwargs: Any
    ) -> None:
        self.courses, self.today = courses, today
        wanted = {"curso": data.get("curso") or "", "dia": data.get("dia") or today.isoformat()}
        super().__init__(wanted, *args, **kwargs)
        choice = self.fields["curso"]
        if isinstance(choice, forms.ChoiceField):
            choice.choices = [(str(course.key), course.title) for course in courses]
        if len(courses) < 2:
            del self.fields["curso"]

    def clean_dia(self) -> date:
        """Refuse the past, of which certificates do not tell, and what is too far away."""
        day: date = self.cleaned_data["dia"]
        if day < self.today:
            raise ValidationError(_("Choose today or a day to come."))
        if day > self.today + FARTHEST:
            raise ValidationError(_("Choose a day within the next five years."))
        return day

    @property
    def course(self) -> CoveredCourse | None:
        """The chosen course, else the first one; None where the agency has none."""
        wanted = str(self.cleaned_data.get("curso", "")) if self.is_valid() else self.data["curso"]
        named = (course for course in self.courses if str(course.key) == wanted)
        return next(named, self.courses[0] if self.courses else None)

    @property
    def day(self) -> date:
        """The chosen day; today where it cannot be used."""
        day: date = self.cleaned_data["dia"] if self.is_valid() else self.today
        return day

"""Forms for what a trainer changes for one learner."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.learning.attempts.services.reopening import MOST_MINUTES
from lms.learning.models import Exemption
from lms.learning.tailoring.services.rules import MOST_DAYS, MOST_FAILURES

LONGEST_REASON = Exemption._meta.get_field("reason").max_length
READ_BY_LEARNER = _("The learner reads it. Write nothing about a case or about her health.")


class ReasonForm(forms.Form):
    """Why something is changed for a learner."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why. The learner reads it.")},
        help_text=READ_BY_LEARNER,
    )


class DeadlineForm(ReasonForm):
    """The last day of one learner."""

    due_date = forms.DateField(
        label=_("New deadline"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The last day on which she can work in the course."),
        error_messages={"required": _("Choose the last day.")},
    )
    field_order = ("due_date", "reason")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_due_date(self) -> date:
        """Refuse a day that is over."""
        day: date = self.cleaned_data["due_date"]
        if day < self.today:
            raise forms.ValidationError(_("This day is over: choose today or a later day."))
        return day


class ReopenForm(ReasonForm):
    """How long an attempt is open again, and why."""

    minutes = forms.IntegerField(
        label=_("Minutes"),
        min_value=1,
        max_value=MOST_MINUTES,
        help_text=_("From the moment in which you open it, whether or not she is there."),
        error_messages={"required": _("Say for how many minutes.")},
    )
    field_order = ("minutes", "reason")


class StuckRuleForm(forms.Form):
    """After what somebody counts as stuck."""

    stuck_days = forms.IntegerField(
        label=_("Days without anything done"), min_value=1, max_value=MOST_DAYS
    )
    stuck_failures = forms.IntegerField(
        label=_("Attempts at one quiz that were not passed"), min_value=1, max_value=MOST_FAILURES
    )

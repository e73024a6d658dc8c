"""Forms of the list of attempts: filters, annulment, allowance."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.models import Quiz
from lms.learning.models import Allowance
from lms.learning.supervision.enums import Shown

MOST_MINUTES = 600
MOST_ATTEMPTS = 20
LONGEST_ANNULMENT = 2000


class FilterForm(forms.Form):
    """Which learners the list shows; what cannot be read filters nothing."""

    name = forms.CharField(label=_("Name"), required=False, max_length=100)
    shown = forms.ChoiceField(label=_("Show"), required=False, choices=Shown.choices)

    def wanted(self) -> dict[str, str]:
        """Return the filters that are right by themselves."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


class AnnulForm(forms.Form):
    """Why an attempt is annulled."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_ANNULMENT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say why the attempt is annulled.")},
        help_text=_(
            "It is kept with the attempt and in the audit trail. Write it so that the learner could "
            "read it, and nothing of a real case."
        ),
    )


class AllowanceForm(forms.Form):
    """More time or more attempts for one learner at one quiz."""

    extra_attempts = forms.IntegerField(
        label=_("Extra attempts"),
        required=False,
        min_value=0,
        max_value=MOST_ATTEMPTS,
        help_text=_(
            "They come on top of the attempts that the quiz allows, without waiting. So a learner "
            "may try afresh after having read the rule of safety."
        ),
    )
    extra_minutes = forms.IntegerField(
        label=_("Extra minutes"),
        required=False,
        min_value=0,
        max_value=MOST_MINUTES,
        help_text=_("For each attempt, the one under way included."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=Allowance._meta.get_field("reason").max_length,
        error_messages={"required": _("Say why. Only trainers see it.")},
        help_text=_("Only trainers see it. Write no diagnosis and nothing about a case."),
    )

    def __init__(self, *args: Any, quiz: Quiz, attempts_allowed: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_clock = bool(quiz.time_limit_minutes or quiz.closes_at)
        self.has_limit = attempts_allowed is not None or quiz.wait_minutes > 0

    def clean(self) -> dict[str, Any]:
        """Ask for something that can be used: minutes where a clock runs, attempts where a limit is."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("extra_attempts", "extra_minutes"):
            if name not in self.errors:
                cleaned[name] = cleaned.get(name) or 0
        if cleaned.get("extra_minutes") and not self.has_clock:
            self.add_error("extra_minutes", _("No clock runs in this quiz."))
        if cleaned.get("extra_attempts") and not self.has_limit:
            self.add_error(
                "extra_attempts", _("This quiz may be tried as often as one wants already.")
            )
        amounts = (cleaned.get("extra_attempts"), cleaned.get("extra_minutes"))
        if not self.errors.keys() & {"extra_attempts", "extra_minutes"} and not any(amounts):
            self.add_error("extra_attempts", _("Give extra minutes, extra attempts or both."))
        return cleaned

"""Forms of indicators; no word in them may be data of a real case."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.accounts.models import User
from lms.learning.followups.quarters import Quarter, last_quarters, read_figure
from lms.learning.followups.services import Defined
from lms.learning.guarded_forms import GuardedForm

QUARTERS_OFFERED = 12


class DefinitionForm(GuardedForm):
    """What an indicator is; all of it is asked for."""

    guarded = ("name", "definition", "unit", "source")

    name = forms.CharField(
        label=gettext_lazy("Name of the indicator"),
        max_length=120,
        error_messages={"required": gettext_lazy("Give it a name.")},
    )
    definition = forms.CharField(
        label=gettext_lazy("What is counted, and how"),
        help_text=gettext_lazy(
            "So exactly that somebody else would count the same. Only sums, never a person."
        ),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Say what is counted, and how.")},
    )
    unit = forms.CharField(
        label=gettext_lazy("Unit of measure"),
        help_text=gettext_lazy("For example: referrals, meetings, per cent."),
        max_length=60,
        error_messages={"required": gettext_lazy("Say in which unit.")},
    )
    source = forms.CharField(
        label=gettext_lazy("Where the figure comes from"),
        help_text=gettext_lazy("The register or report from which it can be counted again."),
        max_length=200,
        error_messages={"required": gettext_lazy("Say where the figure comes from.")},
    )
    is_shared = forms.BooleanField(
        label=gettext_lazy("May be shown in the report of a course"),
        help_text=gettext_lazy("Those who run and finance the course then see it, with your name."),
        required=False,
    )

    @property
    def defined(self) -> Defined:
        """What was written, without blanks around it."""
        data = self.cleaned_data
        texts = {name: data[name].strip() for name in self.guarded}
        return Defined(**texts, is_shared=data["is_shared"])


class FigureForm(GuardedForm):
    """The figure of one quarter, with a note."""

    guarded = ("note",)

    quarter = forms.ChoiceField(
        label=gettext_lazy("Quarter"),
        error_messages={
            "required": gettext_lazy("Choose a quarter that has begun."),
            "invalid_choice": gettext_lazy("Choose a quarter that has begun."),
        },
    )
    value = forms.CharField(
        label=gettext_lazy("Figure"),
        help_text=gettext_lazy("A sum of the whole agency, like 12 or 3,5."),
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Write the figure.")},
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        help_text=gettext_lazy("What one must know to read it. Nothing about a person or a case."),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: Any = None, *, learner: User, today: date, **options: Any) -> None:
        super().__init__(data, learner=learner, **options)
        offered = last_quarters(Quarter.of(today), QUARTERS_OFFERED)[::-1]
        self.quarters = {f"{one.year}-{one.number}": one for one in offered}
        field = self.fields["quarter"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(key, one.label) for key, one in self.quarters.items()]

    def clean_value(self) -> Decimal:
        """Return the figure, with a comma or a point."""
        found = read_figure(self.cleaned_data["value"])
        if found is None:
            raise ValidationError(
                _(
                    "Write a number that is not below zero, with two decimals at most: 12, 3,5 or "
                    "1 250."
                )
            )
        return found

    @property
    def chosen(self) -> Quarter:
        """The chosen quarter."""
        return self.quarters[self.cleaned_data["quarter"]]

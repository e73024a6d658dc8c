"""Which learners of a cohort are shown, and in which order; what cannot be read filters nothing."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.desks.following.enums import Order, Shown


class MatrixForm(forms.Form):
    """Filters and order of the matrix."""

    name = forms.CharField(label=_("Name"), required=False, max_length=100)
    shown = forms.ChoiceField(label=_("Show"), required=False, choices=Shown.choices)
    agency = forms.ChoiceField(label=_("Agency"), required=False)
    order = forms.ChoiceField(label=_("Order"), required=False, choices=Order.choices)

    def __init__(self, *args: Any, agencies: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"] = forms.ChoiceField(
            label=_("Agency"),
            required=False,
            choices=[("", _("all")), *((name, name) for name in agencies)],
        )

    def wanted(self) -> dict[str, str]:
        """Return the filters that are right by themselves."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}

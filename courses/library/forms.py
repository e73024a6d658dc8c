"""The search of the library."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.enums import Region, SourceState
from courses.library.queries import Wanted

LONGEST_SEARCH = 100
KINDS = [
    ("", _("Everything")),
    ("norms", _("Norms")),
    ("services", _("Services")),
    ("figures", _("Figures")),
    ("cards", _("Cards to print")),
    ("terms", _("Glossary")),
    ("lines", _("Helplines")),
]


class SearchForm(forms.Form):
    """Words and filters; every field may stay empty."""

    q = forms.CharField(
        label=_("What are you looking for?"),
        required=False,
        max_length=LONGEST_SEARCH,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    tipo = forms.ChoiceField(label=_("Where"), required=False, choices=KINDS)
    region = forms.ChoiceField(
        label=_("Region"), required=False, choices=[("", _("The whole country")), *Region.choices]
    )
    estado = forms.ChoiceField(
        label=_("State of the norm"), required=False, choices=[("", _("Any")), *SourceState.choices]
    )

    def wanted(self) -> Wanted:
        """Return what is looked for; a filter that does not exist is left out, its message stays."""
        values: dict[str, Any] = self.cleaned_data
        return Wanted(
            words=values.get("q", ""),
            shelf=values.get("tipo", ""),
            region=values.get("region", ""),
            state=values.get("estado", ""),
        )

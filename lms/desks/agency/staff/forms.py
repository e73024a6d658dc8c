"""Forms of the coordinator's people."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.accounts.documents import clean_document_number
from lms.accounts.enums import DocumentKind, Language
from lms.accounts.forms import FullNameField
from lms.accounts.models import Unit
from lms.accounts.units.queries import UnitNode
from lms.desks.agency.staff.enums import StaffState
from lms.desks.agency.staff.queries import (
    NOBODY_NOMINATED,
    WITHOUT_UNIT,
    ListedCohort,
    StaffFilter,
)

LONGEST_REASON = 300
SOON_DAYS = "90"
FIRST = ("nombre", "estado")


def unit_choices(tree: Iterable[UnitNode]) -> list[tuple[str, str]]:
    """Return the units by their whole paths."""
    return [(str(node.pk), node.path) for node in tree]


class StaffFilterForm(forms.Form):
    """Whom the list shows; what cannot be read filters nothing."""

    nombre = forms.CharField(label=_("Name"), required=False, max_length=100)
    estado = forms.ChoiceField(label=_("State"), required=False)
    unidad = forms.ChoiceField(label=_("Unit, and those below it"), required=False)
    cohorte = forms.ChoiceField(label=_("Cohort"), required=False)
    vencen = forms.BooleanField(
        label=_("Certificate ends within 90 days"),
        required=False,
        widget=forms.CheckboxInput(attrs={"value": SOON_DAYS}),
    )
    antes = forms.BooleanField(label=_("Those who do not belong here any more"), required=False)

    def __init__(
        self, *args: Any, tree: Sequence[UnitNode], cohorts: Iterable[ListedCohort], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        states = [(NOBODY_NOMINATED, _("not nominated yet")), *StaffState.choices]
        choices: dict[str, list[tuple[str, Any]]] = {
            "estado": states,
            "unidad": [(WITHOUT_UNIT, _("without a unit")), *unit_choices(tree)] if tree else [],
            "cohorte": [(str(one.pk), f"{one.name} · {one.title}") for one in cohorts],
        }
        for name, found in choices.items():
            if not found:
                del self.fields[name]
                continue
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = [("", _("All of them")), *found]

    def wanted(self) -> StaffFilter:
        """Return the filter."""
        self.is_valid()
        data = self.cleaned_data
        return StaffFilter(
            text=data.get("nombre", ""),
            state=data.get("estado", ""),
            unit=data.get("unidad", ""),
            cohort_id=int(data["cohorte"]) if data.get("cohorte") else None,
            ends_soon=data.get("vencen", False),
            is_former=data.get("antes", False),
        )

    def first(self) -> list[forms.BoundField]:
        """Return the filters that everybody needs."""
        return [field for field in self if field.name in FIRST]

    def more(self) -> list[forms.BoundField]:
        """Return the other ones."""
        return [field for field in self if field.name not in FIRST]

    def has_more(self) -> bool:
        """Say whether one of the other ones is set."""
        return any(value for name, value in self.cleaned_data.items() if name not in FIRST)


class UnitForm(forms.Form):
    """A unit of the agency, or none."""

    unit = forms.ChoiceField(label=_("Unit"), required=False)

    def __init__(self, *args: Any, tree: Sequence[UnitNode], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units: dict[str, Unit] = {str(node.pk): node.unit for node in tree}
        field = self.fields["unit"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("without a unit")), *unit_choices(tree)]
        if not self.units:
            del self.fields["unit"]

    def chosen(self) -> Unit | None:
        """Return the unit that was chosen; None for none."""
        return self.units.get(self.cleaned_data.get("unit", ""))


class InviteForm(UnitForm):
    """Somebody who is invited by mail."""

    field_order = ("full_name", "email", "unit", "language", "document_kind", "document_number")
    full_name = FullNameField(
        help_text=_("As in the identity document. Whoever accepts can still correct it.")
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("An address that only this person reads."),
    )
    language = forms.ChoiceField(
        label=_("Language of the mail"), choices=Language.choices, initial=Language.SPANISH
    )
    document_kind = forms.ChoiceField(
        label=_("Kind of document"),
        required=False,
        choices=[("", _("none")), *DocumentKind.choices],
    )
    document_number = forms.CharField(
        label=_("Number of the document"),
        required=False,
        max_length=20,
        help_text=_("It is kept encrypted until the person answers, and shown to nobody whole."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a document without its kind or number, and a number of the wrong shape."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        kind, number = data.get("document_kind", ""), data.get("document_number", "")
        if number and not kind:
            self.add_error("document_kind", _("Choose the kind of the document."))
        elif kind and not number:
            self.add_error("document_number", _("Write the number of the document."))
        elif kind:
            try:
                clean_document_number(kind, number)
            except forms.ValidationError as error:
                self.add_error("document_number", error)
        return data

    def given(self) -> dict[str, Any]:
        """Return what the invitation is made of."""
        names = ("full_name", "email", "language", "document_kind", "document_number")
        return {"unit": self.chosen(), **{name: self.cleaned_data[name] for name in names}}


class NominateForm(forms.Form):
    """To which cohort."""

    cohort = forms.ChoiceField(
        label=_("To which cohort"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a cohort."),
            "invalid_choice": _("Choose a cohort."),
        },
    )

    def __init__(self, *args: Any, cohorts: Iterable[ListedCohort], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["cohort"]
        choices = [
            (str(one.pk), f"{one.name} · {one.title}") for one in cohorts if one.takes_nominations
        ]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices
        if len(choices) == 1:
            self.initial["cohort"] = choices[0][0]


class ReasonForm(forms.Form):
    """Why a nomination is taken back."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        help_text=_("The person reads it. Write nothing about cases or health."),
        error_messages={"required": _("Write the reason in a few words.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class EndForm(forms.Form):
    """The last day of a membership."""

    last_date = forms.DateField(
        label=_("Last day in the institution"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose a day."), "invalid": _("Choose a day.")},
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=LONGEST_REASON,
        help_text=_("For the record of the institution, for instance a transfer."),
    )

    def __init__(self, *args: Any, first: date, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["last_date"] = today
        self.fields["last_date"].widget.attrs.update(
            {"min": first.isoformat(), "max": today.isoformat()}
        )

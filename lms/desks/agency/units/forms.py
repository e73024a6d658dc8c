"""Forms of the units: one of them, a whole list, and what becomes of a closed one's people."""

from collections.abc import Collection, Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lms.accounts.enums import UnitKind
from lms.accounts.models import Unit
from lms.accounts.units.paths import LONGEST_NAME, clean_unit_name
from lms.accounts.units.queries import MOST_DEPTH, UnitNode

LONGEST_LIST = 400_000


class PlaceField(forms.TypedChoiceField):
    """A choice among the units of a tree, by their paths; it gives the unit, or None."""

    def __init__(self, **kwargs: Any) -> None:
        self.units: dict[str, Unit] = {}
        super().__init__(coerce=self.unit_of, empty_value=None, **kwargs)

    def unit_of(self, value: str) -> Unit | None:
        """Return the unit with this number."""
        return self.units.get(value)

    def offer(
        self, nodes: Iterable[UnitNode], *, empty: Any, without: Collection[int] = ()
    ) -> None:
        """Offer these units, and what the empty choice says."""
        offered = [node for node in nodes if node.pk not in without]
        self.units = {str(node.pk): node.unit for node in offered}
        self.coerce = self.unit_of
        self.choices = [("", empty), *((str(node.pk), node.path) for node in offered)]


class UnitForm(forms.Form):
    """A unit: its name, what it is, and where it stands."""

    name = forms.CharField(
        label=_("Name"),
        max_length=LONGEST_NAME,
        help_text=_("For example “Comisaría Paso Real” or “Turno noche”."),
    )
    kind = forms.ChoiceField(
        label=_("What it is"), choices=UnitKind.choices, widget=forms.RadioSelect
    )
    parent = PlaceField(label=_("It belongs to"), required=False)

    def __init__(
        self, *args: Any, nodes: Iterable[UnitNode], without: Collection[int] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        roomy = [node for node in nodes if node.depth < MOST_DEPTH]
        place = self.fields["parent"]
        if isinstance(place, PlaceField):
            place.offer(roomy, empty=_("the agency itself"), without=without)

    def clean_name(self) -> str:
        """Return the name as it is stored."""
        return clean_unit_name(self.cleaned_data["name"])


class PasteUnitsForm(forms.Form):
    """Many units at once."""

    paths = forms.CharField(
        label=_("Units"),
        max_length=LONGEST_LIST,
        strip=False,
        help_text=_(
            "One on each line, with what it belongs to before it: "
            "Región Sur / Comisaría Paso Real / Turno noche. "
            "Three columns of a spreadsheet can be pasted as they are."
        ),
        error_messages={"required": _("Paste at least one unit.")},
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false", "autocomplete": "off"}),
    )

    def clean_paths(self) -> str:
        """Refuse a list of blanks."""
        text: str = self.cleaned_data["paths"]
        if not text.strip():
            raise ValidationError(_("Paste at least one unit."))
        return text


class CloseUnitForm(forms.Form):
    """Where the people of a unit go that is closed, and the units below it."""

    target = PlaceField(label=_("They go to"), required=False)

    def __init__(
        self, *args: Any, nodes: Iterable[UnitNode], without: Collection[int], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        place = self.fields["target"]
        if isinstance(place, PlaceField):
            place.offer(nodes, empty=_("no unit, only the agency"), without=without)

"""Forms of the accounts without an e-mail address."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lms.accounts.codes.usernames import LONGEST_USERNAME, clean_username
from lms.accounts.enums import Language
from lms.accounts.forms import FullNameField
from lms.accounts.units.queries import UnitNode
from lms.desks.agency.codes.members import HAS_ENTERED, NEVER_ENTERED
from lms.desks.agency.units.forms import PlaceField


class AccountForm(forms.Form):
    """An account for somebody without an e-mail address."""

    full_name = FullNameField(widget=forms.TextInput(attrs={"autocomplete": "off"}))
    username = forms.CharField(
        label=_("User name"),
        required=False,
        max_length=LONGEST_USERNAME,
        help_text=_("Leave it empty and the site makes one. It stands on the paper."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    unit = PlaceField(label=_("Unit"), required=False)
    language = forms.ChoiceField(
        label=_("Language"), choices=Language.choices, initial=Language.SPANISH
    )

    def __init__(self, *args: Any, nodes: Sequence[UnitNode], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place = self.fields["unit"]
        if isinstance(place, PlaceField):
            place.offer(nodes, empty=_("no unit, only the agency"))

    def clean_username(self) -> str:
        """Return the user name as it is stored; '' where the site is to make one."""
        text: str = self.cleaned_data["username"]
        return clean_username(text) if text else ""


class PaperInviteForm(forms.Form):
    """Somebody who has an account already, as her agency writes her name."""

    full_name = FullNameField(
        help_text=_(
            "As your institution writes it. It stands on the paper and in your list until she accepts."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    unit = PlaceField(label=_("Unit"), required=False)

    def __init__(self, *args: Any, nodes: Sequence[UnitNode], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place = self.fields["unit"]
        if isinstance(place, PlaceField):
            place.offer(nodes, empty=_("no unit, only the agency"))


class CodesFilterForm(forms.Form):
    """Whom the list shows."""

    estado = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[
            ("", pgettext_lazy("people without e-mail", "all of them")),
            (NEVER_ENTERED, _("who has never entered")),
            (HAS_ENTERED, _("who has her own password")),
        ],
    )
    unidad = PlaceField(label=_("Unit, with those below"), required=False)

    def __init__(self, *args: Any, nodes: Sequence[UnitNode], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place = self.fields["unidad"]
        if isinstance(place, PlaceField):
            place.offer(nodes, empty=_("all units"))

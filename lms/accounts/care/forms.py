"""The form by which somebody asks to be contacted: a way and an hour, and no place for more."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from lms.accounts.enums import ContactWay

LONGEST = 100
LONGEST_ANSWER = 500
TELEPHONE = re.compile(r"\+?[0-9 ()./-]{6,30}")


class WishForm(forms.Form):
    """A safe way and a safe hour."""

    way = forms.ChoiceField(
        label=_("How can you be reached safely?"),
        choices=ContactWay.choices,
        widget=forms.RadioSelect,
    )
    address = forms.CharField(
        label=_("Telephone number or e-mail"),
        required=False,
        max_length=LONGEST,
        help_text=_("One that nobody else answers or reads. Leave it empty for an answer here."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    hour = forms.CharField(
        label=_("At what day and hour is it safe?"),
        max_length=LONGEST,
        help_text=_("For example: Tuesdays between 3 and 5 in the afternoon."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    may_leave_message = forms.BooleanField(
        label=_("A message may be left if I do not answer"), required=False
    )

    def clean(self) -> dict[str, Any]:
        """Check the number or the address against the way; the page itself needs neither."""
        data = super().clean() or {}
        way, address = data.get("way"), data.get("address", "")
        if way == ContactWay.PAGE:
            data["address"] = ""
        elif way == ContactWay.TELEPHONE and not TELEPHONE.fullmatch(address):
            self.add_error("address", _("Write the telephone number, with digits only."))
        elif way == ContactWay.EMAIL:
            try:
                validate_email(address)
            except ValidationError:
                self.add_error("address", _("Write the whole e-mail address."))
        return data


class AnswerForm(forms.Form):
    """What a named person answers on the page."""

    text = forms.CharField(
        label=_("Answer on the page"),
        max_length=LONGEST_ANSWER,
        help_text=_(
            "The person reads it when she opens the page. Ask nothing about what happened."
        ),
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
    )

"""The tick by which somebody agrees while an account is made, bound to the text that she read."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.accounts.enums import ConsentPurpose
from lms.accounts.models import ConsentText
from lms.accounts.privacy.queries import current_text

AGREES = "agrees"


class AgreementBox(forms.CheckboxInput):
    """A box whose value is the number of the text that stands beside it."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        """Return the number that was sent; '' if the box was not ticked."""
        return str(data.get(name, ""))


class AgreementField(forms.Field):
    """A tick that is never there beforehand; what it sends is the number of the text."""

    text: ConsentText
    widget = AgreementBox

    def __init__(self, text: ConsentText) -> None:
        number = str(text.number)
        box = AgreementBox(attrs={"value": number}, check_test=lambda value: value == number)
        super().__init__(
            label=_("I have read how my data are used, and I agree."),
            widget=box,
            error_messages={"required": _("Without your agreement no account can be made.")},
        )
        self.text = text

    def clean(self, value: Any) -> bool:
        """Return True for a tick beside today's text; refuse one beside an older text."""
        ticked = super().clean(value)
        if ticked != str(self.text.number):
            raise ValidationError(
                _("This text has changed in the meantime. Please read the new one.")
            )
        return True


class AgreementMixin:
    """Adds the tick to a form as its last field, where there is a text to agree to."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        text = current_text(ConsentPurpose.PARTICIPATION, on=timezone.localdate())
        if text is not None:
            self.fields[AGREES] = AgreementField(text)

"""Forms: taking one's name off a certificate."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from certificates.codes import GROUP, LONGEST_READ, read_part
from certificates.models import Certificate


class RemovalForm(forms.Form):
    """What becomes of the certificate, and the first group of its code, typed by hand."""

    KEEP, END = "keep", "end"

    choice = forms.ChoiceField(
        label=_("What happens to the certificate"),
        choices=[
            (KEEP, _("It goes on, without my name")),
            (END, _("It ends too: whoever checks it reads that it was revoked at my request")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two.")},
    )
    code_start = forms.CharField(
        label=_("The first four characters of the code"),
        help_text=_("So that nobody does this by mistake."),
        max_length=LONGEST_READ,
        error_messages={"required": _("Type the first four characters of the code.")},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "class": "code holding-start",
            }
        ),
    )

    def __init__(self, *args: Any, certificate: Certificate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.certificate = certificate

    def clean_code_start(self) -> str:
        """Refuse everything but the beginning of the code, or the whole of it."""
        typed = read_part(self.cleaned_data["code_start"])
        code = self.certificate.code
        if typed not in (code[:GROUP], code):
            raise forms.ValidationError(
                _("These are not the first four characters of the code. Nothing was changed.")
            )
        return typed

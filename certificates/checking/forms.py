"""Forms of the check: the code that somebody types, the file that somebody has."""

import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from certificates.codes import LENGTH, LONGEST_READ, read_code
from certificates.pdf_checking import LARGEST_PDF

TOO_LARGE = _("This file is larger than 5 MB. A certificate of this site is much smaller.")


class CodeForm(forms.Form):
    """The code of a certificate, typed as it comes."""

    code = forms.CharField(
        label=_("Certificate code"),
        help_text=_("20 letters and digits. Capitals, spaces and hyphens do not matter."),
        error_messages={"required": _("Type the code that stands on the certificate.")},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "class": "code",
            }
        ),
    )

    def clean_code(self) -> str:
        """Return the code that was meant."""
        typed: str = self.cleaned_data["code"]
        code = read_code(typed)
        if code is not None:
            return code
        foreign = _foreign_letter(typed[:LONGEST_READ])
        if foreign:
            raise forms.ValidationError(
                _(
                    "“%(letter)s” is a letter of another alphabet, although it may look like one "
                    "of ours. Type the code with the letters A to Z and the digits 0 to 9."
                ),
                params={"letter": foreign},
            )
        signs = sum(sign.isalnum() for sign in typed[:LONGEST_READ])
        raise forms.ValidationError(
            _(
                "A code has %(length)d letters and digits, and never the letter U. What you "
                "typed has %(signs)d. Compare it with the certificate."
            ),
            params={"length": LENGTH, "signs": signs},
        )


def _foreign_letter(typed: str) -> str:
    """Return the first letter that is not Latin; '' if there is none."""
    plain = unicodedata.normalize("NFKC", typed)
    letters = (one for one in plain if one.isalpha())
    return next((one for one in letters if "LATIN" not in unicodedata.name(one, "")), "")


class PdfForm(forms.Form):
    """The file of a certificate; it is looked at and never kept."""

    file = forms.FileField(
        label=_("PDF of the certificate"),
        help_text=_("Up to 5 MB. It is checked here and not kept."),
        error_messages={
            "required": _("Choose the PDF file of the certificate."),
            "missing": _("Choose the PDF file of the certificate."),
            "empty": _("This file is empty. Choose the PDF file of the certificate."),
            "invalid": _("Choose the PDF file of the certificate."),
        },
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
    )

    def clean_file(self) -> Any:
        """Refuse what is too large to be one of ours."""
        file = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_PDF:
            raise forms.ValidationError(TOO_LARGE, code="too_large")
        return file

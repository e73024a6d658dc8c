"""Forms: closing an account."""

from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from lms.accounts.account_forms import AuthenticateForm
from lms.accounts.enums import ErasureGround
from lms.accounts.models import User

KEEP, WITHDRAW = "conservar", "retirar"
CERTIFICATES = (
    (KEEP, _("They can still be checked by their code, without my name")),
    (WITHDRAW, _("They end: whoever checks them reads that they were revoked at my request")),
)


class CertificatesForm(forms.Form):
    """What becomes of live certificates; asked only where there are any."""

    certificates = forms.ChoiceField(
        label=_("What happens to your certificates"),
        choices=CERTIFICATES,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose one of the two."),
            "invalid_choice": _("Choose one of the two."),
        },
    )


class ClosingForm(forms.Form):
    """The last confirmation: the password, the second step where there is one, and a clear yes."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    code = forms.CharField(
        label=_("Code"),
        help_text=_("The 6 digits that your app shows now, or one of your recovery codes."),
        max_length=254,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false"}
        ),
    )
    is_sure = forms.BooleanField(
        label=_("I know that this cannot be undone, by nobody."),
        error_messages={"required": _("Tick this box if you really want to close your account.")},
    )

    def __init__(self, *args: Any, request: HttpRequest, has_factor: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        if not has_factor:
            del self.fields["code"]

    def clean(self) -> dict[str, Any]:
        """Compare password and code last, when all else is right: a code works once."""
        cleaned: dict[str, Any] = super().clean() or {}
        user = self.request.user
        if self.errors or not isinstance(user, User):
            return cleaned
        adapter = get_adapter(self.request)
        if not adapter.reauthenticate(user, cleaned["password"]):
            self.add_error("password", adapter.validation_error("incorrect_password"))
        elif "code" in self.fields:
            second = AuthenticateForm({"code": cleaned["code"]}, user=user)
            for error in second.errors.get("code", []):
                self.add_error("code", error)
        return cleaned


class RequestForm(CertificatesForm):
    """What an administrator notes who erases a person on request."""

    field_order = ["ground", "certificates", "is_checked"]

    ground = forms.ChoiceField(
        label=_("Who asked"),
        choices=[one for one in ErasureGround.choices if one[0] != ErasureGround.SELF],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say who asked.")},
    )
    is_checked = forms.BooleanField(
        label=_("I have read the request and know who signed it. It is kept on file."),
        error_messages={"required": _("Read the request first, and tick this box.")},
    )

    def __init__(self, *args: Any, has_certificates: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_certificates:
            del self.fields["certificates"]

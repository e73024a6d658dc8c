"""Forms of the page for a code on paper."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lms.accounts.codes.usernames import LONGEST_USERNAME
from lms.accounts.codes.words import plain_code
from lms.accounts.forms import FullNameField
from lms.accounts.privacy.agreement import AgreementMixin

LONGEST_TYPED = 60
PASSWORD_LENGTH = 1000
PASSWORD_HELP = _("At least 10 characters, not only digits, and no very common password.")


class PaperCodeField(forms.CharField):
    """A code as somebody types it from a paper."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Code"))
        kwargs.setdefault("max_length", LONGEST_TYPED)
        kwargs.setdefault(
            "help_text",
            _("As it stands on the paper. Hyphens and small letters make no difference."),
        )
        attrs = {
            "autocomplete": "one-time-code",
            "autocapitalize": "characters",
            "spellcheck": "false",
        }
        kwargs.setdefault("widget", forms.TextInput(attrs=attrs))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        """Refuse what cannot be a code, which is then not counted as a wrong one."""
        code = plain_code(super().clean(value))
        if not code:
            raise ValidationError(_("A code has ten letters and digits. Look at the paper again."))
        return code


class CodeForm(forms.Form):
    """What stands on the paper."""

    username = forms.CharField(
        label=_("User name"),
        max_length=LONGEST_USERNAME,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    code = PaperCodeField()


class OwnPasswordForm(AgreementMixin, CodeForm):
    """The password that the person chooses, her name as she confirms it, and the tick that agrees."""

    full_name = FullNameField()
    password1 = forms.CharField(
        label=_("Password"),
        max_length=PASSWORD_LENGTH,
        strip=False,
        help_text=PASSWORD_HELP,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=_("Password, once more"),
        max_length=PASSWORD_LENGTH,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("username", "code"):
            self.fields[name].widget = forms.HiddenInput()

    def clean_password1(self) -> str:
        """Refuse a weak password; what resembles her name is refused once the code is right."""
        password: str = self.cleaned_data["password1"]
        validate_password(password)
        return password

    def clean(self) -> dict[str, Any]:
        """Compare the two passwords."""
        data = super().clean() or {}
        if "password1" in data and "password2" in data and data["password1"] != data["password2"]:
            self.add_error("password2", _("The two passwords are not the same."))
        return data

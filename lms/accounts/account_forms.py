"""allauth's forms in the house's words: no placeholders, clear labels, errors at the field.

They stand apart from `forms` because allauth imports that module while its own forms load.
"""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms
from django.core.validators import MaxLengthValidator
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from lms.accounts.models import User
from lms.accounts.privacy.agreement import AgreementMixin

EMAIL_LENGTH = 254
PASSWORD_LENGTH = 1000
PASSWORD_HELP = _("At least 10 characters, not only digits, and no very common password.")


class PlainFieldsMixin:
    """Takes the placeholders away, which vanish while one types, and limits what is too long."""

    fields: dict[str, forms.Field]
    labels: dict[str, Any] = {}
    helps: dict[str, Any] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.helps.get(name, "") if name != "full_name" else field.help_text
            if isinstance(field, forms.EmailField):
                field.validators.append(MaxLengthValidator(EMAIL_LENGTH))
            if isinstance(field.widget, forms.PasswordInput):
                field.validators.append(MaxLengthValidator(PASSWORD_LENGTH))


class CodeFieldMixin(PlainFieldsMixin):
    """A code of an authenticator app, or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs.update({"autocapitalize": "off", "spellcheck": "false"})
        self.fields["code"].validators.append(MaxLengthValidator(EMAIL_LENGTH))


class LoginForm(PlainFieldsMixin, account.LoginForm):
    """Login by e-mail or user name."""

    labels = {"login": _("E-mail or user name"), "password": _("Password")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs.update(
            {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        )
        self.fields["login"].validators.append(MaxLengthValidator(EMAIL_LENGTH))


class SignupForm(AgreementMixin, PlainFieldsMixin, account.SignupForm):
    """Sign-up: name, address, password twice, and the tick that agrees."""

    field_order = ["full_name", "email", "password1", "password2"]
    labels = {
        "email": _("E-mail"),
        "password1": _("Password"),
        "password2": _("Password, once more"),
    }
    helps = {
        "email": _("We send you a link there to confirm it. Use an address that only you read."),
        "password1": PASSWORD_HELP,
    }

    def try_save(self, request: Any) -> Any:
        """Store the person; a second press of the button gets the same answer as the first."""
        try:
            with transaction.atomic():
                return super().try_save(request)
        except IntegrityError:
            if not User.objects.filter(email__iexact=self.cleaned_data["email"]).exists():
                raise
            self.account_already_exists = True
            return super().try_save(request)


class ResetPasswordForm(PlainFieldsMixin, account.ResetPasswordForm):
    """Asks where to send the link."""

    labels = {"email": _("E-mail")}


class ResetPasswordKeyForm(PlainFieldsMixin, account.ResetPasswordKeyForm):
    """A new password after the link."""

    labels = {"password1": _("New password"), "password2": _("New password, once more")}
    helps = {"password1": PASSWORD_HELP}


class ChangePasswordForm(PlainFieldsMixin, account.ChangePasswordForm):
    """A new password for somebody who knows the old one."""

    labels = {
        "oldpassword": _("Current password"),
        "password1": _("New password"),
        "password2": _("New password, once more"),
    }
    helps = {"password1": PASSWORD_HELP}


class SetPasswordForm(PlainFieldsMixin, account.SetPasswordForm):
    """A first password."""

    labels = {"password1": _("Password"), "password2": _("Password, once more")}
    helps = {"password1": PASSWORD_HELP}


class ReauthenticateForm(PlainFieldsMixin, account.ReauthenticateForm):
    """The password once more, before something delicate."""

    labels = {"password": _("Password")}


class AddEmailForm(PlainFieldsMixin, account.AddEmailForm):
    """Another address."""

    labels = {"email": _("New e-mail")}
    helps = {
        "email": _("We send you a link there to confirm it. Use an address that only you read.")
    }


class AuthenticateForm(CodeFieldMixin, mfa.AuthenticateForm):
    """The second step of a login."""

    labels = {"code": _("Code")}
    helps = {"code": _("The 6 digits that your app shows now, or one of your recovery codes.")}


class MfaReauthenticateForm(CodeFieldMixin, mfa.ReauthenticateForm):
    """A code once more, before something delicate."""

    labels = {"code": _("Code")}
    helps = {"code": _("The 6 digits that your app shows now, or one of your recovery codes.")}


class ActivateTOTPForm(CodeFieldMixin, totp.ActivateTOTPForm):
    """The first code proves that the app has the key."""

    labels = {"code": _("Code")}
    helps = {"code": _("The 6 digits that your app shows now.")}

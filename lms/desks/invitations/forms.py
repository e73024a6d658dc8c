"""Forms behind the link of an invitation."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from lms.accounts.account_forms import PASSWORD_HELP, PASSWORD_LENGTH
from lms.accounts.codes.forms import PaperCodeField
from lms.accounts.forms import FullNameField
from lms.accounts.models import Invitation, User
from lms.accounts.privacy.agreement import AgreementMixin


class JoiningCodeForm(forms.Form):
    """The code of an institution, as it stands on the paper."""

    code = PaperCodeField()


class DocumentForm(forms.Form):
    """Whether the document that the agency gave goes into the account.

    It is never ticked beforehand: whoever keeps a document here has agreed to it.
    """

    with_document = forms.BooleanField(required=False)

    def __init__(self, *args: Any, tail: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not tail:
            del self.fields["with_document"]
            return
        field = self.fields["with_document"]
        field.label = _("Keep my identity document in my account: it ends in %(tail)s") % {
            "tail": tail
        }
        field.help_text = _("Your institution wrote it down. If you do not tick it, it is deleted.")


class NewAccountForm(AgreementMixin, DocumentForm):
    """The rest of an account whose address is known: the name as she confirms it, a password."""

    field_order = ("full_name", "password1", "password2", "with_document", "agrees")
    full_name = FullNameField()
    password1 = forms.CharField(
        label=_("Password"),
        help_text=PASSWORD_HELP,
        strip=False,
        validators=[MaxLengthValidator(PASSWORD_LENGTH)],
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=_("Password, once more"),
        strip=False,
        validators=[MaxLengthValidator(PASSWORD_LENGTH)],
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invitation = invitation

    def clean(self) -> dict[str, Any]:
        """Refuse two passwords that differ, and one that is easily guessed."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, second = cleaned.get("password1"), cleaned.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("You must type the same password each time."))
        if first:
            person = User(email=self.invitation.email, full_name=cleaned.get("full_name", ""))
            try:
                validate_password(first, person)
            except ValidationError as error:
                self.add_error("password1", error)
        return cleaned

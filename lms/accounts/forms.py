"""Forms of people. allauth's own forms stand in `account_forms`, which imports this module."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from lms.accounts.documents import clean_document_number
from lms.accounts.enums import DocumentKind, Language, Sex
from lms.accounts.models import User
from lms.accounts.names import clean_display_name, clean_full_name


class FullNameField(forms.CharField):
    """A name as it is printed on certificates."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Full name"))
        kwargs.setdefault(
            "help_text", _("As in your identity document. It is printed on your certificates.")
        )
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "name"}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        """Return the stored form of the name."""
        return clean_full_name(super().clean(value))


class DisplayNameField(forms.CharField):
    """A name that others see; it may be an alias."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Name that others see"))
        kwargs.setdefault(
            "help_text", _("It may be an alias. If it is empty, others see your full name.")
        )
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "nickname"}))
        super().__init__(required=False, **kwargs)

    def clean(self, value: Any) -> str:
        """Return the stored form of the name."""
        return clean_display_name(super().clean(value))


class SignupNameForm(forms.Form):
    """Asks for the full name at sign-up; the adapter stores it with the new user."""

    full_name = FullNameField()

    def signup(self, request: HttpRequest, user: User) -> None:
        """Do nothing more: allauth asks for this method."""


class ProfileForm(forms.Form):
    """What a person may change about herself."""

    full_name = FullNameField(
        help_text=_(
            "As in your identity document. Certificates that you already have keep the name "
            "that was printed on them."
        )
    )
    display_name = DisplayNameField()
    language = forms.ChoiceField(
        label=_("Language"),
        choices=Language.choices,
        help_text=_("The language of your messages and of your next certificates."),
    )
    sex = forms.ChoiceField(
        label=_("Sex (optional)"),
        choices=[("", _("I say nothing")), *Sex.choices],
        required=False,
        help_text=_(
            "It is only counted, in groups of at least ten people, for reports on whom the courses "
            "reach. It is shown to nobody, and you can empty it at any time."
        ),
    )


class IdentityDocumentForm(forms.Form):
    """Asks for an identity document; what is stored is never filled in."""

    kind = forms.ChoiceField(label=_("Kind of document"), choices=DocumentKind.choices)
    number = forms.CharField(
        label=_("Number"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )

    def clean(self) -> dict[str, Any]:
        """Check the number against its kind, and say so beside the number."""
        data = super().clean() or {}
        if "kind" in data and "number" in data:
            try:
                data["number"] = clean_document_number(data["kind"], data["number"])
            except ValidationError as error:
                self.add_error("number", error)
        return data

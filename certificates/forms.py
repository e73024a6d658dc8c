"""Forms: the decisions of an administrator."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certificates.enums import RevocationClass
from certificates.models import ApiToken
from lms.accounts.models import Agency

LONGEST_TOKEN_DAYS = 730
USUAL_TOKEN_DAYS = 365


class ReasonForm(forms.Form):
    """Why an administrator does something; it stays inside."""

    reason = forms.CharField(
        label=_("Reason, kept inside"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Only administrators read it. It is kept in the audit trail."),
    )


class RevokeForm(ReasonForm):
    """A revocation: public words, and the reason that stays inside."""

    revocation_class = forms.ChoiceField(
        label=_("Public words"),
        choices=RevocationClass.choices,
        widget=forms.RadioSelect,
        help_text=_("Whoever checks the certificate reads these words and the date, nothing else."),
    )
    field_order = ["revocation_class", "reason"]


class TokenForm(forms.ModelForm[ApiToken]):
    """A new key for an agency's system."""

    expires_date = forms.DateField(
        label=_("Valid until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Two years at most. After that day the key opens nothing."),
    )

    class Meta:
        model = ApiToken
        fields = ["name", "agency"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agency = self.fields["agency"]
        if isinstance(agency, forms.ModelChoiceField):
            agency.queryset = Agency.objects.order_by("name")
        self.fields["expires_date"].initial = timezone.localdate() + timedelta(USUAL_TOKEN_DAYS)

    def clean_expires_date(self) -> Any:
        """Refuse a day that is past or too far away."""
        day = self.cleaned_data["expires_date"]
        today = timezone.localdate()
        if not today < day <= today + timedelta(LONGEST_TOKEN_DAYS):
            raise forms.ValidationError(_("Choose a day from tomorrow to two years from now."))
        return day

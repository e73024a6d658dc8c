"""Forms: the decisions of an administrator."""

from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certificates.enums import RevocationClass, TokenScope
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
        fields = ["name", "agency", "scope"]
        widgets: ClassVar[dict[str, Any]] = {"scope": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agency = self.fields.get("agency")
        if isinstance(agency, forms.ModelChoiceField):
            agency.queryset = Agency.objects.order_by("name")
        self.fields["scope"].required = False
        self.fields["expires_date"].initial = timezone.localdate() + timedelta(USUAL_TOKEN_DAYS)

    def clean_scope(self) -> TokenScope:
        """Return what the key may read; everything that is printed if nothing was chosen."""
        return TokenScope(self.cleaned_data["scope"] or TokenScope.FACTS)

    def clean_expires_date(self) -> date:
        """Refuse a day that is past or too far away."""
        day: date = self.cleaned_data["expires_date"]
        today = timezone.localdate()
        if not today < day <= today + timedelta(LONGEST_TOKEN_DAYS):
            raise forms.ValidationError(_("Choose a day from tomorrow to two years from now."))
        return day

    @property
    def expires_at(self) -> datetime:
        """The last second, in Lima, of the day that was chosen."""
        day = self.cleaned_data["expires_date"]
        return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))


class AgencyKeyForm(TokenForm):
    """A new key that a coordinator makes for her own agency."""

    class Meta(TokenForm.Meta):
        fields = ["name", "scope"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"].required = True
        self.initial["scope"] = TokenScope.STATE  # the least that serves

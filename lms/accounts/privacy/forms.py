"""Forms about consents and corrections."""

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from lms.accounts.enums import ConsentPurpose, CorrectionSubject

LONGEST_TEXT = 2000


class ConsentAnswerForm(forms.Form):
    """What a button on the page of consents sends."""

    YES, NO = "yes", "no"

    purpose = forms.ChoiceField(choices=ConsentPurpose.choices)
    text = forms.IntegerField(min_value=1, max_value=2**31)
    answer = forms.ChoiceField(choices=[(YES, YES), (NO, NO)])


class CorrectionForm(forms.Form):
    """What is wrong, and how it should be."""

    subject = forms.ChoiceField(label=_("What it is about"), choices=CorrectionSubject.choices)
    text = forms.CharField(
        label=_("What is wrong, and how it should be"),
        help_text=_("Write nothing about a real case."),
        widget=forms.Textarea(attrs={"rows": 5}),
        validators=[MaxLengthValidator(LONGEST_TEXT)],
    )

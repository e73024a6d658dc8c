"""Forms about one's own data."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from lms.accounts.enums import ConsentPurpose
from lms.accounts.models import ConsentText
from lms.desks.record.queries import DATA_KINDS


class FileForm(forms.Form):
    """Which file is asked for."""

    kind = forms.ChoiceField(choices=[(kind.value, kind.label) for kind in DATA_KINDS])


class AnswerForm(forms.Form):
    """An administrator's answer to a request for a correction."""

    answer = forms.CharField(
        label=_("Answer"),
        help_text=_("The person reads it. Say what was corrected, or why nothing was."),
        widget=forms.Textarea(attrs={"rows": 5}),
        validators=[MaxLengthValidator(2000)],
    )
    is_corrected = forms.TypedChoiceField(
        label=_("Was it corrected?"),
        choices=[("yes", _("yes")), ("no", _("no"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )


class TextForm(forms.Form):
    """The next version of a text that people agree to."""

    purpose = forms.ChoiceField(label=_("What for"), choices=ConsentPurpose.choices)
    since_date = forms.DateField(
        label=_("Holds since"),
        help_text=_("From this day on people are shown it. It cannot begin in the past."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    title_es = forms.CharField(label=_("Title (Spanish)"), max_length=120)
    words_es = forms.CharField(
        label=_("Text (Spanish)"), max_length=6000, widget=forms.Textarea(attrs={"rows": 12})
    )
    title_en = forms.CharField(label=_("Title (English)"), max_length=120)
    words_en = forms.CharField(
        label=_("Text (English)"), max_length=6000, widget=forms.Textarea(attrs={"rows": 12})
    )

    def __init__(self, *args: Any, today: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_since_date(self) -> Any:
        """Refuse a day that has passed: nobody could have been shown the text then."""
        day = self.cleaned_data["since_date"]
        if day < self.today:
            raise ValidationError(_("It cannot begin in the past."))
        return day

    def clean(self) -> dict[str, Any]:
        """Refuse a version that says what the one before says."""
        data = super().clean() or {}
        last = ConsentText.objects.filter(purpose=data.get("purpose", "")).order_by("number").last()
        names = ("title_es", "words_es", "title_en", "words_en")
        if last is not None and all(data.get(name) == getattr(last, name) for name in names):
            raise ValidationError(_("Nothing was changed: the text is the same as before."))
        return data

"""How often somebody wants to be reminded."""

from django import forms
from django.utils.translation import gettext_lazy

from lms.learning.enums import ReminderChoice


class ReminderForm(forms.Form):
    """One choice."""

    choice = forms.ChoiceField(
        label=gettext_lazy("Remind me"),
        choices=ReminderChoice.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose one."),
            "invalid_choice": gettext_lazy("Choose one."),
        },
    )

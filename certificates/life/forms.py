"""Forms: what the holders are told when something that they learned has changed."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.learning.notices import LONGEST_WORDS

_HELP = _("One or two sentences: what has changed, and from when. No names of people.")


class InvitationForm(forms.Form):
    """What has changed, in both languages: each holder reads it in her own."""

    words_es = forms.CharField(
        label=_("What has changed, in Spanish"),
        max_length=LONGEST_WORDS,
        help_text=_HELP,
        widget=forms.Textarea(attrs={"rows": 3, "lang": "es"}),
    )
    words_en = forms.CharField(
        label=_("What has changed, in English"),
        max_length=LONGEST_WORDS,
        help_text=_HELP,
        widget=forms.Textarea(attrs={"rows": 3, "lang": "en"}),
    )

    def words(self) -> Mapping[str, str]:
        """Return the text by language, in one line each."""
        return {
            "es": " ".join(self.cleaned_data["words_es"].split()),
            "en": " ".join(self.cleaned_data["words_en"].split()),
        }

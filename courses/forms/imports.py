"""The form by which a file of questions is uploaded, and the one by which questions go out."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.enums import ImportFormat
from courses.formats.structures import MOST_BYTES
from courses.models import QuestionBank, QuestionCategory

MOST_MEDIA_BYTES = 50 * 1024 * 1024
EXPORT_FORMATS = [
    (str(name), name.label)
    for name in (ImportFormat.GIFT, ImportFormat.MOODLE_XML, ImportFormat.AIKEN)
]


class ImportForm(forms.Form):
    """A file, what it is, where it goes, and how strict we are."""

    file = forms.FileField(
        label=gettext_lazy("File"), help_text=gettext_lazy("At most 20 MB, best in UTF-8.")
    )
    format = forms.ChoiceField(label=gettext_lazy("Format"), choices=ImportFormat.choices)
    bank = forms.ModelChoiceField(
        label=gettext_lazy("Bank"), queryset=QuestionBank.objects.order_by("name")
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the texts"),
        choices=settings.LANGUAGES,
        help_text=gettext_lazy("Moodle XML may mark both languages by itself."),
    )
    source = forms.CharField(
        label=gettext_lazy("Name of the source"),
        required=False,
        max_length=80,
        help_text=gettext_lazy(
            "Questions that came under the same name before are brought up to date instead of "
            "doubled. Leave it empty to take the name of the file."
        ),
    )
    media = forms.FileField(
        label=gettext_lazy("Pictures, as a ZIP file"),
        required=False,
        help_text=gettext_lazy("Only for django-quiz-app: its media folder. At most 50 MB."),
    )
    is_lenient = forms.BooleanField(
        label=gettext_lazy("Write the good questions even if some are refused"),
        required=False,
        help_text=gettext_lazy("Otherwise one refused question stops the whole file."),
    )
    is_publishing = forms.BooleanField(
        label=gettext_lazy("Publish what is complete"),
        required=False,
        help_text=gettext_lazy(
            "A question without sources, explanation or one of its languages stays a draft."
        ),
    )

    def clean_file(self) -> Any:
        """Refuse what is too big before anybody reads it."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("This file is too big: at most 20 MB."))
        return file

    def clean_media(self) -> Any:
        """Refuse what is too big before anybody reads it."""
        media = self.cleaned_data["media"]
        if media and media.size > MOST_MEDIA_BYTES:
            raise forms.ValidationError(_("This file is too big: at most 50 MB."))
        return media or None


class ExportForm(forms.Form):
    """What goes out, and in which format."""

    bank = forms.ModelChoiceField(
        label=gettext_lazy("Bank"), queryset=QuestionBank.objects.order_by("name")
    )
    category = forms.ModelChoiceField(
        label=gettext_lazy("Category and all below it"),
        queryset=QuestionCategory.objects.select_related("bank").order_by("bank__name", "path"),
        required=False,
        empty_label=gettext_lazy("the whole bank"),
    )
    key = forms.CharField(
        label=gettext_lazy("Only the question with the key"), required=False, max_length=60
    )
    format = forms.ChoiceField(label=gettext_lazy("Format"), choices=EXPORT_FORMATS)
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the texts"),
        choices=settings.LANGUAGES,
        help_text=gettext_lazy("GIFT and Aiken hold one language a file, Moodle XML both."),
    )

    def clean(self) -> dict[str, Any]:
        """Ask that the category is one of the bank."""
        cleaned: dict[str, Any] = super().clean() or {}
        category, bank = cleaned.get("category"), cleaned.get("bank")
        if category is not None and bank is not None and category.bank_id != bank.pk:
            self.add_error("category", _("This category belongs to another bank."))
        return cleaned

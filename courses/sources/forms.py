"""Forms: a source, what has changed in it, and what became of an item that cites it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm

from courses.enums import CheckOutcome, SourceChangeKind, SourceKind, SourceState
from courses.models import SourceRecord


class SourceRecordForm(WagtailAdminModelForm):
    """A source of the list; each problem stands at its field."""

    def clean(self) -> dict[str, Any]:
        """Hold the key, and what the state asks for."""
        cleaned: dict[str, Any] = super().clean()
        self._check_key(cleaned.get("key"))
        self._check_state(cleaned)
        replacement = cleaned.get("replaced_by")
        if replacement is not None and cleaned.get("state") in (
            SourceState.IN_FORCE,
            SourceState.AMENDED,
        ):
            message = _("What another source replaces is no longer in force: change the state.")
            self.add_error("state", message)
        if replacement is not None and self._leads_back(replacement):
            self.add_error("replaced_by", _("These sources would replace each other."))
        return cleaned

    def _check_key(self, key: str | None) -> None:
        before = self.initial.get("key")
        if self.instance.pk and key and before and key != before:
            message = _("Lessons, questions and cases cite it by this key: it stays “%(key)s”.")
            self.add_error("key", message % {"key": before})

    def _check_state(self, cleaned: dict[str, Any]) -> None:
        state, kind = cleaned.get("state"), cleaned.get("kind")
        if state == SourceState.REPEALED and cleaned.get("state_checked_date") is None:
            message = _("Say when it was checked that it is no longer in force.")
            self.add_error("state_checked_date", message)
        if state == SourceState.NOT_A_RULE and kind in (SourceKind.TREATY, SourceKind.NORM):
            self.add_error("state", _("A norm or a treaty has a state in force."))

    def _leads_back(self, replacement: Any) -> bool:
        seen = {self.instance.pk}
        while replacement is not None:
            if replacement.pk in seen:
                return True
            seen.add(replacement.pk)
            replacement = replacement.replaced_by
        return False


_WORDS_HELP = gettext_lazy("One or two sentences: what has changed, and from when. No opinion.")
LONGEST_WORDS = 300


class ChangeForm(forms.Form):
    """What happened to a source, from when, and in plain words."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What happened"),
        choices=SourceChangeKind.choices,
        widget=forms.RadioSelect,
    )
    changed_date = forms.DateField(
        label=gettext_lazy("From when"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("The day from which the change holds."),
    )
    replacement = forms.ModelChoiceField(
        label=gettext_lazy("Replaced by"),
        queryset=SourceRecord.objects.none(),
        required=False,
        empty_label=gettext_lazy("nothing"),
        help_text=gettext_lazy("It has to be in the list of sources first."),
    )
    words_es = forms.CharField(
        label=gettext_lazy("What has changed, in Spanish"),
        max_length=LONGEST_WORDS,
        help_text=_WORDS_HELP,
        widget=forms.Textarea(attrs={"rows": 3, "lang": "es"}),
    )
    words_en = forms.CharField(
        label=gettext_lazy("What has changed, in English"),
        max_length=LONGEST_WORDS,
        help_text=_WORDS_HELP,
        widget=forms.Textarea(attrs={"rows": 3, "lang": "en"}),
    )

    def __init__(self, *args: Any, source: SourceRecord, **options: Any) -> None:
        super().__init__(*args, **options)
        rows = SourceRecord.objects.exclude(pk=source.pk).select_related("replaced_by")
        field = self.fields["replacement"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = rows.order_by("number", "title_es")

    def words(self) -> Mapping[str, str]:
        """Return the text by language."""
        return {"es": self.cleaned_data["words_es"], "en": self.cleaned_data["words_en"]}


class CheckForm(forms.Form):
    """What became of an item that cites the changed source."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("What became of it"),
        choices=[one for one in CheckOutcome.choices if one[0] != CheckOutcome.OPEN],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=400,
        required=False,
        help_text=gettext_lazy("Needed where nothing has to change: say why."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the reason where nothing has to change."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        note = (cleaned.get("note") or "").strip()
        if cleaned.get("outcome") == CheckOutcome.UNCHANGED and not note:
            self.add_error("note", _("Say why nothing has to change."))
        return cleaned

"""What an administrator may look for in the audit trail."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.core.accents import fold
from lms.desks.trail.queries import Wanted, kinds_of_records, people_called
from lms.desks.trail.words import WORDS

MOST_PEOPLE = 50
PERSON_HELP = _("Part of a name, an e-mail or a user name; or the number of an account.")


def _actions() -> list[tuple[str, str]]:
    named = ((code, str(words)) for code, words in WORDS.items())
    return [("", str(_("everything"))), *sorted(named, key=lambda one: fold(one[1]))]


def _kinds() -> list[tuple[str, str]]:
    return [("", str(_("any"))), *kinds_of_records()]


class TrailForm(forms.Form):
    """Filters of the audit trail; all of them may stay empty."""

    person = forms.CharField(
        label=_("Person concerned"), required=False, max_length=150, help_text=PERSON_HELP
    )
    by = forms.CharField(
        label=_("Acting user"), required=False, max_length=150, help_text=PERSON_HELP
    )
    action = forms.ChoiceField(label=_("What was done"), required=False, choices=_actions)
    kind = forms.ChoiceField(label=_("Kind of record"), required=False, choices=_kinds)
    number = forms.CharField(label=_("Number of the record"), required=False, max_length=60)
    from_date = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until_date = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def clean_person(self) -> frozenset[int] | None:
        """Return the numbers of the people concerned."""
        return self._people("person")

    def clean_by(self) -> frozenset[int] | None:
        """Return the numbers of the acting users."""
        return self._people("by")

    def _people(self, name: str) -> frozenset[int] | None:
        text = self.cleaned_data[name]
        if not text:
            return None
        found = people_called(text, most=MOST_PEOPLE)
        if not found:
            raise forms.ValidationError(_("Nobody is called like that."))
        if len(found) > MOST_PEOPLE:
            message = _("More than %(most)d people are called like that. Write more of the name.")
            raise forms.ValidationError(message, params={"most": MOST_PEOPLE})
        return frozenset(found)

    def clean(self) -> dict[str, Any]:
        """Refuse days in the wrong order."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("from_date"), cleaned.get("until_date")
        if first and last and first > last:
            self.add_error("until_date", _("The first day comes after the last one."))
        return cleaned

    def wanted(self) -> Wanted:
        """Return what is looked for, once the form is valid."""
        given = self.cleaned_data
        return Wanted(
            subjects=given["person"],
            actors=given["by"],
            action=given["action"],
            target_type=given["kind"],
            target_id=given["number"].strip(),
            from_date=given["from_date"],
            until_date=given["until_date"],
        )

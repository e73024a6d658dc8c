"""Forms of the library in the admin: what they refuse besides what each field refuses."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminModelForm

from courses.sheltered import check_tells_no_place
from courses.term_checks import record_term_problems, texts_in
from lms.core.terms import forget_terms


class LibraryForm(WagtailAdminModelForm):
    """Refuses a placeholder that no term of the site is named like."""

    def _post_clean(self) -> None:
        super()._post_clean()
        for problem in record_term_problems(self.instance):
            place = problem.place if problem.place in self.fields else None
            if place is None or place not in self.errors:
                self.add_error(place, problem.message)


class CardForm(LibraryForm):
    """Refuses a place where people are protected, too: a card is public."""

    def clean_title(self) -> str:
        """Check the title."""
        return self._checked("title")

    def clean_purpose(self) -> str:
        """Check what it is for."""
        return self._checked("purpose")

    def _checked(self, name: str) -> str:
        text: str = self.cleaned_data[name]
        check_tells_no_place(text)
        return text

    def clean_body(self) -> Any:
        """Check every text of the card."""
        body = self.cleaned_data["body"]
        for _place, text in texts_in(body.stream_block.get_prep_value(body)):
            check_tells_no_place(text)
        return body


class SiteTermForm(WagtailAdminModelForm):
    """Keeps the key of a term once texts may use it, and lets this process show the new wording."""

    def clean_key(self) -> str:
        """Refuse another key for a term that exists."""
        key: str = self.cleaned_data["key"]
        if self.instance.pk and key != self.initial.get("key"):
            message = _("Texts may use this key already: add another term instead.")
            raise ValidationError(message)
        return key

    def save(self, commit: bool = True) -> Any:
        """Save, and forget the wording that was cached."""
        found = super().save(commit=commit)
        forget_terms()
        return found

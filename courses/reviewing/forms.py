"""What reviewers type, and how lists are narrowed down."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.reviewing.enums import ReviewedKind, ReviewOutcome, ReviewPart
from courses.reviewing.gathering import course_roots
from courses.reviewing.services import Seen
from courses.reviewing.tending import MONTHS_OFFERED
from courses.reviewing.waiting import Wanted

DECISIONS = [
    (ReviewOutcome.APPROVED.value, _("I approve exactly this text")),
    (ReviewOutcome.CHANGES.value, _("I ask for changes")),
]


class DecisionForm(forms.Form):
    """A decision, its comment, and what the reviewer had before her."""

    part = forms.ChoiceField(label=_("Review"), choices=ReviewPart.choices)
    outcome = forms.ChoiceField(label=_("Decision"), choices=DECISIONS, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Comment"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Needed when you ask for changes. The author reads it, with your name."),
    )
    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
    number = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, parts: list[ReviewPart], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["part"]
        field.choices = [(part.value, part.label) for part in parts]
        if len(parts) == 1:
            field.widget = forms.HiddenInput()
            field.initial = parts[0].value

    def clean(self) -> dict[str, Any]:
        """Ask for words where changes are asked for."""
        cleaned = super().clean() or {}
        if cleaned.get("outcome") == ReviewOutcome.CHANGES and not cleaned.get("note", "").strip():
            self.add_error("note", _("Say what has to change."))
        return cleaned

    def seen(self) -> Seen:
        """Return what the reviewer had before her; call it when the form is valid."""
        return Seen(digest=self.cleaned_data["digest"], number=self.cleaned_data["number"])

    def refresh(self, seen: Seen) -> None:
        """Put what holds now into the hidden fields; what was typed stays."""
        held = {"digest": seen.digest, "number": str(seen.number)}
        self.data = {**{name: self.data.get(name) for name in self.data}, **held}


class RenewForm(forms.Form):
    """In how many months a lesson is read again."""

    months = forms.TypedChoiceField(
        label=_("Next review in (months)"),
        choices=[(months, str(months)) for months in MONTHS_OFFERED],
        coerce=int,
        initial=6,
    )


class NarrowForm(forms.Form):
    """Which rows of a list are shown."""

    course = forms.ChoiceField(label=_("Course"), required=False)
    part = forms.ChoiceField(
        label=_("Review"), required=False, choices=[("", _("both")), *ReviewPart.choices]
    )
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("every kind")), *ReviewedKind.choices]
    )

    def __init__(self, data: Any, *, courses: set[UUID] | None, fields: tuple[str, ...]) -> None:
        super().__init__(data)
        roots = [root for root in course_roots() if courses is None or root.key in courses]
        choices = [("", _("every course")), *((str(root.key), root.title) for root in roots)]
        field: Any = self.fields["course"]
        field.choices = choices
        for name in set(self.fields) - set(fields):
            del self.fields[name]

    def wanted(self) -> Wanted:
        """Return how the list is narrowed; what was not understood narrows nothing."""
        self.is_valid()
        found = self.cleaned_data
        return Wanted(
            parts=(ReviewPart(found["part"]),) if found.get("part") else tuple(ReviewPart),
            kind=ReviewedKind(found["kind"]) if found.get("kind") else None,
            course=UUID(found["course"]) if found.get("course") else None,
        )

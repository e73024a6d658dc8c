"""Forms of what trainers write; real case data is asked to be left out."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.accounts.models import User
from lms.learning.case_data_guard import Finding, find_case_data
from lms.learning.guarding import CHECKED
from lms.learning.messages.enums import Audience
from lms.learning.messages.wording import READY_TEXTS, TO_FILL_IN
from lms.learning.models import Cohort, Enrolment, Message, MessageTemplate

LONGEST_TITLE = Message._meta.get_field("title").max_length
LONGEST_TEXT = Message._meta.get_field("text").max_length
SAVED, READY = "saved", "ready"
CHOSEN_WHOSE_NAMES_MAY_STAND = 20
"""In a message to so few, their names are greetings; in one to more, a name is somebody's."""


class WritingForm(forms.Form):
    """A title and a text; what looks like a real case must be looked at once more.

    With `is_template` the words are only kept for later: gaps may stand in them.
    """

    form_key = forms.UUIDField(widget=forms.HiddenInput)
    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=LONGEST_TITLE,
        error_messages={"required": gettext_lazy("Give it a title.")},
    )
    text = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=gettext_lazy(
            "It is read on this site only. The mail says that there is something new, nothing else."
        ),
        error_messages={"required": gettext_lazy("Write the text.")},
    )
    checked = forms.CharField(required=False, max_length=len(CHECKED), widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        cohort: Cohort,
        author: User,
        members: Collection[Enrolment] = (),
        is_template: bool = False,
        **options: Any,
    ) -> None:
        self.cohort, self.author, self.members = cohort, author, members
        self.is_template = is_template
        self.findings: list[Finding] = []
        super().__init__(*args, **options)

    def clean_text(self) -> str:
        """Refuse a ready text in which something is still to be filled in."""
        text = str(self.cleaned_data["text"])
        gaps = [] if self.is_template else TO_FILL_IN.findall(text)
        if gaps:
            words = _("Fill in what stands in brackets: %(gaps)s")
            raise ValidationError(words % {"gaps": ", ".join(dict.fromkeys(gaps))})
        return text

    def clean(self) -> dict[str, Any]:
        """Advise once about what looks like a real case."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("checked") != CHECKED:
            self.findings = find_case_data(
                self.guarded_text, own_names=self._known_names(data), known_text=self._known_text()
            )
        if self.findings:
            raise ValidationError(_("This looks like data of a real case. Nothing was sent."))
        return data

    @property
    def guarded_text(self) -> str:
        """What the guard reads: the title and the text as they were typed."""
        return f"{self.data.get('title', '')}\n{self.data.get('text', '')}"

    def _known_text(self) -> str:
        titles = self.cohort.release.typed_promise.titles.values()
        return "\n".join([self.cohort.name, *titles])

    def _known_names(self, data: Mapping[str, Any]) -> list[str]:
        return [self.author.full_name, self.author.display_name]


class MessageForm(WritingForm):
    """A message to people of a cohort."""

    field_order = ("audience", "people", "title", "text")
    audience = forms.ChoiceField(
        label=gettext_lazy("To whom"),
        choices=Audience.choices,
        widget=forms.RadioSelect,
        initial=Audience.UNDER_WAY,
        error_messages={"required": gettext_lazy("Choose to whom it goes.")},
    )
    people = forms.TypedMultipleChoiceField(
        label=gettext_lazy("People to tick"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["people"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                (row.pk, row.learner.full_name or row.learner.get_display_name())
                for row in self.members
            ]

    def clean(self) -> dict[str, Any]:
        """Ask for somebody where people are ticked, and refuse ticks that would mean nothing."""
        data = super().clean()
        if self.is_template or "people" in self.errors or "audience" in self.errors:
            return data
        is_chosen = data.get("audience") == Audience.CHOSEN
        if is_chosen and not data.get("people"):
            self.add_error("people", _("Tick at least one person."))
        if not is_chosen and data.get("people"):
            words = _("You have ticked people: choose “the people whom I tick”, or untick them.")
            self.add_error("audience", words)
        return data

    def _known_names(self, data: Mapping[str, Any]) -> list[str]:
        names = super()._known_names(data)
        chosen = set(data.get("people") or ())
        if data.get("audience") == Audience.CHOSEN and len(chosen) <= CHOSEN_WHOSE_NAMES_MAY_STAND:
            names += [row.learner.full_name for row in self.members if row.pk in chosen]
        return names


class AnnouncementForm(WritingForm):
    """An announcement to everybody of a cohort."""

    is_told = forms.BooleanField(
        label=gettext_lazy("Tell everybody of it now, on their pages and by a neutral mail"),
        required=False,
        initial=True,
    )


class TemplateForm(forms.Form):
    """Which ready text is taken over."""

    template = forms.ChoiceField(label=gettext_lazy("Ready text"), required=False)

    def __init__(self, *args: Any, saved: Iterable[MessageTemplate], **options: Any) -> None:
        super().__init__(*args, **options)
        ready = [(f"{READY}-{one.key}", one.title) for one in READY_TEXTS]
        own = [(f"{SAVED}-{one.pk}", one.title) for one in saved]
        groups = [(_("Ready made"), ready), (_("Saved by trainers of this course"), own)]
        field = self.fields["template"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                ("", _("without a ready text")),
                *(group for group in groups if group[1]),
            ]


def form_key(text: str = "") -> UUID:
    """Return the number of a form as it was sent, or a new one if that is none."""
    try:
        return UUID(text)
    except ValueError:
        return uuid4()

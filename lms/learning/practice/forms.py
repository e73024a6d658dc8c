"""Forms of practices: the checklist, taking back, who is shown, approving."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.promises import PromisedCriterion, PromisedItem
from lms.learning.enums import CriterionResult
from lms.learning.guarded_forms import GuardedForm
from lms.learning.models import Approval, PracticeObservation
from lms.learning.practice.enums import Shown

LONGEST_REMARKS = 2000
LINE = "line-"
"""How the names of the checklist's fields begin; the key of the line follows."""


class ChecklistForm(GuardedForm):
    """A checklist to be marked line by line, and what the trainer wants to say to the learner."""

    guarded = ("remarks",)

    remarks = forms.CharField(
        label=_("Remarks for the learner"),
        required=False,
        max_length=LONGEST_REMARKS,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "She reads them: what went well, what to try next time. Nothing of a real case."
        ),
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, item: PromisedItem, **options: Any) -> None:
        super().__init__(*args, **options)
        self.item = item
        self.fields["form_key"].initial = uuid4
        for criterion in item.criteria:
            self.fields[f"{LINE}{criterion.key}"] = forms.ChoiceField(
                label=criterion.text,
                choices=CriterionResult.choices,
                widget=forms.RadioSelect,
            )

    def lines(self) -> list[tuple[PromisedCriterion, forms.BoundField]]:
        """Return each line of the checklist with its field."""
        return [(one, self[f"{LINE}{one.key}"]) for one in self.item.criteria]

    def unmarked(self) -> list[forms.BoundField]:
        """Return the fields of the lines in which nothing was marked."""
        return [field for _criterion, field in self.lines() if field.errors]

    def results(self) -> dict[UUID, CriterionResult]:
        """Return what was marked, by the key of each line; only after the form was valid."""
        return {
            one.key: CriterionResult(self.cleaned_data[f"{LINE}{one.key}"])
            for one in self.item.criteria
        }


class TakeBackForm(forms.Form):
    """Why something that was signed is taken back."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=PracticeObservation._meta.get_field("taken_back_reason").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why it is taken back.")},
        help_text=_("The learner reads it. Write nothing about a case or about her health."),
    )


class ShownForm(forms.Form):
    """Whom a list shows; what cannot be read filters nothing."""

    name = forms.CharField(label=_("Name"), required=False, max_length=100)
    shown = forms.ChoiceField(label=_("Show"), required=False, choices=Shown.choices)

    def wanted(self) -> dict[str, str]:
        """Return the filters that are right by themselves."""
        self.is_valid()
        return {name: str(self.cleaned_data.get(name, "")) for name in self.fields}


class ApprovalForm(GuardedForm):
    """What is said to those who are approved."""

    guarded = ("remark",)

    remark = forms.CharField(
        label=_("Remark for the learner"),
        required=False,
        max_length=Approval._meta.get_field("remark").max_length,
        help_text=_("Everybody who is ticked reads it. Nothing of a real case."),
    )

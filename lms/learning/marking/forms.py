"""What markers and learners type: marks, corrections, objections."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.learning.enums import AppealState, RegradeKind
from lms.learning.guarded_forms import GuardedForm
from lms.learning.marking.queries.answers import MarkedAnswer
from lms.learning.marking.queries.previews import AcceptableAnswer
from lms.learning.marking.rubrics import RubricCriterion
from lms.learning.marking.services import GivenMark

if TYPE_CHECKING:
    from lms.learning.models import ItemMark

LONGEST_TEXT = 4000
LONGEST_APPEAL = 2000
POINT_LETTERS = 12


def plain_points(points: Decimal | None) -> str:
    """Return points as people write them in the active language: 2,5."""
    if points is None:
        return ""
    whole = points.to_integral_value()
    return str(number_format(whole if points == whole else points.normalize()))


class PointsField(forms.CharField):
    """A number of points, with a comma or a point before its decimals."""

    def __init__(self, most: Decimal, **options: Any) -> None:
        self.most = most
        super().__init__(max_length=POINT_LETTERS, **options)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def clean(self, value: Any) -> Any:
        """Return the points as a Decimal, or None if nothing was typed."""
        text = super().clean(value)
        if not text:
            return None
        try:
            points = Decimal(text.replace(",", "."))
        except InvalidOperation:
            points = Decimal("NaN")
        if not points.is_finite() or not 0 <= points <= self.most:
            raise ValidationError(
                _("Give points from 0 to %(most)s.") % {"most": plain_points(self.most)}
            )
        return points


class MarkForm(forms.Form):
    """The mark of one answer: levels of its rubric or points, and what goes with them.

    A draft may lack anything; a mark may not. `needs_reason` is for a mark that changes another.
    """

    comment = forms.CharField(
        label=gettext_lazy("Comment to the learner"),
        help_text=gettext_lazy("The learner reads it with the result."),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    private_note = forms.CharField(
        label=gettext_lazy("Private note"),
        help_text=gettext_lazy("Only those who teach this course read it."),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why the mark is changed"),
        help_text=gettext_lazy("It stays on record. Write nothing about a real case."),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(
        self,
        *args: Any,
        answer: MarkedAnswer,
        is_draft: bool = False,
        needs_reason: bool = False,
        **options: Any,
    ) -> None:
        self.answer = answer
        options.setdefault("initial", _initial(answer, needs_reason=needs_reason))
        super().__init__(*args, **options)
        must = not is_draft
        if answer.criteria:
            for criterion in answer.criteria:
                self.fields[criterion.field_name] = forms.ChoiceField(
                    label=criterion.title,
                    choices=[(level.id, level.title) for level in criterion.levels],
                    required=must,
                    widget=forms.RadioSelect,
                    error_messages={"required": _("Choose a level.")},
                )
        else:
            most = answer.item.max_mark
            self.fields["mark"] = PointsField(
                most,
                label=_("Points"),
                help_text=_("From 0 to %(most)s.") % {"most": plain_points(most)},
                required=must,
            )
        if needs_reason:
            self.fields["reason"].required = must
        else:
            del self.fields["reason"]

    def criterion_rows(self) -> list[tuple[RubricCriterion, forms.BoundField, str]]:
        """Return each criterion with its field and the level chosen in it."""
        return [
            (criterion, self[criterion.field_name], str(self[criterion.field_name].value() or ""))
            for criterion in self.answer.criteria
        ]

    @property
    def given(self) -> GivenMark:
        """What was typed, as the services take it; after validation."""
        data = self.cleaned_data
        levels = {
            criterion.id: data[criterion.field_name]
            for criterion in self.answer.criteria
            if data.get(criterion.field_name)
        }
        return GivenMark(
            mark=data.get("mark"),
            levels=levels,
            comment=data.get("comment", ""),
            private_note=data.get("private_note", ""),
            reason=data.get("reason", ""),
        )


def _initial(answer: MarkedAnswer, *, needs_reason: bool) -> dict[str, Any]:
    """Return the draft, else the mark that holds where one is changed."""
    source: ItemMark | None = answer.draft
    if source is None and needs_reason and answer.history:
        source = answer.history[-1]
    values: dict[str, Any] = {"seen": answer.seen}
    if source is None:
        return values
    values |= {"comment": source.comment, "mark": plain_points(source.mark)}
    values |= {f"criterion-{key}": level for key, level in source.levels.items()}
    if source.is_draft:
        values |= {"private_note": source.private_note, "reason": source.reason}
    return values


class RegradeForm(forms.Form):
    """What is done about a question that turned out wrong, and why."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What should be done"),
        choices=RegradeKind.choices,
        widget=forms.RadioSelect,
    )
    accepted = forms.ChoiceField(
        label=gettext_lazy("Answer to accept"),
        help_text=gettext_lazy("Only if you accept a further answer."),
        required=False,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("It stays on record. Learners do not read it."),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, answers: Sequence[AcceptableAnswer], **options: Any) -> None:
        super().__init__(*args, **options)
        if answers:
            rows = [(answer.key, _with_count(answer)) for answer in answers]
            self._offer("accepted", [("", "—"), *rows])
        else:
            del self.fields["accepted"]
            kinds = [pair for pair in RegradeKind.choices if pair[0] != RegradeKind.ACCEPT]
            self._offer("kind", kinds)

    def _offer(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(choices)

    def clean(self) -> dict[str, Any]:
        """Ask for the answer where one is to be accepted."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        is_missing = not data.get("accepted") and "accepted" not in self.errors
        if data.get("kind") == RegradeKind.ACCEPT and is_missing:
            self.add_error("accepted", _("Choose the answer to accept."))
        return data


def _with_count(answer: AcceptableAnswer) -> str:
    return _("%(answer)s (given %(count)s times)") % {
        "answer": answer.words,
        "count": answer.count,
    }


class AppealForm(GuardedForm):
    """What a learner objects to; real case data is asked to be left out."""

    text = forms.CharField(
        label=gettext_lazy("What you object to, and why"),
        help_text=gettext_lazy(
            "One text, which stays with this attempt. Write nothing of a real case."
        ),
        max_length=LONGEST_APPEAL,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class AppealAnswerForm(forms.Form):
    """The trainer's answer to an objection."""

    state = forms.ChoiceField(
        label=gettext_lazy("What you decided"),
        choices=[pair for pair in AppealState.choices if pair[0] != AppealState.OPEN],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=gettext_lazy("Answer to the learner"),
        max_length=LONGEST_APPEAL,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

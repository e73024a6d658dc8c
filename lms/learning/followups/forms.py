"""Forms of the time after a course; what somebody writes is guarded against data of real cases."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lms.accounts.models import User
from lms.learning.enums import (
    Obstacle,
    PracticeQuestion,
    StepOutcome,
    SupervisorAnswer,
    SupervisorStatement,
)
from lms.learning.followups.queries import STEPS, step_words
from lms.learning.followups.services import PlannedStep
from lms.learning.guarded_forms import GuardedForm
from lms.learning.models import Plan, PlanStep, SupervisorRequest

PLACES = (1, 2, 3)
FARTHEST = timedelta(days=2 * 366)
CHOOSE_ONE = {
    "required": gettext_lazy("Choose one."),
    "invalid_choice": gettext_lazy("Choose one."),
}


def _outcomes() -> list[tuple[str, Any]]:
    return [(one.value, one.label) for one in StepOutcome]


class PlanForm(GuardedForm):
    """One to three things, each with its day; what became of it is asked once it stands."""

    guarded = tuple(f"text_{place}" for place in PLACES)

    def __init__(
        self, data: Any = None, *, learner: User, plan: Plan | None, today: date, **options: Any
    ) -> None:
        self.today = today
        self.standing = {} if plan is None else {step.position: step for step in plan.steps.all()}
        super().__init__(data, learner=learner, **options)
        for place in PLACES:
            self._add_place(place, self.standing.get(place))

    def _add_place(self, place: int, step: PlanStep | None) -> None:
        text_label = (
            gettext_lazy("First, at work I will"),
            gettext_lazy("Second, at work I will"),
            gettext_lazy("Third, at work I will"),
        )[place - 1]
        self.fields[f"text_{place}"] = forms.CharField(
            label=text_label,
            required=place == 1,
            error_messages={"required": gettext_lazy("Write one thing at least.")},
            max_length=300,
            widget=forms.Textarea(attrs={"rows": 2}),
            initial=step.text if step else "",
        )
        self.fields[f"by_{place}"] = forms.DateField(
            label=gettext_lazy("By when"),
            required=place == 1,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            input_formats=["%Y-%m-%d", "%d/%m/%Y"],
            error_messages={
                "required": gettext_lazy("Say by when."),
                "invalid": gettext_lazy("Write the day as 31/12/2026."),
            },
            initial=step.by_date if step else None,
        )
        if step is not None:
            self.fields[f"outcome_{place}"] = forms.ChoiceField(
                label=gettext_lazy("How it is going"),
                required=False,
                choices=_outcomes(),
                initial=step.outcome,
            )

    @property
    def places(self) -> list[list[Any]]:
        """The fields of each of the three things."""
        names = ("text", "by", "outcome")
        return [
            [self[f"{name}_{place}"] for name in names if f"{name}_{place}" in self.fields]
            for place in PLACES
        ]

    def clean(self) -> dict[str, Any]:
        """Ask for a day wherever there are words, and for words wherever there is a day."""
        data = super().clean()
        for place in PLACES:
            self._check_place(data, place)
        return data

    def _check_place(self, data: dict[str, Any], place: int) -> None:
        text, day = (data.get(f"text_{place}") or "").strip(), data.get(f"by_{place}")
        if f"by_{place}" in self.errors:
            return
        if text and day is None:
            self.add_error(f"by_{place}", _("Say by when."))
        if day is None:
            return
        if not text and f"text_{place}" not in self.errors:
            self.add_error(f"text_{place}", _("Write what you will do by this day."))
        step = self.standing.get(place)
        if day < self.today and (step is None or step.by_date != day):
            self.add_error(f"by_{place}", _("Choose today or a day to come."))
        if day > self.today + FARTHEST:
            self.add_error(f"by_{place}", _("Choose a day within the next two years."))

    @property
    def steps(self) -> list[PlannedStep]:
        """What was planned, without the places that were left empty."""
        data = self.cleaned_data
        return [
            PlannedStep(
                data[f"text_{place}"].strip(),
                data[f"by_{place}"],
                StepOutcome(data.get(f"outcome_{place}") or StepOutcome.OPEN),
            )
            for place in PLACES
            if data.get(f"text_{place}", "").strip() and data.get(f"by_{place}")
        ]


class PracticeForm(GuardedForm):
    """The five questions, what got in the way, a remark, and what became of the plan."""

    guarded = ("remark",)

    def __init__(
        self, data: Any = None, *, learner: User, plan: Plan | None, **options: Any
    ) -> None:
        super().__init__(data, learner=learner, **options)
        self.plan_steps = [] if plan is None else list(plan.steps.all())
        for question in PracticeQuestion:
            words = zip(STEPS, step_words(question), strict=True)
            self.fields[question.value] = forms.TypedChoiceField(
                label=question.label,
                choices=[(str(step), word) for step, word in words],
                coerce=int,
                widget=forms.RadioSelect,
                error_messages=CHOOSE_ONE,
            )
        self.fields["obstacles"] = forms.MultipleChoiceField(
            label=_("What got in the way?"),
            help_text=_("As many as you like, or none."),
            required=False,
            choices=Obstacle.choices,
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields["remark"] = forms.CharField(
            label=_("Something else, for yourself"),
            help_text=_(
                "Nobody reads it but you; it stays on your page. Write nothing of a real case."
            ),
            required=False,
            max_length=300,
            widget=forms.Textarea(attrs={"rows": 2}),
        )
        for step in self.plan_steps:
            self.fields[f"step_{step.pk}"] = forms.ChoiceField(
                label=step.text, required=False, choices=_outcomes(), initial=step.outcome
            )

    @property
    def question_fields(self) -> list[Any]:
        """The five questions and what belongs to them."""
        names = [*(one.value for one in PracticeQuestion), "obstacles", "remark"]
        return [self[name] for name in names]

    @property
    def plan_fields(self) -> list[Any]:
        """One field for each step of the plan."""
        return [self[f"step_{step.pk}"] for step in self.plan_steps]

    @property
    def steps(self) -> dict[PracticeQuestion, int]:
        """The five answers."""
        return {one: self.cleaned_data[one.value] for one in PracticeQuestion}

    @property
    def obstacles(self) -> list[Obstacle]:
        """What got in the way."""
        return [Obstacle(code) for code in self.cleaned_data["obstacles"]]

    @property
    def outcomes(self) -> dict[int, StepOutcome]:
        """What became of each step of the plan, where it was said."""
        said = {step.pk: self.cleaned_data.get(f"step_{step.pk}") for step in self.plan_steps}
        return {pk: StepOutcome(code) for pk, code in said.items() if code}


class AskSupervisorForm(forms.Form):
    """Whom to ask, and what she is shown."""

    address = forms.EmailField(
        label=gettext_lazy("Your supervisor's e-mail"),
        help_text=gettext_lazy("We use it for this one mail and then forget it."),
        max_length=254,
        error_messages={
            "required": gettext_lazy("Write the e-mail address."),
            "invalid": gettext_lazy("Write a whole e-mail address, like name@institution.pe."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    statements = forms.MultipleChoiceField(
        label=gettext_lazy("What your supervisor is asked about you"),
        choices=SupervisorStatement.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Choose one at least."),
            "invalid_choice": gettext_lazy("Choose one at least."),
        },
    )
    shows_course = forms.BooleanField(
        label=gettext_lazy("Show the title of the course, too"),
        required=False,
    )

    def clean_statements(self) -> list[SupervisorStatement]:
        """Return what was chosen as what it is."""
        return [SupervisorStatement(code) for code in self.cleaned_data["statements"]]


class SupervisorForm(forms.Form):
    """What a supervisor says of each statement that she is shown."""

    def __init__(self, data: Any = None, *, request: SupervisorRequest) -> None:
        super().__init__(data)
        for line in request.lines.order_by("pk"):
            self.fields[line.statement] = forms.ChoiceField(
                label=SupervisorStatement(line.statement).label,
                choices=SupervisorAnswer.choices,
                widget=forms.RadioSelect,
                error_messages=CHOOSE_ONE,
            )

    @property
    def answers(self) -> dict[SupervisorStatement, SupervisorAnswer]:
        """The answers by their statements."""
        return {
            SupervisorStatement(name): SupervisorAnswer(said)
            for name, said in self.cleaned_data.items()
        }


class BoosterChoiceForm(forms.Form):
    """Whether somebody is invited to boosters."""

    is_wanted = forms.TypedChoiceField(
        label=gettext_lazy("Invite me to boosters"),
        choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))],
        coerce=lambda said: said == "yes",
        error_messages=CHOOSE_ONE,
    )

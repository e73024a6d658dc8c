"""Forms of cohorts: what they are, who is in them."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, cast

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.models import CourseRelease
from lms.accounts.models import Agency, User
from lms.core.numbers import posted_number
from lms.learning.cohorts.join_codes import cleaned_code
from lms.learning.cohorts.queries import course_trainers
from lms.learning.cohorts.services import CHANGEABLE, RULES, JoiningRules
from lms.learning.enums import CertificateTiming, CohortJoining
from lms.learning.models import Cohort, CohortPlace

MOST_SEATS = 10_000


def day_field(label: Any) -> forms.DateField:
    """Return a field for a day, with the browser's own calendar."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    missing = gettext_lazy("Choose a day.")
    return forms.DateField(
        label=label, widget=widget, error_messages={"required": missing, "invalid": missing}
    )


class TrainersField(forms.ModelMultipleChoiceField["User"]):
    """A choice of people by the names that stand on certificates."""

    def label_from_instance(self, obj: Any) -> str:
        """Return a person's name."""
        return str(obj.full_name or obj.get_display_name())


class CohortForm(forms.Form):
    """A cohort of a release; the release is chosen once."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=Cohort._meta.get_field("name").max_length,
        help_text=gettext_lazy(
            "Trainers see it, and coordinators of agencies. For instance: “Valle Alto, first group”."
        ),
        error_messages={"required": gettext_lazy("Give the cohort a name.")},
    )
    starts_date = day_field(gettext_lazy("Starts on"))
    ends_date = day_field(gettext_lazy("Ends on"))
    certificate_timing = forms.ChoiceField(
        label=gettext_lazy("Certificates are issued"),
        choices=CertificateTiming.choices,
        widget=forms.RadioSelect,
        initial=CertificateTiming.AT_COMPLETION,
    )

    seats = forms.IntegerField(
        label=gettext_lazy("Seats"),
        required=False,
        min_value=1,
        max_value=MOST_SEATS,
        help_text=gettext_lazy("Leave it empty if as many may come as want to."),
        error_messages={"invalid": gettext_lazy("Type a whole number.")},
    )
    has_waiting_list = forms.BooleanField(
        label=gettext_lazy("When all seats are taken, people may wait for one"),
        required=False,
        initial=True,
        help_text=gettext_lazy("A seat that becomes free goes to whoever waits the longest."),
    )
    joining = forms.ChoiceField(
        label=gettext_lazy("Who can join"),
        choices=CohortJoining.choices,
        widget=forms.RadioSelect,
        initial=CohortJoining.NOMINATION,
        help_text=gettext_lazy("The code is made when you save, and stands on the page of people."),
    )
    agencies = forms.ModelMultipleChoiceField(
        Agency.objects.none(),
        label=gettext_lazy("Agencies that nominate"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "long-choice"}),
        error_messages={"invalid_choice": gettext_lazy("Choose agencies of the list.")},
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages in which it is held"),
        choices=settings.LANGUAGES,
        initial=["es"],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one language.")},
    )

    def __init__(self, *args: Any, user: User, cohort: Cohort | None = None, **kwargs: Any) -> None:
        if cohort is not None:
            kwargs["initial"] = _initial(cohort)
        super().__init__(*args, **kwargs)
        self.cohort, self.user = cohort, user
        agencies = cast("forms.ModelMultipleChoiceField[Agency]", self.fields["agencies"])
        agencies.queryset = Agency.objects.order_by("name")

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the start, and a name that the release has already."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        starts, ends = cleaned.get("starts_date"), cleaned.get("ends_date")
        if starts and ends and ends < starts:
            self.add_error("ends_date", _("A cohort cannot end before it starts."))
        release = self.cohort.release if self.cohort else cleaned.get("release")
        name = cleaned.get("name")
        if release and name:
            others = Cohort.objects.filter(release=release, name=name)
            if self.cohort is not None:
                others = others.exclude(pk=self.cohort.pk)
            if others.exists():
                self.add_error("name", _("There is a cohort of this name already."))
        return cleaned

    def days_and_name(self) -> dict[str, Any]:
        """Return what the cohort is: its name, its days, when its certificates come."""
        return {name: self.cleaned_data[name] for name in CHANGEABLE}

    def rules(self) -> JoiningRules:
        """Return who may come into it."""
        data = self.cleaned_data
        return JoiningRules(
            seats=data["seats"],
            has_waiting_list=data["has_waiting_list"],
            languages=tuple(data["languages"]),
            joining=CohortJoining(data["joining"]),
            agencies=tuple(data["agencies"]),
            trainers=tuple(data.get("trainers") or ()),
        )


def _initial(cohort: Cohort) -> dict[str, Any]:
    return {
        **{name: getattr(cohort, name) for name in (*CHANGEABLE, *RULES)},
        "agencies": list(cohort.agencies.values_list("pk", flat=True)),
        "trainers": list(cohort.trainers.values_list("pk", flat=True)),
    }


class ReleaseField(forms.ModelChoiceField["CourseRelease"]):
    """A choice of releases by the titles that they promised."""

    def label_from_instance(self, obj: Any) -> str:
        """Return a release in one line."""
        return release_words(obj)


class ChangeCohortForm(CohortForm):
    """A cohort that stands, with the choice of its trainers among the staff of its course."""

    trainers = TrainersField(
        User.objects.none(),
        label=gettext_lazy("Trainers of the cohort"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("People who are on the staff of the course."),
        error_messages={"invalid_choice": gettext_lazy("Choose people of the course's staff.")},
    )

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        super().__init__(*args, cohort=cohort, **kwargs)
        trainers = cast("TrainersField", self.fields["trainers"])
        trainers.queryset = course_trainers(cohort.release)


class NewCohortForm(CohortForm):
    """A new cohort, with the choice of its release; whoever makes it is its first trainer."""

    field_order = ("release",)
    release = ReleaseField(
        CourseRelease.objects.none(),
        label=gettext_lazy("Course"),
        empty_label=None,
        help_text=gettext_lazy(
            "The release cannot be changed later: it says what the certificates certify."
        ),
        error_messages={
            "required": gettext_lazy("Choose a course."),
            "invalid_choice": gettext_lazy("Choose a course."),
        },
    )

    def __init__(self, *args: Any, releases: QuerySet[CourseRelease], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("ReleaseField", self.fields["release"]).queryset = releases

    def rules(self) -> JoiningRules:
        """Return who may come into it; its maker holds it, if she is on the staff of the course."""
        staff = course_trainers(self.cleaned_data["release"])
        return replace(super().rules(), trainers=tuple(staff.filter(pk=self.user.pk)))


def release_words(release: CourseRelease) -> str:
    """Return a release in one line: the course, its number, and whether it is a pilot."""
    words = {"course": release.typed_promise.title, "number": release.number}
    if release.is_pilot:
        return _("%(course)s, release %(number)s (pilot)") % words
    return _("%(course)s, release %(number)s") % words


class SearchForm(forms.Form):
    """Whom the list shows; what cannot be read filters nothing."""

    name = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=100)

    def wanted(self) -> str:
        """Return the text that is looked for."""
        self.is_valid()
        return str(self.cleaned_data.get("name", ""))


def ticked(texts: Iterable[str]) -> list[int]:
    """Return the numbers of the enrolments that were ticked, each once; other texts are nobody's."""
    numbers = {posted_number(text) for text in texts}
    return sorted(number for number in numbers if number is not None)


class PlacesForm(forms.Form):
    """What becomes of the people who are ticked: they are admitted, or refused."""

    decision = forms.CharField(required=False)

    def is_refusal(self) -> bool:
        """Say whether the trainer does not admit them."""
        self.is_valid()
        return self.cleaned_data.get("decision") == "refuse"


class RefusalForm(forms.Form):
    """Why somebody is not admitted; she reads it."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=CohortPlace._meta.get_field("reason").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Whoever is not admitted reads it on her page."),
        error_messages={"required": gettext_lazy("Say why, in a line or two.")},
    )


class CodeForm(forms.Form):
    """The code of a group, as it was written or said."""

    code = forms.CharField(
        label=gettext_lazy("Code of the group"),
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "class": "code-field",
            }
        ),
        help_text=gettext_lazy("Eight letters and digits. Capitals and hyphens do not matter."),
        error_messages={"required": gettext_lazy("Type the code.")},
    )

    def clean_code(self) -> str:
        """Return the code as it is kept."""
        return cleaned_code(self.cleaned_data["code"])

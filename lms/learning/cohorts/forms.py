"""Forms of cohorts: what they are, who is in them."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.models import CourseRelease
from lms.learning.enums import CertificateTiming
from lms.learning.models import Cohort

LONGEST_NUMBER = 18
"""Digits of a number that every database takes."""


def day_field(label: Any) -> forms.DateField:
    """Return a field for a day, with the browser's own calendar."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    missing = gettext_lazy("Choose a day.")
    return forms.DateField(
        label=label, widget=widget, error_messages={"required": missing, "invalid": missing}
    )


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

    def __init__(self, *args: Any, cohort: Cohort | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cohort = cohort

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


class ReleaseField(forms.ModelChoiceField["CourseRelease"]):
    """A choice of releases by the titles that they promised."""

    def label_from_instance(self, obj: Any) -> str:
        """Return a release in one line."""
        return release_words(obj)


class NewCohortForm(CohortForm):
    """A new cohort, with the choice of its release."""

    field_order = ("release", "name", "starts_date", "ends_date", "certificate_timing")
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
    return sorted({int(text) for text in texts if text.isdecimal() and len(text) <= LONGEST_NUMBER})

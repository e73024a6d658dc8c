"""The form of a row of course staff."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.enums import StaffPart
from courses.models import CoursePage, CourseStaff
from courses.permissions import course_keys, is_administrator
from lms.accounts.enums import StaffRole
from lms.accounts.models import User


class CourseStaffForm(forms.ModelForm[CourseStaff]):
    """Who does what in which course; a lead sees only the courses that he or she leads."""

    course_key = forms.TypedChoiceField(label=_("Course"), coerce=UUID)

    class Meta:
        model = CourseStaff
        fields = ["user", "course_key", "part"]

    def __init__(self, *args: Any, acting_user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = self.fields["user"]
        if isinstance(people, forms.ModelChoiceField):
            people.queryset = User.objects.filter(
                is_active=True, groups__name__in=[StaffRole.TRAINER, StaffRole.ADMINISTRATOR]
            ).distinct()
        courses = CoursePage.objects.filter(locale__language_code="es").order_by("title")
        if not is_administrator(acting_user):
            keys = course_keys(acting_user, StaffPart.LEAD)
            courses = courses.filter(translation_key__in=keys)
        choices = [
            (str(key), title) for key, title in courses.values_list("translation_key", "title")
        ]
        field = self.fields["course_key"]
        if isinstance(field, forms.TypedChoiceField):
            field.choices = [("", "---------"), *choices]

"""The form with which a course takes a module of another one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses.models import CoursePage, ModulePage
from courses.sharing import sharable_modules
from lms.accounts.models import User


class ShareForm(forms.Form):
    """Offers the modules that the user may share and the course does not have yet."""

    def __init__(self, *args: Any, course: CoursePage, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.modules = {str(one.pk): (one, title) for one, title in sharable_modules(course, user)}
        labels = [(pk, f"{title}: {one.title}") for pk, (one, title) in self.modules.items()]
        chosen = _("Choose a module.")
        self.fields["module"] = forms.ChoiceField(
            label=_("Module"),
            choices=[("", "---------"), *labels],
            error_messages={"required": chosen, "invalid_choice": chosen},
        )

    def clean_module(self) -> ModulePage:
        """Return the module that was chosen."""
        return self.modules[self.cleaned_data["module"]][0]

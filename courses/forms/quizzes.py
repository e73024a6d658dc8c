"""The form of a quiz: settings, sources, and whether they can be filled."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from courses.models import QuestionCategory, QuizPage
from courses.publication import quiz_problems


class QuizForm(WagtailAdminModelForm):
    """Refuses what would leave a published quiz without enough questions; drafts are warned."""

    warnings: tuple[str, ...] = ()

    def is_valid(self) -> bool:
        """Check the sources together once each of them is right by itself."""
        is_valid = bool(super().is_valid())
        if not is_valid:
            return False
        sources = [
            form.instance
            for form in self.formsets["sources"].forms
            if form.has_changed() or form.instance.pk
            if not form.cleaned_data.get("DELETE")
        ]
        problems = quiz_problems(pass_mark=self.instance.pass_mark, sources=sources)
        messages = tuple(problem.message for problem in problems)
        if messages and self._is_met_by_learners():
            for message in messages:
                self.add_error(None, message)
            return False
        self.warnings = messages
        return True

    def _is_met_by_learners(self) -> bool:
        is_saved = self.instance.pk is not None
        return is_saved and QuizPage.objects.filter(quiz=self.instance, live=True).exists()


class CategoryForm(WagtailAdminModelForm):
    """A category, whose path is the place in the tree."""

    def clean(self) -> dict[str, Any]:
        """Ask that every part of the path above exists."""
        cleaned: dict[str, Any] = super().clean()
        path, bank = cleaned.get("path", ""), cleaned.get("bank")
        above = path.rpartition("/")[0]
        if above and bank is not None:
            known = QuestionCategory.objects.filter(bank=bank, path=above)
            if not known.exists():
                self.add_error("path", _("Make the category above it first."))
        return cleaned

"""The forms of the page editor: the rule for publishing, with each problem at its field."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin.forms.pages import CopyForm, WagtailAdminPageForm
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.models import Page

from courses.models import LessonPage
from courses.permissions import is_administrator, staff_roles
from courses.publication import copy_problems, publication_problems
from lms.accounts.enums import StaffRole

REVIEW_EVERY = timedelta(days=182)
"""Half a year: how soon norms and helplines are worth looking at again."""

SLUG_STEMS = {
    "coursepage": "curso",
    "modulepage": "modulo",
    "lessonpage": "leccion",
    "quizpage": "prueba",
    "casepage": "caso",
    "practicepage": "practica",
}


def may_lift_flag(user: Any) -> bool:
    """Say whether somebody may write that a lesson needs no legal review any more."""
    return is_administrator(user) or StaffRole.LEGAL_REVIEWER in staff_roles(user)


def neutral_slug(model_name: str, parent: Page | None) -> str:
    """Return a short name that gives no topic away: `leccion-3`, the next that is free."""
    stem = SLUG_STEMS.get(model_name, "")
    if not stem or parent is None:
        return ""
    taken = set(parent.get_children().values_list("slug", flat=True))
    number = 1
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"


class CheckedPageForm(WagtailAdminPageForm):
    """Refuses to publish, to plan or to approve what the rule does not allow; drafts are free."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self._propose_values()

    def _propose_values(self) -> None:
        model_name = self.instance._meta.model_name
        if "slug" in self.fields and not self.instance.slug:
            self.initial["slug"] = neutral_slug(model_name, self.parent_page)
        if "minutes" in self.fields:
            self.initial["minutes"] = 10
        if isinstance(self.instance, LessonPage):
            today = timezone.localdate()
            self.initial["last_reviewed_date"] = today
            self.initial["review_due_date"] = today + REVIEW_EVERY

    def asks_to_go_live(self) -> bool:
        """Say whether the pressed button would make the page live, now or later."""
        if self.data.get("action-publish"):
            return True
        approves = self.data.get("workflow-action-name") in ("approve", "locked-approve")
        return bool(self.data.get("action-workflow-action")) and approves

    def _name_block_errors(self) -> None:
        """Say in the user's language what Wagtail only says in English, and in code."""
        for errors in self.errors.values():
            for error in errors.as_data():
                if isinstance(error, StreamBlockValidationError):
                    error.message = _("look at the marked blocks.")

    def clean_needs_legal_review(self) -> bool:
        """Keep the flag once it stands: only the legal review takes it off."""
        is_needed: bool = self.cleaned_data["needs_legal_review"]
        page = self.instance
        stood = page.pk and type(page).objects.filter(pk=page.pk, needs_legal_review=True).exists()
        if stood and not is_needed and not may_lift_flag(self.for_user):
            raise ValidationError(_("Only the legal review takes this off again."))
        return is_needed

    def _post_clean(self) -> None:
        super()._post_clean()
        self._name_block_errors()
        if not self.asks_to_go_live():
            return
        if self.parent_page is not None and self.instance.pk is None:
            self.instance.path = ""
        problems = publication_problems(self.instance)
        for problem in problems:
            place = problem.place if problem.place in self.fields else None
            if place is None or place not in self.errors:
                self.add_error(place, problem.message)
        if problems and not self.non_field_errors():
            # With it, Wagtail's message lists every problem: those of other tabs would be missed.
            self.add_error(None, _("It cannot be published yet."))


class CheckedCopyForm(CopyForm):
    """Copies go live only if the rule allows it, and nothing is mirrored as an alias."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("alias", None)

    def clean(self) -> dict[str, Any]:
        """Check what would be live at once; what was typed stays."""
        cleaned: dict[str, Any] = super().clean()
        if cleaned.get("publish_copies"):
            is_whole = bool(cleaned.get("copy_subpages"))
            for problem in copy_problems(self.page.specific, is_whole=is_whole):
                self.add_error("publish_copies", problem.message)
        return cleaned

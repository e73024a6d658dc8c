"""The form of one case: its names and its blocks."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.blocks.base import BlockField

from courses.case_blocks import as_block_error, case_block, from_form, to_form
from courses.models import Case
from courses.question_types.base import Problem


class CaseForm(forms.Form):
    """Checks the shape of a case; whether it may be published is said by `case_checks`."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=120, help_text=gettext_lazy("Only trainers see it.")
    )
    key = forms.SlugField(
        label=gettext_lazy("Key"),
        max_length=60,
        help_text=gettext_lazy("Small letters, digits and hyphens; it never changes."),
    )

    def __init__(
        self, data: Any = None, *, case: Case | None, content: Mapping[str, Any] | None
    ) -> None:
        self.case = case
        block = case_block()
        value = to_form(block, content) if content else block.get_default()
        super().__init__(data, initial={"name": case.name if case else "", "content": value})
        if case is not None:
            del self.fields["key"]
        field = BlockField(block=block, label="", required=False)
        field.is_deferred_validation = True  # a draft may be incomplete
        self.fields["content"] = field

    def clean_key(self) -> str:
        """Refuse a key that another case has."""
        key: str = self.cleaned_data["key"]
        if Case.objects.filter(key=key).exists():
            raise forms.ValidationError(_("Another case has this key."))
        return key

    def stored_content(self) -> dict[str, Any]:
        """Return the cleaned form as content for the service."""
        return from_form(self.cleaned_data["content"])

    def add_problems(self, problems: Sequence[Problem]) -> None:
        """Show problems that the service found, each at its block."""
        self.add_error("content", as_block_error(problems))

    def rendered_content(self) -> SafeString:
        """Return the blocks with their errors (a plain bound field would leave the errors out)."""
        bound = self["content"]
        rendered: SafeString = bound.field.widget.render_with_errors(
            bound.html_name, bound.value(), attrs={"id": bound.html_name}, errors=bound.errors
        )
        return rendered

"""The form of one question: its category and its blocks."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail.blocks.base import BlockField

from courses.models import QuestionCategory
from courses.question_blocks import as_block_error, from_form, question_block, to_form
from courses.question_types import Problem


class QuestionForm(forms.Form):
    """Checks the shape of a question; whether it may be published is said by its type."""

    category = forms.ModelChoiceField(
        label=_("Category"),
        queryset=QuestionCategory.objects.none(),
        help_text=_("Quizzes draw questions from categories."),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        kind: str,
        content: Mapping[str, Any] | None = None,
        category: int | None = None,
    ) -> None:
        self.kind = kind
        self.earlier = content
        block = question_block(kind)
        value = to_form(block, kind, content) if content else block.get_default()
        super().__init__(data, initial={"category": category, "content": value})
        categories = self.fields["category"]
        if isinstance(categories, forms.ModelChoiceField):
            categories.queryset = QuestionCategory.objects.select_related("bank").order_by(
                "bank__name", "path"
            )
        field = BlockField(block=block, label="", required=False)
        field.is_deferred_validation = True  # a draft may be incomplete
        self.fields["content"] = field

    def stored_content(self) -> dict[str, Any]:
        """Return the cleaned form as content for the service."""
        return from_form(self.kind, self.cleaned_data["content"], earlier=self.earlier)

    def add_problems(self, problems: Sequence[Problem]) -> None:
        """Show problems that the service found, each at its block."""
        self.add_error("content", as_block_error(self.kind, problems))

    def rendered_content(self) -> SafeString:
        """Return the blocks with their errors (a plain bound field would leave the errors out)."""
        bound = self["content"]
        rendered: SafeString = bound.field.widget.render_with_errors(
            bound.html_name, bound.value(), attrs={"id": bound.html_name}, errors=bound.errors
        )
        return rendered

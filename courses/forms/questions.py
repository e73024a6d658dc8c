"""The form of one question: its category, tags and difficulty, and its blocks."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from taggit.forms import TagField
from wagtail.admin.widgets import AdminTagWidget
from wagtail.blocks.base import BlockField

from courses.enums import Difficulty
from courses.models import QuestionCategory, QuestionTag
from courses.question_blocks import as_block_error, from_form, question_block, to_form
from courses.question_types import Problem

MOST_TAGS = 20
LONGEST_TAG = 100


class CategoryLabels:
    """Shows categories as a tree: moved in by their depth, the first of each branch with its bank."""

    def label_from_instance(self, category: QuestionCategory) -> str:
        """Return the words of one choice."""
        if category.depth:
            return category.name_in_tree
        return f"{category.name} ({category.bank.name})"


class CategoryChoiceField(CategoryLabels, forms.ModelChoiceField[QuestionCategory]):
    """A choice among all categories, as a tree."""


class QuestionTagField(TagField):
    """Words with commas between them, which the browser completes from those in use."""

    widget = AdminTagWidget

    def __init__(self, **kwargs: Any) -> None:
        widget = AdminTagWidget(tag_model=QuestionTag)
        super().__init__(**{"widget": widget, "required": False, **kwargs})

    def clean(self, value: Any) -> list[str]:
        """Return the tags; refuse too many and too long ones."""
        tags = [str(tag) for tag in super().clean(value)]
        if len(tags) > MOST_TAGS:
            raise ValidationError(_("A question takes at most %d tags.") % MOST_TAGS)
        if any(len(tag) > LONGEST_TAG for tag in tags):
            raise ValidationError(_("A tag has at most %d letters.") % LONGEST_TAG)
        return tags


class QuestionForm(forms.Form):
    """Checks the shape of a question; whether it may be published is said by its type."""

    category = CategoryChoiceField(
        label=gettext_lazy("Category"),
        queryset=QuestionCategory.objects.none(),
        help_text=gettext_lazy(
            "Quizzes draw questions from categories. Another one here moves the question."
        ),
    )
    difficulty = forms.ChoiceField(
        label=gettext_lazy("Expected difficulty"),
        choices=[("", gettext_lazy("not said")), *Difficulty.choices],
        required=False,
    )
    tags = QuestionTagField(
        label=gettext_lazy("Tags"), help_text=gettext_lazy("Words with commas between them.")
    )

    def __init__(
        self,
        data: Any = None,
        *,
        kind: str,
        content: Mapping[str, Any] | None = None,
        category: int | None = None,
        difficulty: str = "",
        tags: Sequence[QuestionTag] = (),
    ) -> None:
        self.kind = kind
        self.earlier = content
        block = question_block(kind)
        value = to_form(block, kind, content) if content else block.get_default()
        initial = {"category": category, "difficulty": difficulty, "tags": tags, "content": value}
        super().__init__(data, initial=initial)
        categories = self.fields["category"]
        if isinstance(categories, forms.ModelChoiceField):
            categories.queryset = QuestionCategory.objects.in_tree_order()
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

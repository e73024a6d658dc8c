"""What learners ask and trainers answer; real case data is asked to be left out of both."""

from django import forms
from django.utils.translation import gettext_lazy

from lms.learning.guarded_forms import GuardedForm

LONGEST_QUESTION = 2000
LONGEST_ANSWER = 4000


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class QuestionForm(GuardedForm):
    """A question to the trainers."""

    text = forms.CharField(
        label=gettext_lazy("Your question"),
        help_text=gettext_lazy(
            "Only the trainers of the course read it. Write nothing of a real case: no names, "
            "documents, telephones, files or addresses."
        ),
        max_length=LONGEST_QUESTION,
        widget=_area(6),
        error_messages={"required": gettext_lazy("Write your question.")},
    )


class AnswerForm(GuardedForm):
    """The answer of a trainer."""

    text = forms.CharField(
        label=gettext_lazy("Your answer"),
        help_text=gettext_lazy("Only the learner reads it."),
        max_length=LONGEST_ANSWER,
        widget=_area(8),
        error_messages={"required": gettext_lazy("Write your answer.")},
    )


class PublicationForm(GuardedForm):
    """The words in which a question and its answer are to be published."""

    guarded = ("public_text", "public_answer")

    public_text = forms.CharField(
        label=gettext_lazy("The question, as others read it"),
        help_text=gettext_lazy("Take out whatever could tell who asked, or in which post."),
        max_length=LONGEST_QUESTION,
        widget=_area(4),
        error_messages={"required": gettext_lazy("Write the question.")},
    )
    public_answer = forms.CharField(
        label=gettext_lazy("The answer, as others read it"),
        max_length=LONGEST_ANSWER,
        widget=_area(6),
        error_messages={"required": gettext_lazy("Write the answer.")},
    )

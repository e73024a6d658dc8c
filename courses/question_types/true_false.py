"""True or false: a single choice whose two options are fixed."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.question_types.base import Problem
from courses.question_types.choice import ChoiceContent
from courses.question_types.single_choice import SingleChoice

OPTION_IDS = ("true", "false")
OPTION_TEXTS = {
    "true": {"es": "Verdadero", "en": "True"},
    "false": {"es": "Falso", "en": "False"},
}


class TrueFalse(SingleChoice):
    """A statement that is true or false."""

    name = "true_false"
    label = gettext_lazy("True or false")

    def publication_problems(self, content: ChoiceContent) -> list[Problem]:
        """Return what must be mended before a learner may meet the question."""
        problems = super().publication_problems(content)
        if set(self.option_ids(content)) != set(OPTION_IDS):
            message = _("A true or false question has exactly the options “true” and “false”.")
            problems.append(Problem("options", message))
        return problems

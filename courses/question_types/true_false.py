"""True or false: a single choice whose two options are fixed."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from courses.question_types.base import Problem
from courses.question_types.choice import ChoiceContent
from courses.question_types.exchange import ExchangedAnswer, ExchangedQuestion, Shape
from courses.question_types.form_blocks import BilingualBlock, plain_number, texts_from_form
from courses.question_types.single_choice import SingleChoice

OPTION_IDS = ("true", "false")
OPTION_TEXTS = {
    "true": {"es": "Verdadero", "en": "True"},
    "false": {"es": "Falso", "en": "False"},
}


class TrueFalseAnswerBlock(blocks.StructBlock):
    """The two fixed options of a statement."""

    right = blocks.ChoiceBlock(
        label=gettext_lazy("The statement is"),
        required=False,
        choices=[("true", gettext_lazy("True")), ("false", gettext_lazy("False"))],
    )
    feedback_true = BilingualBlock(label=gettext_lazy("What we say to whoever answers “true”"))
    feedback_false = BilingualBlock(label=gettext_lazy("What we say to whoever answers “false”"))


class TrueFalse(SingleChoice):
    """A statement that is true or false."""

    name = "true_false"
    label = gettext_lazy("True or false")
    help_text = gettext_lazy("A statement that is true or false.")
    shape = Shape.TRUE_FALSE

    def publication_problems(self, content: ChoiceContent) -> list[Problem]:
        """Return what must be mended before a learner may meet the question."""
        problems = super().publication_problems(content)
        if set(self.option_ids(content)) != set(OPTION_IDS):
            message = _("A true or false question has exactly the options “true” and “false”.")
            problems.append(Problem("options", message))
        return problems

    def form_blocks(self) -> list[tuple[str, blocks.Block]]:
        """Return the choice between the two, with what is said to each."""
        return [("answer", TrueFalseAnswerBlock(label=gettext_lazy("Answer")))]

    def to_form(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Return the stored options as raw values."""
        by_id = {option["id"]: option for option in content.get("options") or []}
        right = [key for key, option in by_id.items() if option["weight"] not in {"0", "0.0"}]
        feedback = {
            f"feedback_{key}": by_id.get(key, {}).get("feedback") or {} for key in OPTION_IDS
        }
        return {"answer": {"right": right[0] if right else "", **feedback}}

    def from_form(self, value: Mapping[str, Any]) -> dict[str, Any]:
        """Return both fixed options as content."""
        answer = value["answer"]
        return {
            "options": [
                {
                    "id": option_id,
                    "texts": OPTION_TEXTS[option_id],
                    "feedback": texts_from_form(answer[f"feedback_{option_id}"]),
                    "weight": "1" if answer["right"] == option_id else "0",
                }
                for option_id in OPTION_IDS
            ]
        }

    def form_place(self, steps: Sequence[str]) -> list[str]:
        """Show every problem of the options at the answer."""
        return ["answer"] if steps and steps[0] == "options" else list(steps)

    def to_exchange(self, content: ChoiceContent) -> ExchangedQuestion:
        """Return two answers whose Spanish texts are `true` and `false`."""
        return ExchangedQuestion(
            shape=self.shape,
            stems=content.common.stems,
            answers=tuple(
                ExchangedAnswer(
                    texts={"es": option.id}, fraction=option.weight, feedback=option.feedback
                )
                for option in content.options
            ),
        )

    def from_exchange(self, question: ExchangedQuestion) -> dict[str, Any]:
        """Return both fixed options with what the file says of them."""
        by_id = {answer.texts.get("es", ""): answer for answer in question.answers}
        none = ExchangedAnswer(texts={})
        return {
            "options": [
                {
                    "id": option_id,
                    "texts": OPTION_TEXTS[option_id],
                    "feedback": dict(by_id.get(option_id, none).feedback),
                    "weight": plain_number(by_id.get(option_id, none).fraction),
                }
                for option_id in OPTION_IDS
            ]
        }

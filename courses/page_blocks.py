"""The lists that a page holds beside its body: objectives, criteria, what comes first."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class ObjectivesBody(blocks.StreamBlock):
    """What the learner will be able to do."""

    objective = blocks.CharBlock(label=_("Objective"), max_length=300)

    class Meta:
        required = False


class CriterionBlock(blocks.StructBlock):
    """One act that a trainer looks for in a practice."""

    text = blocks.CharBlock(label=_("What is seen"), max_length=200)
    is_essential = blocks.BooleanBlock(
        label=_("Essential"),
        required=False,
        help_text=_("Without it the practice is not passed, whatever else was done well."),
    )

    class Meta:
        icon = "check"
        label = _("Line of the checklist")


class CriteriaBody(blocks.StreamBlock):
    """The checklist of a practice."""

    criterion = CriterionBlock()

    class Meta:
        required = False


class RequirementsBody(blocks.StreamBlock):
    """Items to be done before this one opens."""

    page = blocks.PageChooserBlock(
        label=_("Lesson, quiz, case or practice"),
        page_type=[
            "courses.LessonPage",
            "courses.QuizPage",
            "courses.CasePage",
            "courses.PracticePage",
        ],
    )

    class Meta:
        required = False

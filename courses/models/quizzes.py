"""Quizzes: settings, and where their questions come from. The same quiz serves every language."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from courses.enums import FeedbackTiming, QuizLayout
from courses.models.bank import Question, QuestionCategory


class Quiz(ClusterableModel):
    """The rules of a quiz."""

    name = models.CharField(_("name"), max_length=120, help_text=_("Only trainers see it."))
    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    pass_mark = models.DecimalField(
        _("pass mark, in per cent"),
        max_digits=5,
        decimal_places=2,
        default=70,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    attempts = models.PositiveSmallIntegerField(
        _("attempts allowed"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Leave it empty for no limit."),
    )
    is_question_order_shuffled = models.BooleanField(_("shuffle the questions"), default=True)
    is_option_order_shuffled = models.BooleanField(_("shuffle the options"), default=True)
    layout = models.CharField(
        _("layout"), max_length=20, choices=QuizLayout.choices, default=QuizLayout.ONE_PER_PAGE
    )
    feedback = models.CharField(
        _("feedback"), max_length=20, choices=FeedbackTiming.choices, default=FeedbackTiming.AT_END
    )

    class Meta:
        verbose_name = _("quiz")
        verbose_name_plural = _("quizzes")
        constraints = [
            models.CheckConstraint(
                condition=Q(pass_mark__gte=0, pass_mark__lte=100),
                name="quiz_pass_mark_is_per_cent",
                violation_error_message=_("The pass mark lies between 0 and 100 per cent."),
            ),
            models.CheckConstraint(
                condition=Q(attempts__isnull=True) | Q(attempts__gte=1),
                name="quiz_allows_an_attempt",
                violation_error_message=_("A quiz allows at least one attempt."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class QuizSource(models.Model):
    """Either one fixed question, or a number of questions drawn from a category."""

    quiz = ParentalKey(Quiz, on_delete=models.CASCADE, related_name="sources")
    sort_order = models.PositiveIntegerField(null=True, blank=True, editable=False)
    question = models.ForeignKey(
        Question, models.PROTECT, null=True, blank=True, verbose_name=_("fixed question")
    )
    category = models.ForeignKey(
        QuestionCategory,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("draw from category"),
    )
    count = models.PositiveSmallIntegerField(
        _("how many"), null=True, blank=True, validators=[MinValueValidator(1)]
    )

    sort_order_field = "sort_order"

    class Meta:
        verbose_name = _("source of questions")
        verbose_name_plural = _("sources of questions")
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(question__isnull=False, category__isnull=True, count__isnull=True)
                    | Q(question__isnull=True, category__isnull=False, count__gte=1)
                ),
                name="quiz_source_is_one_kind",
                violation_error_message=_(
                    "Choose a fixed question, or a category and how many to draw from it."
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.quiz_id}: {self.question_id or f'{self.count} x {self.category_id}'}"

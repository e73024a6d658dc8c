"""Quizzes: settings, and where their questions come from. The same quiz serves every language."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from courses.enums import (
    SHORT_MODES,
    UNCOUNTED_MODES,
    AttemptCounting,
    Difficulty,
    FeedbackTiming,
    QuizLayout,
    QuizMode,
    ThinkingLevel,
)
from courses.models.bank import Question, QuestionCategory, QuestionTag

PER_CENT = [MinValueValidator(0), MaxValueValidator(100)]
MOST_SECTIONS = 9


class Quiz(ClusterableModel):
    """The rules of a quiz."""

    name = models.CharField(_("name"), max_length=120, help_text=_("Only trainers see it."))
    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    mode = models.CharField(
        _("what it is for"), max_length=10, choices=QuizMode.choices, default=QuizMode.GRADED
    )
    pass_mark = models.DecimalField(
        _("pass mark, in per cent"),
        max_digits=5,
        decimal_places=2,
        default=70,
        validators=PER_CENT,
    )
    weight = models.DecimalField(
        _("weight in the mark of the course"),
        max_digits=5,
        decimal_places=2,
        default=1,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_("2 counts twice as much as 1; 0 counts only as passed or not passed."),
    )
    attempts = models.PositiveSmallIntegerField(
        _("attempts allowed"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Leave it empty for no limit."),
    )
    wait_minutes = models.PositiveIntegerField(
        _("minutes to wait before another attempt"),
        default=0,
        validators=[MaxValueValidator(60 * 24 * 90)],
        help_text=_("1440 is a day. 0 for no waiting."),
    )
    counting = models.CharField(
        _("which attempt counts"),
        max_length=5,
        choices=AttemptCounting.choices,
        default=AttemptCounting.BEST,
    )
    opens_at = models.DateTimeField(_("opens at"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes at"), null=True, blank=True)
    time_limit_minutes = models.PositiveSmallIntegerField(
        _("time limit, in minutes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(600)],
        help_text=_("Measured by the server. Leave it empty for no limit."),
    )
    is_question_order_shuffled = models.BooleanField(_("shuffle the questions"), default=True)
    is_option_order_shuffled = models.BooleanField(_("shuffle the options"), default=True)
    layout = models.CharField(
        _("layout"), max_length=20, choices=QuizLayout.choices, default=QuizLayout.ONE_PER_PAGE
    )
    feedback = models.CharField(
        _("feedback"), max_length=20, choices=FeedbackTiming.choices, default=FeedbackTiming.AT_END
    )
    compared_with = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="compared_by",
        verbose_name=_("compare with the pre-test"),
        help_text=_("Only for a diagnosis after the module: the one from before it."),
    )
    is_anonymous = models.BooleanField(
        _("anonymous"),
        default=False,
        help_text=_("Only for a survey: nobody, not even we, can tell who answered what."),
    )
    is_marked_anonymously = models.BooleanField(
        _("markers do not see names"), default=True, help_text=_("For open answers.")
    )
    needs_second_marker = models.BooleanField(
        _("two people mark each open answer"),
        default=False,
        help_text=_("Neither sees the other's mark before giving her own."),
    )
    marking_difference = models.DecimalField(
        _("difference between two markers that is still agreed, in per cent of the marks"),
        max_digits=5,
        decimal_places=2,
        default=20,
        validators=PER_CENT,
    )

    source_key = models.CharField(_("origin"), max_length=250, blank=True, editable=False)

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
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True)
                | Q(closes_at__isnull=True)
                | Q(closes_at__gt=models.F("opens_at")),
                name="quiz_closes_after_opening",
                violation_error_message=_("The quiz would close before it opens."),
            ),
            models.CheckConstraint(
                condition=Q(is_anonymous=False) | Q(mode=QuizMode.SURVEY),
                name="quiz_anonymous_is_survey",
                violation_error_message=_("Only a survey can be anonymous."),
            ),
            models.UniqueConstraint(
                fields=["source_key"],
                condition=~Q(source_key=""),
                name="quiz_source_key_unique",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_counted(self) -> bool:
        """Whether its marks count for anything."""
        return self.mode not in UNCOUNTED_MODES

    @property
    def short_mode(self) -> str:
        """What it is, in one word."""
        return str(SHORT_MODES[QuizMode(self.mode)])


class QuizSection(models.Model):
    """A part of a quiz with a title and, perhaps, a pass mark of its own."""

    quiz = ParentalKey(Quiz, on_delete=models.CASCADE, related_name="sections")
    number = models.PositiveSmallIntegerField(
        _("number"), validators=[MinValueValidator(1), MaxValueValidator(MOST_SECTIONS)]
    )
    title_es = models.CharField(_("title in Spanish"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=120)
    pass_mark = models.DecimalField(
        _("pass mark of the section, in per cent"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=PER_CENT,
        help_text=_("Leave it empty if only the whole quiz has one."),
    )

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        constraints = [
            models.UniqueConstraint(
                fields=["quiz", "number"],
                name="quiz_section_number_unique",
                violation_error_message=_("This quiz has a section with this number already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.quiz_id}: {self.number}"


class QuizSource(models.Model):
    """Either one fixed question, or a number of questions drawn from a category.

    A draw may ask for a tag, a difficulty and a level of thinking too. `marks` are those of each question.
    """

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
    tag = models.ForeignKey(
        QuestionTag, models.PROTECT, null=True, blank=True, verbose_name=_("only with the tag")
    )
    difficulty = models.CharField(
        _("only of the difficulty"), max_length=6, choices=Difficulty.choices, blank=True
    )
    level = models.CharField(
        _("only of the level"), max_length=10, choices=ThinkingLevel.choices, blank=True
    )
    marks = models.DecimalField(
        _("marks for each question"),
        max_digits=5,
        decimal_places=2,
        default=1,
        validators=[MinValueValidator(0)],
    )
    section = models.PositiveSmallIntegerField(
        _("section"), null=True, blank=True, validators=[MaxValueValidator(MOST_SECTIONS)]
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
            ),
            models.CheckConstraint(
                condition=Q(marks__gt=0),
                name="quiz_source_has_marks",
                violation_error_message=_("A question is worth more than 0 marks."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quiz_id}: {self.question_id or f'{self.count} x {self.category_id}'}"

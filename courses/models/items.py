"""The pages that stand in a module: lessons, quizzes, cases and practices."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from courses.blocks import TEXT_FEATURES, LessonBody, SourcesBody
from courses.models.cases import Case
from courses.models.pages import CheckedPage
from courses.models.quizzes import Quiz
from courses.page_blocks import CriteriaBody, RequirementsBody

MINUTES = [MinValueValidator(1), MaxValueValidator(240)]


class LessonPage(CheckedPage):
    """A lesson, and beside it the same told more briefly where the matter is hard."""

    objective = models.CharField(
        _("objective"), max_length=300, help_text=_("What the learner will be able to do.")
    )
    minutes = models.PositiveSmallIntegerField(
        _("minutes"),
        validators=MINUTES,
        help_text=_("Honest minutes: 150 words a minute, and the time to think."),
    )
    body = StreamField(LessonBody(), verbose_name=_("lesson"), blank=True)
    content_notice = models.CharField(
        _("content notice"),
        max_length=300,
        blank=True,
        help_text=_("One plain line before a hard lesson opens. Then write the brief way too."),
    )
    after_care = models.TextField(_("who to talk to afterwards"), max_length=400, blank=True)
    brief_body = StreamField(
        LessonBody(),
        verbose_name=_("the brief way"),
        blank=True,
        help_text=_("The same substance told more briefly and gently. It counts just as much."),
    )
    sources = StreamField(SourcesBody(), verbose_name=_("sources"), blank=True)
    last_reviewed_date = models.DateField(_("last review"))
    review_due_date = models.DateField(_("review due"))
    needs_legal_review = models.BooleanField(_("needs legal review"), default=True)

    override_translatable_fields = [
        SynchronizedField("slug"),
        SynchronizedField("minutes", overridable=False),
        SynchronizedField("sources"),
        SynchronizedField("last_reviewed_date", overridable=False),
        SynchronizedField("review_due_date", overridable=False),
        SynchronizedField("needs_legal_review", overridable=False),
    ]
    search_fields = [*Page.search_fields, index.SearchField("objective"), index.SearchField("body")]
    parent_page_types = ["courses.ModulePage"]
    subpage_types: list[str] = []
    template = "courses/lesson_page.html"

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")


class QuizPage(CheckedPage):
    """The place of a quiz in a module, with its words in one language."""

    intro = RichTextField(_("before starting"), features=TEXT_FEATURES, blank=True)
    fail_text = models.TextField(
        _("words for whoever does not pass"),
        max_length=600,
        blank=True,
        help_text=_("Say kindly what to read again."),
    )
    minutes = models.PositiveSmallIntegerField(_("minutes"), validators=MINUTES)
    quiz = models.ForeignKey(Quiz, models.PROTECT, related_name="pages", verbose_name=_("quiz"))
    requires = StreamField(
        RequirementsBody(), verbose_name=_("first these must be done"), blank=True
    )

    override_translatable_fields = [
        SynchronizedField("slug"),
        SynchronizedField("minutes", overridable=False),
        SynchronizedField("quiz", overridable=False),
        SynchronizedField("requires"),
    ]
    search_fields = [*Page.search_fields]
    parent_page_types = ["courses.ModulePage"]
    subpage_types: list[str] = []
    template = "courses/quiz_page.html"

    class Meta:
        verbose_name = _("quiz page")
        verbose_name_plural = _("quiz pages")


class CasePage(CheckedPage):
    """The place of a case in a module, with its words before and after in one language."""

    objective = models.CharField(
        _("objective"), max_length=300, help_text=_("What the learner will be able to do.")
    )
    intro = RichTextField(_("before starting"), features=TEXT_FEATURES, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), validators=MINUTES)
    content_notice = models.CharField(
        _("content notice"),
        max_length=300,
        blank=True,
        help_text=_("One plain line before a hard case opens."),
    )
    after_care = models.TextField(_("who to talk to afterwards"), max_length=400, blank=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="+", verbose_name=_("case"))
    is_voluntary = models.BooleanField(
        _("voluntary"),
        default=False,
        help_text=_("It need not be done for the certificate, and its minutes are not counted."),
    )
    requires = StreamField(
        RequirementsBody(), verbose_name=_("first these must be done"), blank=True
    )

    override_translatable_fields = [
        SynchronizedField("slug"),
        SynchronizedField("minutes", overridable=False),
        SynchronizedField("case", overridable=False),
        SynchronizedField("is_voluntary", overridable=False),
        SynchronizedField("requires"),
    ]
    search_fields = [*Page.search_fields, index.SearchField("objective")]
    parent_page_types = ["courses.ModulePage"]
    subpage_types: list[str] = []
    template = "courses/case_page.html"

    class Meta:
        verbose_name = _("case page")
        verbose_name_plural = _("case pages")


class PracticePage(CheckedPage):
    """A practice that a trainer watches and signs, with the checklist that learners read before.

    The criteria stand in the same order in every language; a release takes their keys from the
    source language.
    """

    objective = models.CharField(
        _("objective"), max_length=300, help_text=_("What the learner will be able to do.")
    )
    intro = RichTextField(_("how it goes"), features=TEXT_FEATURES, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), validators=MINUTES)
    criteria = StreamField(
        CriteriaBody(),
        verbose_name=_("checklist"),
        blank=True,
        help_text=_("What the trainer looks for: acts that can be seen, one in each line."),
    )
    needed = models.PositiveSmallIntegerField(
        _("lines that must be met"),
        default=1,
        validators=[MinValueValidator(1)],
        help_text=_("Of all the lines. The essential ones must be met in any case."),
    )
    after_care = models.TextField(_("who to talk to afterwards"), max_length=400, blank=True)
    requires = StreamField(
        RequirementsBody(), verbose_name=_("first these must be done"), blank=True
    )

    override_translatable_fields = [
        SynchronizedField("slug"),
        SynchronizedField("minutes", overridable=False),
        SynchronizedField("needed", overridable=False),
        SynchronizedField("requires"),
    ]
    search_fields = [*Page.search_fields, index.SearchField("objective")]
    parent_page_types = ["courses.ModulePage"]
    subpage_types: list[str] = []
    template = "courses/practice_page.html"

    class Meta:
        verbose_name = _("practice page")
        verbose_name_plural = _("practice pages")

"""The question bank: categories in a tree, questions, and versions that never change."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.question_types import question_type


class QuestionBank(models.Model):
    """A collection of questions."""

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("short name"), max_length=60, unique=True)

    class Meta:
        verbose_name = _("question bank")
        verbose_name_plural = _("question banks")

    def __str__(self) -> str:
        return self.name


class QuestionCategoryQuerySet(models.QuerySet["QuestionCategory"]):
    """Filters over the tree, which the path spells out: `modulo-1/mitos`."""

    def within(self, category: "QuestionCategory") -> Self:
        """Return the category and all below it."""
        return self.filter(
            Q(path=category.path) | Q(path__startswith=f"{category.path}/"), bank=category.bank_id
        )


class QuestionCategory(models.Model):
    """A branch of a bank's tree."""

    bank = models.ForeignKey(
        QuestionBank, models.PROTECT, related_name="categories", verbose_name=_("bank")
    )
    path = models.CharField(
        _("path"),
        max_length=200,
        help_text=_("The short names from the root, with slashes between: modulo-1/mitos."),
    )
    name = models.CharField(_("name"), max_length=120)

    objects = QuestionCategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        constraints = [
            models.UniqueConstraint(
                fields=["bank", "path"],
                name="category_path_unique",
                violation_error_message=_("This bank has a category with this path already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.path})"


class Question(models.Model):
    """A question with its versions; quizzes use the one that is live."""

    category = models.ForeignKey(
        QuestionCategory, models.PROTECT, related_name="questions", verbose_name=_("category")
    )
    key = models.SlugField(
        _("key"),
        max_length=60,
        unique=True,
        help_text=_("A short name that stays, for files and statistics: m1-02."),
    )
    kind = models.CharField(_("type"), max_length=30)
    live_version = models.ForeignKey(
        "courses.QuestionVersion",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("published version"),
    )

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")

    def __str__(self) -> str:
        return self.key


class QuestionVersion(models.Model):
    """One state of a question in all its languages; a row is never changed after it was made."""

    question = models.ForeignKey(Question, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    kind = models.CharField(_("type"), max_length=30)
    content = models.JSONField(_("content"))
    created_at = models.DateTimeField(_("created at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("version of a question")
        verbose_name_plural = _("versions of questions")
        constraints = [
            models.UniqueConstraint(
                fields=["question", "number"], name="question_version_number_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.question_id} v{self.number}"

    @property
    def typed_content(self) -> Any:
        """The content as its type's frozen structure."""
        return question_type(self.kind).read(self.content)

"""The question bank: categories in a tree, questions, and versions that never change."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from taggit.models import ItemBase, TagBase

from courses.enums import Difficulty, ImportFormat, ImportState
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


class TreeOrder(models.Func):
    """A path to sort by, so that whatever is below a category follows it: `a`, `a/b`, `a-b`."""

    template = "REPLACE(%(expressions)s, '/', ' ')"
    output_field = models.CharField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Compare letter by letter, as SQLite does: a language's own rules pass over the slash."""
        template = f'{self.template} COLLATE "C"'
        return self.as_sql(compiler, connection, template=template, **context)


class QuestionCategoryQuerySet(models.QuerySet["QuestionCategory"]):
    """Filters over the tree, which the path spells out: `modulo-1/mitos`."""

    def in_tree_order(self) -> Self:
        """Return the categories bank by bank, each followed by all below it."""
        found = self.select_related("bank")
        return found.order_by("bank__name", "bank", TreeOrder(models.F("path")))

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

    @property
    def depth(self) -> int:
        """How many categories stand above it."""
        return self.path.count("/")

    @property
    def name_in_tree(self) -> str:
        """The name, moved in by its depth, for lists in the order of the tree."""
        return "\u2003" * self.depth + self.name


class QuestionTag(TagBase):
    """A word that trainers put on questions; quizzes may draw by it."""

    class Meta:
        verbose_name = _("tag of questions")
        verbose_name_plural = _("tags of questions")


class TaggedQuestion(ItemBase):
    """A question with one of its tags."""

    tag = models.ForeignKey(QuestionTag, models.CASCADE, related_name="tagged")
    content_object = models.ForeignKey("courses.Question", models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("tagged question")
        verbose_name_plural = _("tagged questions")
        constraints = [
            models.UniqueConstraint(fields=["tag", "content_object"], name="question_tagged_once")
        ]


class Question(models.Model):
    """A question with its versions; quizzes use the one that is live.

    `source_key` is where an imported one came from: file's source, label and key;
    `source_digest` tells whether the file says something else than when it was last imported.
    """

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
    difficulty = models.CharField(
        _("expected difficulty"), max_length=6, choices=Difficulty.choices, blank=True
    )
    source_key = models.CharField(_("origin"), max_length=250, blank=True, editable=False)
    source_digest = models.CharField(
        _("digest of the origin"), max_length=64, blank=True, editable=False
    )
    tags = TaggableManager(
        through=TaggedQuestion,
        blank=True,
        verbose_name=_("tags"),
        help_text=_("Words with commas between them."),
    )
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
        constraints = [
            models.UniqueConstraint(
                fields=["source_key"],
                condition=~Q(source_key=""),
                name="question_source_key_unique",
            )
        ]

    def __str__(self) -> str:
        return self.key


class QuestionVersion(models.Model):
    """One state of a question in all its languages.

    A row is never changed after it was made: a trigger of the database holds it (migration 0003).
    """

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


class QuestionImport(models.Model):
    """A file of questions on its way into a bank: the row of the outbox, its progress, its report.

    `report` lists row by row what is created, changed, skipped or refused; `done` and `total` count
    questions. `is_lenient` writes the good ones though some are bad.
    """

    bank = models.ForeignKey(QuestionBank, models.PROTECT, related_name="imports")
    format = models.CharField(_("format"), max_length=20, choices=ImportFormat.choices)
    language = models.CharField(_("language"), max_length=5, default="es")
    file = models.FileField(_("file"), upload_to="question-imports/")
    file_name = models.CharField(_("name of the file"), max_length=200)
    source = models.CharField(
        _("source"),
        max_length=80,
        blank=True,
        help_text=_(
            "The same questions under the same source are brought up to date, not doubled."
        ),
    )
    media = models.FileField(
        _("pictures, as a ZIP file"), upload_to="question-imports/", blank=True
    )
    is_lenient = models.BooleanField(_("write the good ones though some are bad"), default=False)
    is_publishing = models.BooleanField(_("publish what is complete"), default=False)
    state = models.CharField(
        _("state"), max_length=10, choices=ImportState.choices, default=ImportState.UPLOADED
    )
    report = models.JSONField(_("report"), default=dict)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("of"), default=0)
    created_at = models.DateTimeField(_("created at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    claimed_until = models.DateTimeField(_("claimed until"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        verbose_name = _("import of questions")
        verbose_name_plural = _("imports of questions")

    def __str__(self) -> str:
        return f"{self.file_name} ({self.state})"

"""What lessons, questions and cases rest on: norms, treaties, guides, figures."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from wagtail.models import RevisionMixin

from courses.enums import CheckOutcome, SourceChangeKind, SourceKind, SourceState

PARTIAL_DATE = RegexValidator(
    r"\A\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?\Z",
    _("A day, a month or a year: 2021-07-27, 2021-07 or 2021."),
)


class SourceRecord(RevisionMixin, models.Model):
    """One source, kept once for all that cites it, with its state in force and who checked it when.

    Both languages stand in one row, because a question and a case carry all languages in one
    version too. What cites it names its `key`, which therefore stays as it is. Its history is kept
    as revisions.
    """

    key = models.SlugField(
        _("key"),
        max_length=60,
        unique=True,
        help_text=_("How the files of the curriculum name it: ley-28950."),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=SourceKind.choices)
    number = models.CharField(
        _("number"),
        max_length=80,
        blank=True,
        help_text=_("As it is cited: Ley 28950, DS 007-2023-IN."),
    )
    title_es = models.CharField(_("title in Spanish"), max_length=300)
    title_en = models.CharField(_("title in English"), max_length=300)
    issued = models.CharField(
        _("date"),
        max_length=10,
        blank=True,
        validators=[PARTIAL_DATE],
        help_text=_("A day, a month or a year: 2021-07-27, 2021-07 or 2021."),
    )
    url = models.URLField(_("address"), max_length=500, blank=True)
    mark = models.CharField(
        _("how sure"),
        max_length=10,
        blank=True,
        help_text=_("R: read in a published page. M-H, M-M: from memory, of high or medium trust."),
    )
    state = models.CharField(
        _("state"), max_length=10, choices=SourceState.choices, default=SourceState.UNKNOWN
    )
    state_checked_date = models.DateField(_("state checked on"), null=True, blank=True)
    replaced_by = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaces",
        verbose_name=_("replaced by"),
    )
    needs_legal_review = models.BooleanField(
        _("needs legal review"),
        default=False,
        help_text=_("What it says stands on memory, or on the press: a lawyer has to confirm it."),
    )
    summary_es = models.TextField(_("what it says, in Spanish"), max_length=800, blank=True)
    summary_en = models.TextField(_("what it says, in English"), max_length=800, blank=True)
    is_in_library = models.BooleanField(_("shown in the public library"), default=True)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        constraints = [
            models.CheckConstraint(
                condition=Q(replaced_by__isnull=True) | ~Q(replaced_by=F("id")),
                name="source_not_replaced_by_itself",
                violation_error_message=_("A source cannot replace itself."),
            ),
            models.CheckConstraint(
                condition=~Q(state=SourceState.REPEALED) | Q(state_checked_date__isnull=False),
                name="source_repealed_was_checked",
                violation_error_message=_("Say when it was checked that it is no longer in force."),
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.title_es

    def title_in(self, language: str) -> str:
        """Return the title in a language of the product."""
        return self.title_en if language == "en" else self.title_es


class SourceChange(models.Model):
    """One source changed: what happened, from when, and until everything that cites it is checked.

    `trainers_told_at` is the outbox of the news to the trainers of running cohorts.
    """

    source = models.ForeignKey(
        SourceRecord, models.PROTECT, related_name="changes", verbose_name=_("source")
    )
    kind = models.CharField(_("what happened"), max_length=10, choices=SourceChangeKind.choices)
    replacement = models.ForeignKey(
        SourceRecord,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("replaced by"),
    )
    changed_date = models.DateField(_("from when"))
    words_es = models.TextField(_("what has changed, in Spanish"), max_length=300)
    words_en = models.TextField(_("what has changed, in English"), max_length=300)
    created_at = models.DateTimeField(_("noted at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("noted by"),
    )
    trainers_told_at = models.DateTimeField(_("trainers told at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("change of a source")
        verbose_name_plural = _("changes of sources")
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind=SourceChangeKind.REPLACED) | Q(replacement__isnull=False),
                name="source_change_replaced_names_by_what",
                violation_error_message=_("Say which source replaces it."),
            ),
            models.CheckConstraint(
                condition=Q(replacement__isnull=True) | ~Q(replacement=F("source")),
                name="source_change_not_by_itself",
                violation_error_message=_("A source cannot replace itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id}: {self.kind} {self.changed_date}"

    def words_in(self, language: str) -> str:
        """Return what has changed in a language of the product."""
        return self.words_en if language == "en" else self.words_es


class SourceCheck(models.Model):
    """One item that cites a changed source, and what became of it.

    `item_kind` is one of `courses.sources.kinds`; `live_version` and `newest_version` say how the
    item stood when the change was noted, in a form in which a later one is greater.
    """

    change = models.ForeignKey(SourceChange, models.PROTECT, related_name="checks")
    item_kind = models.CharField(_("kind"), max_length=20)
    item_id = models.PositiveBigIntegerField(_("item"))
    title = models.CharField(_("title"), max_length=255)
    language = models.CharField(_("language"), max_length=5, blank=True)
    places = models.CharField(_("cited place"), max_length=300, blank=True)
    live_version = models.PositiveBigIntegerField(_("published version then"), default=0)
    newest_version = models.PositiveBigIntegerField(_("newest version then"), default=0)
    outcome = models.CharField(
        _("outcome"), max_length=10, choices=CheckOutcome.choices, default=CheckOutcome.OPEN
    )
    note = models.CharField(_("note"), max_length=400, blank=True)
    checked_at = models.DateTimeField(_("checked at"), null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("checked by"),
    )

    class Meta:
        verbose_name = _("check after a change")
        verbose_name_plural = _("checks after changes")
        constraints = [
            models.UniqueConstraint(
                fields=["change", "item_kind", "item_id"], name="source_check_once"
            ),
            models.CheckConstraint(
                condition=Q(outcome=CheckOutcome.OPEN, checked_at__isnull=True)
                | (~Q(outcome=CheckOutcome.OPEN) & Q(checked_at__isnull=False)),
                name="source_check_done_has_a_date",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=CheckOutcome.UNCHANGED) | ~Q(note=""),
                name="source_check_unchanged_says_why",
                violation_error_message=_("Say why nothing has to change."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["item_kind", "item_id"],
                condition=Q(outcome=CheckOutcome.OPEN),
                name="source_check_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.item_kind} {self.item_id}: {self.outcome}"

"""What lessons, questions and cases rest on: norms, treaties, guides, figures."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.enums import SourceKind, SourceState

PARTIAL_DATE = RegexValidator(
    r"\A\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?\Z",
    _("A day, a month or a year: 2021-07-27, 2021-07 or 2021."),
)


class SourceRecord(models.Model):
    """One source, kept once for all that cites it, with its state in force and who checked it when.

    Both languages stand in one row, because a question and a case carry all languages in one
    version too.
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

"""The public library: services, figures and cards. Norms are `SourceRecord`, terms `GlossaryTerm`.

A service and a figure carry both languages in one row, as a source does: its telephone, its day of
check and its number are one fact, which one press confirms for both languages. A card is written
text, so each language has its own row, which wagtail-localize translates.
"""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField
from wagtail.models import TranslatableMixin

from courses.blocks import CardBody
from courses.enums import Region, ServiceKind
from courses.models.sources import SourceRecord
from courses.sheltered import check_tells_no_place

PHONE = r"\A[0-9 +()*#-]{2,30}\Z"
HAS_A_DIGIT = r"[0-9]"
FIGURE_MARKS = ("R", "M-H")


class Service(models.Model):
    """A public service: what it is for and how to reach it, never where people are protected."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=14, choices=ServiceKind.choices)
    name_es = models.CharField(
        _("name in Spanish"), max_length=160, validators=[check_tells_no_place]
    )
    name_en = models.CharField(
        _("name in English"), max_length=160, validators=[check_tells_no_place]
    )
    purpose_es = models.TextField(
        _("what for, in Spanish"), max_length=600, validators=[check_tells_no_place]
    )
    purpose_en = models.TextField(
        _("what for, in English"), max_length=600, validators=[check_tells_no_place]
    )
    region = models.CharField(
        _("region"),
        max_length=20,
        choices=Region.choices,
        blank=True,
        help_text=_("Empty: the whole country."),
    )
    phone = models.CharField(
        _("telephone"),
        max_length=30,
        blank=True,
        validators=[RegexValidator(PHONE, _("Digits, blanks and hyphens only."))],
    )
    hours_es = models.CharField(
        _("hours, in Spanish"), max_length=120, blank=True, validators=[check_tells_no_place]
    )
    hours_en = models.CharField(
        _("hours, in English"), max_length=120, blank=True, validators=[check_tells_no_place]
    )
    spoken_languages_es = models.CharField(
        _("languages spoken, in Spanish"), max_length=120, blank=True
    )
    spoken_languages_en = models.CharField(
        _("languages spoken, in English"), max_length=120, blank=True
    )
    url = models.URLField(
        _("web site"), max_length=300, blank=True, validators=[check_tells_no_place]
    )
    source = models.CharField(_("source"), max_length=200)
    source_read_on = models.DateField(_("source read on"))
    verified_on = models.DateField(
        _("verified on"),
        null=True,
        blank=True,
        help_text=_(
            "The day on which somebody asked the service. Until then it says “not verified”."
        ),
    )
    sort_order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=ServiceKind.values),
                name="service_kind_known",
                violation_error_message=_("This kind of service is not kept in the directory."),
            )
        ]

    def __str__(self) -> str:
        return self.name_es


class Figure(models.Model):
    """A number with all that it needs to be understood: what is counted, when, where, by whom.

    The number is a text, so that nobody can add it to another by mistake: bodies count different
    things (complaints, rescued people, registered victims).
    """

    key = models.SlugField(_("key"), max_length=60, unique=True)
    what_es = models.CharField(_("what it says, in Spanish"), max_length=240)
    what_en = models.CharField(_("what it says, in English"), max_length=240)
    value = models.CharField(
        _("number"),
        max_length=40,
        validators=[RegexValidator(HAS_A_DIGIT, _("A figure has a number."))],
        help_text=_("As it is printed: 1,112 or 84.1 %."),
    )
    unit_es = models.CharField(_("unit, in Spanish"), max_length=80)
    unit_en = models.CharField(_("unit, in English"), max_length=80)
    year = models.PositiveSmallIntegerField(
        _("year"), help_text=_("The last year that the number covers.")
    )
    period_es = models.CharField(_("period, in Spanish"), max_length=60)
    period_en = models.CharField(_("period, in English"), max_length=60)
    region = models.CharField(
        _("region"),
        max_length=20,
        choices=Region.choices,
        blank=True,
        help_text=_("Empty: the whole country."),
    )
    body_es = models.CharField(_("who counted, in Spanish"), max_length=120)
    body_en = models.CharField(_("who counted, in English"), max_length=120)
    source = models.ForeignKey(
        SourceRecord, models.PROTECT, related_name="figures", verbose_name=_("source")
    )
    note_es = models.TextField(_("how to read it, in Spanish"), max_length=600)
    note_en = models.TextField(_("how to read it, in English"), max_length=600)
    mark = models.CharField(
        _("how sure"),
        max_length=10,
        choices=[(mark, mark) for mark in FIGURE_MARKS],
        help_text=_("R: read in a published page. M-H: from memory, of high trust."),
    )
    sort_order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        constraints = [
            models.CheckConstraint(
                condition=Q(mark__in=FIGURE_MARKS),
                name="figure_is_sure_enough",
                violation_error_message=_("A figure of lower trust is not published."),
            ),
            models.CheckConstraint(
                condition=Q(year__gte=2000, year__lte=2100),
                name="figure_year_plausible",
                violation_error_message=_("The year has four digits: 2024."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value} ({self.year})"


class Card(TranslatableMixin):
    """One sheet to print and keep at hand."""

    key = models.SlugField(_("key"), max_length=60)
    title = models.CharField(_("title"), max_length=120)
    purpose = models.CharField(_("what it is for"), max_length=300)
    body = StreamField(CardBody(), verbose_name=_("text"))
    shows_helplines = models.BooleanField(_("shows the helplines"), default=False)
    sources = models.ManyToManyField(
        SourceRecord, related_name="cards", blank=True, verbose_name=_("sources")
    )
    last_reviewed_date = models.DateField(_("last reviewed"))
    review_due_date = models.DateField(_("review due"))
    sort_order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("card")
        verbose_name_plural = _("cards")
        constraints = [
            models.UniqueConstraint(fields=["key", "locale"], name="card_key_unique"),
            models.CheckConstraint(
                condition=Q(review_due_date__gte=F("last_reviewed_date")),
                name="card_review_not_before_last",
                violation_error_message=_("The next review cannot be due before the last one."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

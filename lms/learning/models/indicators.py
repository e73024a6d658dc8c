"""What an agency counts itself, quarter by quarter: its indicators and their values."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.accounts.models import Agency


class AgencyIndicator(models.Model):
    """Something that an agency counts: what, how it is counted, in which unit, from which source.

    Never of a person. `ended_at` is when the agency stopped to keep it; its values stay.
    """

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="indicators")
    name = models.CharField(_("name"), max_length=120)
    definition = models.CharField(_("definition"), max_length=600)
    unit = models.CharField(_("unit of measure"), max_length=60)
    source = models.CharField(_("source of the figure"), max_length=200)
    is_shared = models.BooleanField(_("may be shown in the report of a course"), default=False)
    created_at = models.DateTimeField(_("created at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("indicator of an agency")
        verbose_name_plural = _("indicators of agencies")
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "name"],
                condition=Q(ended_at__isnull=True),
                name="indicator_name_once",
                violation_error_message=_("The agency has an indicator of this name already."),
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(definition="") & ~Q(unit="") & ~Q(source=""),
                name="indicator_is_defined",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency_id}: {self.name}"


class IndicatorValue(models.Model):
    """A figure of one quarter. A correction adds a row, and the one before stays, marked."""

    indicator = models.ForeignKey(AgencyIndicator, models.CASCADE, related_name="values")
    year = models.PositiveSmallIntegerField(_("year"))
    quarter = models.PositiveSmallIntegerField(_("quarter"))
    value = models.DecimalField(_("figure"), max_digits=14, decimal_places=2)
    note = models.CharField(_("note"), max_length=300, blank=True)
    entered_at = models.DateTimeField(_("entered at"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    replaced_at = models.DateTimeField(_("corrected at"), null=True, blank=True)

    class Meta:
        verbose_name = _("figure of an indicator")
        verbose_name_plural = _("figures of indicators")
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "year", "quarter"],
                condition=Q(replaced_at__isnull=True),
                name="indicator_one_figure_a_quarter",
            ),
            models.CheckConstraint(
                condition=Q(quarter__gte=1, quarter__lte=4, year__gte=2000, year__lte=2100),
                name="indicator_quarter_of_four",
            ),
            models.CheckConstraint(condition=Q(value__gte=0), name="indicator_not_below_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id}, {self.year}-{self.quarter}"

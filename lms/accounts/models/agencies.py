"""Agencies, their units, and who belongs to them."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from lms.accounts.enums import MembershipRole, Sector, UnitKind
from lms.accounts.models.people import User


class Agency(ClusterableModel):
    """A ministry, police unit, shelter or organisation that sends its people."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    sector = models.CharField(_("sector"), max_length=20, choices=Sector.choices)
    region = models.CharField(_("region"), max_length=60)

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """A region, a post or a shift of an agency; an agency is a tree of them.

    A unit that does not exist any more keeps its row, for the memberships that name it, and has a
    date of closing. That the parent belongs to the same agency is held by the services.
    """

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="units")
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("belongs to"),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=UnitKind.choices)
    name = models.CharField(_("name"), max_length=120)
    closed_date = models.DateField(_("closed on"), null=True, blank=True)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [
            models.UniqueConstraint(
                "agency",
                "parent",
                Lower("name"),
                name="unit_name_once",
                violation_error_message=_("There is a unit of this name here already."),
            ),
            models.UniqueConstraint(
                "agency",
                Lower("name"),
                condition=Q(parent__isnull=True),
                name="unit_name_once_at_top",
                violation_error_message=_("There is a unit of this name here already."),
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                name="unit_not_its_own_parent",
                violation_error_message=_("A unit cannot belong to itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Filters by day: a membership that has ended stays on record."""

    def current(self, *, on: date) -> Self:
        """Return the memberships that hold on that day."""
        return self.filter(Q(until_date=None) | Q(until_date__gte=on), from_date__lte=on)


class Membership(models.Model):
    """Somebody belongs to an agency from one day until another."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    agency = ParentalKey(Agency, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(
        _("role"),
        max_length=12,
        choices=MembershipRole.choices,
        default=MembershipRole.MEMBER,
    )
    unit = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("unit"),
    )
    from_date = models.DateField(_("from"))
    until_date = models.DateField(_("until"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "agency"],
                condition=Q(until_date__isnull=True),
                name="membership_open_once",
                violation_error_message=_("This person already belongs to this agency."),
            ),
            models.CheckConstraint(
                condition=Q(until_date__isnull=True) | Q(until_date__gte=F("from_date")),
                name="membership_ends_after_start",
                violation_error_message=_("A membership cannot end before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}, {self.agency_id} ({self.role})"

"""Branching cases: the graph of scenes and choices, in versions that never change."""

from functools import cached_property

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.case_graph import CaseGraph, read_case


class Case(models.Model):
    """A case with its versions; pages show the one that is live."""

    name = models.CharField(_("name"), max_length=120, help_text=_("Only trainers see it."))
    key = models.SlugField(_("key"), max_length=60, unique=True)
    live_version = models.ForeignKey(
        "courses.CaseVersion",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("published version"),
    )

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")

    def __str__(self) -> str:
        return self.name


class CaseVersion(models.Model):
    """One state of a case in all its languages, with the same ids of scenes and choices.

    A row is never changed after it was made: a trigger of the database holds it (migration 0003).
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    content = models.JSONField(_("content"))
    created_at = models.DateTimeField(_("created at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("version of a case")
        verbose_name_plural = _("versions of cases")
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="case_version_number_unique")
        ]

    def __str__(self) -> str:
        return f"{self.case_id} v{self.number}"

    @cached_property
    def graph(self) -> CaseGraph:
        """The content as its frozen structure."""
        return read_case(self.content)

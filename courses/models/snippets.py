"""Texts that many pages share: helplines and the glossary."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import TranslatableMixin


class Helpline(TranslatableMixin):
    """A telephone line, with the day on which somebody last called it to check."""

    key = models.SlugField(_("key"), max_length=40)
    number = models.CharField(_("number"), max_length=30)
    name = models.CharField(_("name"), max_length=120)
    purpose = models.CharField(_("what it is for"), max_length=300)
    hours = models.CharField(_("hours"), max_length=120)
    spoken_languages = models.CharField(_("languages spoken"), max_length=120, blank=True)
    is_emergency = models.BooleanField(_("emergency line"), default=False)
    source = models.CharField(_("source"), max_length=200)
    source_read_on = models.DateField(_("source read on"))
    verified_on = models.DateField(
        _("verified on"),
        null=True,
        blank=True,
        help_text=_(
            "The day on which somebody called the line. Until then it says “not verified”."
        ),
    )
    sort_order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("helpline")
        verbose_name_plural = _("helplines")
        constraints = [
            models.UniqueConstraint(fields=["key", "locale"], name="helpline_key_unique")
        ]

    def __str__(self) -> str:
        return f"{self.number}, {self.name}"


class GlossaryTerm(TranslatableMixin):
    """A word of this field with its meaning."""

    key = models.SlugField(_("key"), max_length=80)
    term = models.CharField(_("term"), max_length=120)
    definition = models.TextField(_("definition"), max_length=800)

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("glossary term")
        verbose_name_plural = _("glossary")
        constraints = [
            models.UniqueConstraint(fields=["key", "locale"], name="glossary_key_unique")
        ]

    def __str__(self) -> str:
        return self.term

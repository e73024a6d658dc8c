"""Records that every app may use: the audit trail, the outbox, the site's own settings."""

from datetime import datetime, timedelta
from typing import Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from lms.core.enums import OutboxState, SiteKeyPurpose


class AuditEvent(models.Model):
    """Who did what to which record, and why. Rows are only ever added: a trigger refuses the rest.

    The people are plain numbers and not foreign keys, so that erasing a person touches no row.
    `reason` holds the system's own words; what somebody typed is in `sealed_reason`, under the key
    of the person concerned or, where there is none, of the installation (`queries.read_reason`).
    `origin` shows that the row was written here (`canonical.new_origin`).
    """

    at = models.DateTimeField(_("at"), db_index=True)
    actor_id = models.BigIntegerField(_("acting user"), null=True, db_index=True)
    action = models.CharField(_("action"), max_length=60)
    target_type = models.CharField(_("kind of record"), max_length=60)
    target_id = models.CharField(_("record"), max_length=60)
    changed_fields = models.JSONField(_("changed fields"), default=list)
    subject_id = models.BigIntegerField(_("person concerned"), null=True, db_index=True)
    reason = models.TextField(_("reason"), blank=True)
    sealed_reason = models.TextField(_("sealed reason"), blank=True)
    origin = models.CharField(_("mark of origin"), max_length=80)

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        indexes = [models.Index(fields=["target_type", "target_id"], name="audit_target")]
        constraints = [models.UniqueConstraint(fields=["origin"], name="audit_origin_once")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.target_type} {self.target_id}"


class AuditSeal(models.Model):
    """One link of the chain that a worker puts over committed rows. Rows are only ever added.

    The database knows no reference to the event: a seal stays as it is where a row was taken away,
    and tells it.
    """

    number = models.BigIntegerField(_("number"), primary_key=True)
    event = models.OneToOneField(
        AuditEvent, models.PROTECT, related_name="seal", db_constraint=False
    )
    sealed_at = models.DateTimeField(_("sealed at"))
    digest = models.CharField(_("digest"), max_length=64)

    class Meta:
        verbose_name = _("seal of the audit trail")
        verbose_name_plural = _("seals of the audit trail")
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="audit_seal_from_one")
        ]

    def __str__(self) -> str:
        return f"{self.number}:{self.digest}"


class PersonKey(models.Model):
    """The random key under which the words about one person stand; her erasure destroys it.

    The row stays, so that words which cannot be read any more are told from words that were lost,
    and so that nothing about her is kept readable from then on.
    """

    person_id = models.BigIntegerField(_("person concerned"), unique=True)
    wrapped = models.TextField(_("wrapped key"), blank=True)
    created_at = models.DateTimeField(_("created at"))
    destroyed_at = models.DateTimeField(_("destroyed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("key of a person")
        verbose_name_plural = _("keys of persons")
        constraints = [
            models.CheckConstraint(
                condition=Q(wrapped="", destroyed_at__isnull=False)
                | (~Q(wrapped="") & Q(destroyed_at=None)),
                name="person_key_is_there_or_destroyed",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id}"


class SiteKey(models.Model):
    """A random key of the installation: of the seals, or of words that concern no single person."""

    purpose = models.CharField(
        _("purpose"), max_length=10, choices=SiteKeyPurpose.choices, unique=True
    )
    wrapped = models.TextField(_("wrapped key"))
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("key of the installation")
        verbose_name_plural = _("keys of the installation")

    def __str__(self) -> str:
        return self.purpose


class OutboxQuerySet(models.QuerySet["OutboxRow"]):
    """Filters and the one conditional UPDATE by which a worker takes a row."""

    def stale(self, *, now: datetime) -> Self:
        """Return the rows that still wait and that no worker holds."""
        return self.filter(
            Q(claimed_until=None) | Q(claimed_until__lt=now), state=OutboxState.PENDING
        )

    def claim(self, pk: int, *, now: datetime, lease: timedelta) -> bool:
        """Take one row for the length of the lease; False if another worker has it or it is done."""
        return bool(
            self.filter(pk=pk)
            .stale(now=now)
            .update(claimed_until=now + lease, tries=F("tries") + 1)
        )


class OutboxRow(models.Model):
    """A piece of slow work, written in the transaction of the event that asks for it."""

    state = models.CharField(
        _("state"), max_length=10, choices=OutboxState.choices, default=OutboxState.PENDING
    )
    created_at = models.DateTimeField(_("created at"))
    claimed_until = models.DateTimeField(_("claimed until"), null=True, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    failure = models.TextField(_("reason of the failure"), blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        abstract = True


@register_setting(icon="shield-halved")
class SiteSettings(BaseGenericSetting):
    """What the owner of the site decides about the safety of everybody's screen."""

    is_title_neutral = models.BooleanField(
        _("neutral page titles"),
        default=True,
        help_text=_(
            "The browser tab then shows only the name of the site, never the subject of the page."
        ),
    )
    quick_exit_url = models.URLField(
        _("quick exit leads to"),
        default="https://www.google.com/",
        help_text=_("A harmless page that loads fast and that anybody might have open."),
    )

    panels = [
        MultiFieldPanel(
            [FieldPanel("is_title_neutral"), FieldPanel("quick_exit_url")],
            heading=_("Safety of the screen"),
        )
    ]

    class Meta:
        verbose_name = _("site settings")


TERM_WORDS = RegexValidator(
    r"\A[^\W_]([\w ,()\u2019-]*[\w)])?\Z",
    _("Only letters, digits, blanks, commas, hyphens and brackets."),
)


class SiteTerm(models.Model):
    """A term that every page words as the owner of the site decides, where texts write its key.

    Ley 32535 of December 2025 has State bodies read “enfoque de género” in another wording, and not
    every partner is a State body: that is why it is a row and not a constant.
    """

    key = models.SlugField(
        _("key"),
        max_length=40,
        unique=True,
        validators=[
            RegexValidator(
                r"\A[a-z][a-z0-9-]*\Z",
                _("Small letters, digits and hyphens, a letter first."),
            )
        ],
        help_text=_("Texts write it between double braces: {{enfoque}}."),
    )
    text_es = models.CharField(
        _("wording in Spanish"),
        max_length=120,
        validators=[TERM_WORDS],
        help_text=_(
            "In small letters, as inside a sentence. For the key “enfoque”, State partners may need "
            "the wording of Ley 32535: “enfoque de igualdad de oportunidades entre mujeres y "
            "hombres”."
        ),
    )
    text_en = models.CharField(
        _("wording in English"),
        max_length=120,
        validators=[TERM_WORDS],
        help_text=_("For example “equal opportunities approach for women and men”."),
    )

    class Meta:
        verbose_name = _("site term")
        verbose_name_plural = _("site terms")

    def __str__(self) -> str:
        return self.key

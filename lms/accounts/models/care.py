"""A wish to be contacted by somebody who was hurt; no story is ever asked for or kept."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting


@register_setting(icon="user")
class CareSettings(BaseGenericSetting):
    """Who reads the wishes to be contacted; while nobody is named, none can be sent."""

    first_person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("first person"),
    )
    second_person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("second person"),
    )
    keep_days = models.PositiveSmallIntegerField(
        _("days for which a wish is kept"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
    )

    class Meta:
        verbose_name = _("who may be asked for contact")


class ContactWish(models.Model):
    """Please contact me: a safe way and hour, encrypted; deleted when its days are over."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="contact_wishes"
    )
    ciphertext = models.TextField(_("safe way and hour, encrypted"))
    created_at = models.DateTimeField(_("sent at"))
    delete_date = models.DateField(_("deleted on"), db_index=True)
    handled_at = models.DateTimeField(_("handled at"), null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("wish to be contacted")
        verbose_name_plural = _("wishes to be contacted")
        constraints = [
            models.CheckConstraint(condition=~Q(ciphertext=""), name="contact_wish_has_way")
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

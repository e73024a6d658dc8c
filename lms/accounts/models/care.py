"""A wish to be contacted by somebody who was hurt; no story is ever asked for or kept."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from lms.accounts.enums import MembershipRole, StaffRole
from lms.accounts.models.agencies import Membership
from lms.accounts.models.people import User
from lms.core.models import OutboxRow


def _teaches_or_coordinates(person: User) -> bool:
    """Say whether somebody is a trainer, or coordinates an agency today."""
    current = Membership.objects.current(on=timezone.localdate()).filter(user=person)
    return (
        person.groups.filter(name=StaffRole.TRAINER).exists()
        or current.filter(role=MembershipRole.COORDINATOR).exists()
    )


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

    panels = [
        MultiFieldPanel(
            [FieldPanel("first_person"), FieldPanel("second_person"), FieldPanel("keep_days")],
            heading=_("Who reads it, and for how long it is kept"),
            help_text=_(
                "People who were hurt can ask to be contacted. Only the people named here read it; "
                "they are told by a neutral mail. A trainer or a coordinator cannot be named. While "
                "nobody is named, nothing can be sent."
            ),
        )
    ]

    class Meta:
        verbose_name = _("who may be asked for contact")

    def clean(self) -> None:
        """Refuse whoever cannot read a wish: one person twice, or somebody who has left."""
        errors: dict[str, Any] = {}
        for name in ("first_person", "second_person"):
            person = getattr(self, name)
            if person is not None and not person.is_active:
                errors[name] = _("This person cannot log in any more.")
            elif person is not None and _teaches_or_coordinates(person):
                errors[name] = _(
                    "This person trains or coordinates. Whoever asks for contact is promised that "
                    "neither trainers nor agencies read it."
                )
        if self.first_person_id and self.first_person_id == self.second_person_id:
            errors["second_person"] = _("This is the same person. Choose another one, or nobody.")
        if errors:
            raise ValidationError(errors)


class ContactWish(OutboxRow):
    """Please contact me: a safe way and hour, encrypted; deleted when its days are over.

    The row is the outbox of the neutral mail to those who read it.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="contact_wishes"
    )
    ciphertext = models.TextField(_("safe way and hour, encrypted"))
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

"""Who issues the certificates."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting


@register_setting(icon="certificate")
class IssuerSettings(BaseGenericSetting, ClusterableModel):
    """Who issues the certificates; what is printed stays as it was on the day of issue."""

    name = models.CharField(_("issuer"), max_length=160, default="Amparo")
    ruc = models.CharField(
        _("RUC"),
        max_length=11,
        blank=True,
        help_text=_("Eleven digits, or nothing."),
        validators=[RegexValidator(r"\A[0-9]{11}\Z", _("A RUC has eleven digits."))],
    )
    resolution = models.CharField(_("resolution"), max_length=120, blank=True)
    place = models.CharField(_("place"), max_length=80, default="Lima")

    panels = [
        MultiFieldPanel(
            [FieldPanel("name"), FieldPanel("ruc"), FieldPanel("resolution"), FieldPanel("place")],
            heading=_("Issuer"),
        ),
        InlinePanel("signatories", label=_("Signatory"), heading=_("Signatories"), max_num=3),
    ]

    class Meta:
        verbose_name = _("issuer of certificates")


class Signatory(models.Model):
    """Somebody whose name stands under a certificate."""

    issuer = ParentalKey(IssuerSettings, on_delete=models.CASCADE, related_name="signatories")
    sort_order = models.PositiveIntegerField(null=True, blank=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    post = models.CharField(_("post"), max_length=160)

    sort_order_field = "sort_order"

    class Meta:
        verbose_name = _("signatory")
        verbose_name_plural = _("signatories")

    def __str__(self) -> str:
        return self.name

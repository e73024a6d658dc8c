"""The tabs that all pages of one agency's desk share."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lms.accounts.models import Agency

register = template.Library()

TABS: tuple[tuple[str, Any], ...] = (
    ("agency_home", _("Overview")),
    ("agency_staff", _("People")),
    ("agency_imports", _("Import people")),
    ("agency_codes", _("Without e-mail")),
    ("agency_coverage", _("Coverage")),
    ("agency_indicators", _("Indicators")),
    ("agency_units", _("Units")),
    ("agency_check", _("Check certificates")),
    ("agency_shared", _("Shared certificates")),
    ("agency_keys", _("Keys for systems")),
)
"""The name of the address of each tab, which takes the agency's number, and its label."""


@register.inclusion_tag("desks/agency/tabs.html")
def agency_tabs(agency: Agency, current: str) -> dict[str, Any]:
    """Return the tabs of an agency; `current` is the name of the one that is shown."""
    return {
        "tabs": [
            {"url": reverse(name, args=[agency.pk]), "label": label, "is_current": name == current}
            for name, label in TABS
        ]
    }

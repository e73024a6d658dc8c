"""The tabs that all pages of one cohort share."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lms.learning.models import Cohort

register = template.Library()

TABS: tuple[tuple[str, Any], ...] = (
    ("cohort", _("Overview")),
    ("cohort_progress", _("Progress")),
    ("cohort_people", _("People")),
    ("cohort_sessions", _("Sessions")),
    ("cohort_practice", _("Practice")),
    ("cohort_approval", _("Approvals")),
    ("cohort_messages", _("Messages")),
    ("cohort_certificates", _("Certificates")),
)
"""The name of the address of each tab, which takes the cohort's number, and its label."""


@register.inclusion_tag("learning/cohorts/tabs.html")
def cohort_tabs(cohort: Cohort, current: str) -> dict[str, Any]:
    """Return the tabs of a cohort; `current` is the name of the one that is shown."""
    return {
        "tabs": [
            {"url": reverse(name, args=[cohort.pk]), "label": label, "is_current": name == current}
            for name, label in TABS
        ]
    }

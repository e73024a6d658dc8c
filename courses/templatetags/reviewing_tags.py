"""What a lesson says to learners about its review and its translation."""

from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone

from courses.reviewing.subjects import is_legally_approved
from courses.reviewing.translations import stale_page
from courses.texts import languages

register = template.Library()


@register.simple_tag
def stale_since(page: Any) -> datetime | None:
    """Return when the source of a translated lesson changed, if its translation lags behind."""
    if page.locale.language_code == languages()[0]:
        return None
    stale = stale_page(page)
    return stale.changed_at if stale else None


@register.simple_tag
def is_review_overdue(page: Any) -> bool:
    """Say whether the day by which a lesson was to be read again has passed."""
    return bool(page.review_due_date and page.review_due_date < timezone.localdate())


@register.simple_tag
def lacks_legal_review(page: Any) -> bool:
    """Say whether a lesson needs a legal review and exactly this text has not got it."""
    return bool(page.needs_legal_review) and not is_legally_approved(page)

"""Template filters of attempts."""

from django import template
from django.utils import timezone

from courses.enums import FeedbackTiming
from courses.marks import on_scale
from lms.learning.models import Attempt

register = template.Library()
register.filter("on_scale", on_scale)


@register.filter
def seconds_left(attempt: Attempt) -> int:
    """Return how many whole seconds an attempt has left by the server's clock; 0 without a limit."""
    if attempt.due_at is None:
        return 0
    return max(int((attempt.due_at - timezone.now()).total_seconds()), 0)


@register.filter
def tells_score(attempt: Attempt) -> bool:
    """Whether the rule of an attempt lets its learner see the score, and not the verdict alone."""
    return bool(attempt.rule.get("feedback") != FeedbackTiming.NONE)

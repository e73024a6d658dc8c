"""Template filter of courses that renew certificates."""

from django import template
from django.utils import timezone

from lms.learning.models import Enrolment
from lms.learning.services import may_take_again

register = template.Library()


@register.filter
def is_due_again(enrolment: Enrolment) -> bool:
    """Whether a completed course that renews certificates may be taken again."""
    return may_take_again(enrolment, now=timezone.now())

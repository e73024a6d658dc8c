"""Work for the Celery worker: what ends by the calendar."""

from celery import shared_task
from django.utils import timezone

from lms.learning.tailoring import services


@shared_task(name="lms.learning.expire_overdue_enrolments")
def expire_overdue_enrolments() -> None:
    """End the enrolments whose deadline is over."""
    services.expire_overdue(now=timezone.now())

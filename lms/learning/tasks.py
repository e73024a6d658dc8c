"""Work for the Celery worker."""

from celery import shared_task
from django.utils import timezone

from lms.learning.attempts import services


@shared_task(name="lms.learning.close_overdue_attempts")
def close_overdue_attempts() -> None:
    """Hand in the attempts whose time is over."""
    services.close_overdue(now=timezone.now())


@shared_task(name="lms.learning.release_held_results")
def release_held_results() -> None:
    """Give the results of exams that have closed."""
    services.release_held_results(now=timezone.now())

"""Work for the Celery worker: the sums of the statistics."""

from celery import shared_task
from django.utils import timezone

from lms.learning.statistics import services


@shared_task(name="lms.learning.count_attempt")
def count_attempt(*, attempt_id: int) -> None:
    """Add one attempt that got its result."""
    services.count_attempt(attempt_id=attempt_id, now=timezone.now())


@shared_task(name="lms.learning.rebuild_quiz_statistics")
def rebuild_quiz_statistics(*, statistic_id: int) -> None:
    """Build the sums of one quiz anew."""
    services.rebuild_quiz_statistics(statistic_id=statistic_id, now=timezone.now())


@shared_task(name="lms.learning.sweep_statistics")
def sweep_statistics() -> None:
    """Send again what was lost on the way."""
    services.sweep_statistics(now=timezone.now())

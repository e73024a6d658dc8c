"""Work for the Celery worker."""

from celery import shared_task
from django.utils import timezone

from lms.learning.cohorts import services


@shared_task(name="lms.learning.sweep_places")
def sweep_places() -> None:
    """Give back seats that were kept in vain, and give free ones to those who wait."""
    services.sweep_places(now=timezone.now())

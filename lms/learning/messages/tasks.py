"""Work for the Celery worker."""

from celery import shared_task
from django.utils import timezone

from lms.learning.messages.changed_sources import tell_trainers


@shared_task(name="lms.learning.tell_changed_sources")
def tell_changed_sources() -> None:
    """Tell the trainers of running cohorts that a source changed; also the sweep of lost messages."""
    tell_trainers(now=timezone.now())

"""Work for the Celery worker: reminders."""

from celery import shared_task
from django.utils import timezone

from lms.learning.reminders import services


@shared_task(name="lms.learning.send_reminders")
def send_reminders() -> None:
    """Remind the learners whose turn it is, by day."""
    services.send_reminders(clock=timezone.now)

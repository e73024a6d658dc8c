"""Work for the Celery worker."""

from celery import shared_task
from django.utils import timezone

from lms.desks.record import services


@shared_task(name="lms.desks.make_personal_file")
def make_personal_file(*, file_id: int) -> None:
    """Make one file that somebody asked for."""
    services.make_file(file_id=file_id, now=timezone.now())


@shared_task(name="lms.desks.sweep_personal_files")
def sweep_personal_files() -> None:
    """Send again what was lost, and delete what is over."""
    services.sweep_files(now=timezone.now())

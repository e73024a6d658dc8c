"""Work for the Celery worker."""

from celery import shared_task
from django.utils import timezone

from lms.learning.staff_imports import running, services


@shared_task(name="lms.learning.run_staff_import")
def run_staff_import(*, import_id: int) -> None:
    """Take over the next people of an import."""
    running.run_import(import_id=import_id, clock=timezone.now)


@shared_task(name="lms.learning.resend_staff_imports")
def resend_staff_imports() -> None:
    """Go on with imports whose worker was lost."""
    running.resend_stale_imports(now=timezone.now())


@shared_task(name="lms.learning.forget_staff_imports")
def forget_staff_imports() -> None:
    """Drop what was never confirmed, and old reports."""
    services.forget_old_rows(now=timezone.now())

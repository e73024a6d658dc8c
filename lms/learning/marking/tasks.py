"""Work for the Celery worker: regrades of many attempts."""

from celery import shared_task
from django.utils import timezone

from lms.learning.marking import services


@shared_task(name="lms.learning.work_regrade")
def work_regrade(*, regrade_id: int) -> None:
    """Go through the attempts of one regrade."""
    services.work_regrade(regrade_id=regrade_id, now=timezone.now())


@shared_task(name="lms.learning.resend_regrades")
def resend_regrades() -> None:
    """Send again the regrades that were not gone through."""
    services.resend_regrades(now=timezone.now())

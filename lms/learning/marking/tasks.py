"""Work for the Celery worker: mails of notices, and regrades of many attempts."""

from celery import shared_task
from django.utils import timezone

from lms.learning import notices
from lms.learning.marking import services


@shared_task(name="lms.learning.send_notice")
def send_notice(*, notice_id: int) -> None:
    """Send the mail of one notice."""
    notices.send_notice(notice_id=notice_id, now=timezone.now())


@shared_task(name="lms.learning.resend_stale_notices")
def resend_stale_notices() -> None:
    """Send again the notices that were lost on the way."""
    notices.resend_stale_notices(now=timezone.now())


@shared_task(name="lms.learning.work_regrade")
def work_regrade(*, regrade_id: int) -> None:
    """Go through the attempts of one regrade."""
    services.work_regrade(regrade_id=regrade_id, now=timezone.now())


@shared_task(name="lms.learning.resend_regrades")
def resend_regrades() -> None:
    """Send again the regrades that were not gone through."""
    services.resend_regrades(now=timezone.now())

"""Work for the Celery worker: what comes after a course."""

from celery import shared_task
from django.utils import timezone

from lms.learning.followups import services


@shared_task(name="lms.learning.send_followups")
def send_followups() -> None:
    """Tell learners what there is for them after a course, by day."""
    services.send_after_course(clock=timezone.now)


@shared_task(name="lms.learning.send_supervisor_mail")
def send_supervisor_mail(*, request_id: int) -> None:
    """Send the one mail to a supervisor."""
    services.send_supervisor_mail(request_id=request_id, now=timezone.now())


@shared_task(name="lms.learning.resend_stale_supervisor_mails")
def resend_stale_supervisor_mails() -> None:
    """Send again what was lost, and forget what nobody needs."""
    services.resend_stale_supervisor_mails(now=timezone.now())

"""Work for the Celery worker."""

from celery import shared_task
from django.utils import timezone

from lms.desks.leaving import retention, services


@shared_task(name="lms.desks.send_erasure_mail")
def send_erasure_mail(*, mail_id: int) -> None:
    """Tell somebody whose data was erased what became of it."""
    services.send_erasure_mail(mail_id=mail_id, now=timezone.now())


@shared_task(name="lms.desks.resend_stale_erasure_mails")
def resend_stale_erasure_mails() -> None:
    """Send again what was lost on the way, or refused by a mail server."""
    services.resend_stale_erasure_mails(now=timezone.now())


@shared_task(name="lms.desks.forget_old_values")
def forget_old_values() -> None:
    """Empty personal values that nobody needs any more."""
    retention.forget_old_values(now=timezone.now())

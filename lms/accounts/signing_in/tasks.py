"""Work for the Celery worker."""

from celery import shared_task
from django.utils import timezone

from lms.accounts.signing_in import limits, services


@shared_task(name="lms.accounts.send_device_mail")
def send_device_mail(*, device_id: int) -> None:
    """Tell a person of a new device."""
    services.send_device_mail(device_id=device_id, now=timezone.now())


@shared_task(name="lms.accounts.resend_stale_device_mails")
def resend_stale_device_mails() -> None:
    """Send again what was lost on the way, or refused by a mail server."""
    services.resend_stale_device_mails(now=timezone.now())


@shared_task(name="lms.accounts.forget_old_sign_ins")
def forget_old_sign_ins() -> None:
    """Forget old tallies and old devices."""
    limits.forget_old_tallies(now=timezone.now())
    services.forget_old_devices(now=timezone.now())

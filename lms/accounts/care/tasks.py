"""Work for the Celery worker."""

from celery import shared_task
from django.utils import timezone

from lms.accounts.care import services


@shared_task(name="lms.accounts.send_contact_mail")
def send_contact_mail(*, wish_id: int) -> None:
    """Tell the named people of one wish."""
    services.send_contact_mail(wish_id=wish_id, now=timezone.now())


@shared_task(name="lms.accounts.resend_stale_contact_mails")
def resend_stale_contact_mails() -> None:
    """Send again what was lost on the way, or refused by a mail server."""
    services.resend_stale_contact_mails(now=timezone.now())


@shared_task(name="lms.accounts.delete_due_wishes")
def delete_due_wishes() -> None:
    """Delete the wishes whose days are over."""
    services.delete_due_wishes(now=timezone.now())

"""Work for the Celery worker."""

from celery import shared_task
from django.utils import timezone

from certificates import services


@shared_task(name="certificates.render_issuance")
def render_issuance(*, issuance_id: int) -> None:
    """Make the PDF of one outbox row."""
    services.render_issuance(issuance_id=issuance_id, now=timezone.now())


@shared_task(name="certificates.resend_stale_issuances")
def resend_stale_issuances() -> None:
    """Send again what was lost on the way."""
    services.resend_stale_issuances(now=timezone.now())

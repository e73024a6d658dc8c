"""Work for the Celery worker."""

from celery import shared_task
from django.utils import timezone

from lms.desks.reports import services


@shared_task(name="lms.desks.make_report")
def make_report(*, report_id: int) -> None:
    """Count and print one report."""
    services.make_report(report_id=report_id, now=timezone.now())


@shared_task(name="lms.desks.resend_stale_reports")
def resend_stale_reports() -> None:
    """Go on with reports whose worker was lost."""
    services.resend_stale_reports(now=timezone.now())

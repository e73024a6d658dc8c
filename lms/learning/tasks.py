"""Work for the Celery worker."""

from celery import shared_task
from django.utils import timezone

from lms.learning import notices
from lms.learning.attempts import services


@shared_task(name="lms.learning.close_overdue_attempts")
def close_overdue_attempts() -> None:
    """Hand in the attempts whose time is over."""
    services.close_overdue(now=timezone.now())


@shared_task(name="lms.learning.release_held_results")
def release_held_results() -> None:
    """Give the results of exams that have closed."""
    services.release_held_results(now=timezone.now())


@shared_task(name="lms.learning.send_notice")
def send_notice(*, notice_id: int) -> None:
    """Send the mail of one notice."""
    notices.send_notice(notice_id=notice_id, now=timezone.now())


@shared_task(name="lms.learning.send_notices")
def send_notices() -> None:
    """Take a turn at the notices whose mails wait."""
    notices.send_notices(clock=timezone.now)


@shared_task(name="lms.learning.resend_stale_notices")
def resend_stale_notices() -> None:
    """Go on with the notices whose mails were lost on the way or wait for their next try."""
    notices.resend_stale_notices(now=timezone.now())

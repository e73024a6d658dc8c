"""Work for the Celery worker."""

from celery import shared_task
from django.utils import timezone

from courses.reviewing import mails


@shared_task(name="courses.send_review_mail")
def send_review_mail(*, mail_id: int) -> None:
    """Send one mail about reviews."""
    mails.send_review_mail(mail_id=mail_id, now=timezone.now())


@shared_task(name="courses.resend_review_mails")
def resend_review_mails() -> None:
    """Send again what was lost on the way, or refused by a mail server."""
    mails.resend_review_mails(now=timezone.now())


@shared_task(name="courses.promise_weekly_review_mails")
def promise_weekly_review_mails() -> None:
    """Tell reviewers once a week that something waits or is due."""
    mails.promise_weekly_mails(now=timezone.now())

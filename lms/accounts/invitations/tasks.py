"""Work for the Celery worker."""

from celery import shared_task
from django.utils import timezone

from lms.accounts.invitations import many, sending


@shared_task(name="lms.accounts.send_invitation")
def send_invitation(*, invitation_id: int) -> None:
    """Send the mail of one invitation."""
    sending.send_invitation(invitation_id=invitation_id, now=timezone.now())


@shared_task(name="lms.accounts.send_waiting_invitations")
def send_waiting_invitations() -> None:
    """Send the next mails of people who were invited together."""
    many.send_waiting_invitations(clock=timezone.now)


@shared_task(name="lms.accounts.resend_stale_invitations")
def resend_stale_invitations() -> None:
    """Send again what was lost on the way, or refused by a mail server."""
    sending.resend_stale_invitations(now=timezone.now())

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


@shared_task(name="certificates.work_batch")
def work_batch(*, batch_id: int) -> None:
    """Issue the next certificates of a batch."""
    services.work_batch(batch_id=batch_id, clock=timezone.now)


@shared_task(name="certificates.resend_batches")
def resend_batches() -> None:
    """Go on with batches whose workers were lost."""
    services.resend_batches(now=timezone.now())


@shared_task(name="certificates.send_reminders")
def send_reminders() -> None:
    """Remind holders whose certificates end, and tell coordinators that some do."""
    now = timezone.now()
    services.send_reminders(now=now)
    services.tell_coordinators(now=now)


@shared_task(name="certificates.work_invitation")
def work_invitation(*, invitation_id: int) -> None:
    """Invite the holders of certificates that rest on something that has changed."""
    services.work_invitation(invitation_id=invitation_id, now=timezone.now())


@shared_task(name="certificates.resend_stale_invitations")
def resend_stale_invitations() -> None:
    """Send again the invitations that were not gone through."""
    services.resend_stale_invitations(now=timezone.now())


@shared_task(name="certificates.send_certificate_mail")
def send_certificate_mail(*, mail_id: int) -> None:
    """Send one mail with a certificate."""
    services.send_certificate_mail(mail_id=mail_id, now=timezone.now())


@shared_task(name="certificates.resend_stale_mails")
def resend_stale_mails() -> None:
    """Send again the mails that were lost on the way."""
    services.resend_stale_mails(now=timezone.now())


@shared_task(name="certificates.clear_after_erasure")
def clear_after_erasure(*, issuance_id: int) -> None:
    """Delete what was made of a certificate that has lost its holder."""
    services.clear_after_erasure(issuance_id=issuance_id)


@shared_task(name="certificates.clear_after_erasures")
def clear_after_erasures() -> None:
    """Delete once more what an erasure may have left behind."""
    services.clear_after_erasures(now=timezone.now())

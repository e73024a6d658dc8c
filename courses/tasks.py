"""Work of `courses` by the clock."""

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from courses.importing import jobs


@shared_task(name="courses.publish_scheduled")
def publish_scheduled() -> None:
    """Publish and unpublish the pages whose date has come; safe to repeat."""
    call_command("publish_scheduled")


@shared_task(name="courses.run_question_import")
def run_question_import(*, import_id: int) -> None:
    """Check or write one import of questions."""
    jobs.run_import(import_id=import_id, now=timezone.now())


@shared_task(name="courses.resend_stale_imports")
def resend_stale_imports() -> None:
    """Send again the imports that were lost on the way."""
    jobs.resend_stale_imports(now=timezone.now())

"""Work of `courses` by the clock."""

from celery import shared_task
from django.core.management import call_command


@shared_task(name="courses.publish_scheduled")
def publish_scheduled() -> None:
    """Publish and unpublish the pages whose date has come; safe to repeat."""
    call_command("publish_scheduled")

"""Work for the Celery worker: the seals of the audit trail, and the keys of its words."""

from celery import shared_task
from django.utils import timezone

from lms.core import services
from lms.core.sealing import seal_committed


@shared_task(name="lms.core.seal_audit")
def seal_audit() -> None:
    """Seal what was committed a moment ago."""
    seal_committed(now=timezone.now())


@shared_task(name="lms.core.seal_audit_completely")
def seal_audit_completely() -> None:
    """Seal whatever the frequent sweep could not see, and wrap keys under today's secret."""
    seal_committed(now=timezone.now(), is_complete=True)
    services.rewrap_keys()

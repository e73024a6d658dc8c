"""The Celery application: wiring only."""

import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

TRANSPORT_ALIASES["filesystem"] = "lms.core.broker:Transport"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.base")

app = Celery("amparo")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(
    [
        "courses.reviewing",
        "lms.accounts.care",
        "lms.accounts.invitations",
        "lms.desks.record",
        "lms.accounts.signing_in",
        "lms.desks.leaving",
        "lms.desks.reports",
        "lms.learning.cohorts",
        "lms.learning.followups",
        "lms.learning.marking",
        "lms.learning.messages",
        "lms.learning.reminders",
        "lms.learning.staff_imports",
        "lms.learning.tailoring",
    ]
)

"""The product's own settings, with mails in a folder, beats every second, and no night."""

from datetime import time

from lms.learning import quiet_hours
from lms.settings import base

vars().update({name: value for name, value in vars(base).items() if name.isupper()})

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = str(base.VAR_DIR / "mails")
CELERY_BEAT_SCHEDULE = {
    "send-followups": {"task": "lms.learning.send_followups", "schedule": 1.0},
    "resend-stale-notices": {"task": "lms.learning.resend_stale_notices", "schedule": 1.0},
}
quiet_hours.MORNING, quiet_hours.EVENING = time.min, time.max

"""The product's own settings, with mails in a folder and a sweep every second."""

from lms.settings import base

vars().update({name: value for name, value in vars(base).items() if name.isupper()})

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = str(base.VAR_DIR / "mails")
CELERY_BEAT_SCHEDULE = {
    "resend-stale-notices": {"task": "lms.learning.resend_stale_notices", "schedule": 1.0},
}

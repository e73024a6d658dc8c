"""The product's own settings, with a short patience: a killed worker is missed after seconds."""

from lms.settings import base

vars().update({name: value for name, value in vars(base).items() if name.isupper()})

STAFF_IMPORT_LEASE_SECONDS = 3
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
CELERY_BEAT_SCHEDULE = {
    "resend-staff-imports": {"task": "lms.learning.resend_staff_imports", "schedule": 1.0}
}

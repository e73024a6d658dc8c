"""The product's own settings, with a short patience: a killed worker is missed after seconds."""

from lms.settings import base

vars().update({name: value for name, value in vars(base).items() if name.isupper()})

CERTIFICATE_RENDER_LEASE_SECONDS = 4
CELERY_BEAT_SCHEDULE = {
    "resend-stale-issuances": {"task": "certificates.resend_stale_issuances", "schedule": 1.0},
    "resend-batches": {"task": "certificates.resend_batches", "schedule": 1.0},
}

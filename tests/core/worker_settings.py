"""The product's own settings, with a beat that has both workers seal at once, again and again."""

from lms.settings import base

vars().update({name: value for name, value in vars(base).items() if name.isupper()})

CELERY_BEAT_SCHEDULE = {
    "seal-audit": {"task": "lms.core.seal_audit", "schedule": 0.2},
    "seal-audit-completely": {"task": "lms.core.seal_audit_completely", "schedule": 0.3},
}

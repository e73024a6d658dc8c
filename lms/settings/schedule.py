"""What the worker does by the clock, in Lima's time; seconds where only a number stands."""

from typing import Any

from celery.schedules import crontab

BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "seal-audit": {"task": "lms.core.seal_audit", "schedule": 15.0},
    "seal-audit-completely": {
        "task": "lms.core.seal_audit_completely",
        "schedule": crontab(hour="2", minute="50"),
    },
    "close-overdue-attempts": {"task": "lms.learning.close_overdue_attempts", "schedule": 30.0},
    "release-held-results": {"task": "lms.learning.release_held_results", "schedule": 60.0},
    "publish-scheduled-pages": {"task": "courses.publish_scheduled", "schedule": 60.0},
    "resend-stale-imports": {"task": "courses.resend_stale_imports", "schedule": 60.0},
    "resend-review-mails": {"task": "courses.resend_review_mails", "schedule": 60.0},
    "tell-reviewers-weekly": {
        "task": "courses.promise_weekly_review_mails",
        "schedule": crontab(hour="8", minute="0", day_of_week="mon"),
    },
    "resend-stale-notices": {"task": "lms.learning.resend_stale_notices", "schedule": 60.0},
    "tell-changed-sources": {"task": "lms.learning.tell_changed_sources", "schedule": 300.0},
    "sweep-places": {"task": "lms.learning.sweep_places", "schedule": 300.0},
    "resend-staff-invitations": {
        "task": "lms.accounts.resend_stale_invitations",
        "schedule": 60.0,
    },
    "resend-contact-mails": {"task": "lms.accounts.resend_stale_contact_mails", "schedule": 60.0},
    "delete-due-wishes": {
        "task": "lms.accounts.delete_due_wishes",
        "schedule": crontab(hour="0", minute="40"),
    },
    "resend-device-mails": {"task": "lms.accounts.resend_stale_device_mails", "schedule": 60.0},
    "forget-devices": {
        "task": "lms.accounts.forget_old_sign_ins",
        "schedule": crontab(hour="1", minute="10"),
    },
    "resend-erasure-mails": {"task": "lms.desks.resend_stale_erasure_mails", "schedule": 60.0},
    "forget-old-values": {
        "task": "lms.desks.forget_old_values",
        "schedule": crontab(hour="3", minute="50"),
    },
    "send-course-reminders": {  # by day; the service looks at the clock besides
        "task": "lms.learning.send_reminders",
        "schedule": crontab(minute="7,22,37,52", hour="8-18"),
    },
    "send-followups": {  # by day; the service looks at the clock besides
        "task": "lms.learning.send_followups",
        "schedule": crontab(minute="12", hour="9-17"),
    },
    "resend-supervisor-mails": {
        "task": "lms.learning.resend_stale_supervisor_mails",
        "schedule": 60.0,
    },
    "resend-regrades": {"task": "lms.learning.resend_regrades", "schedule": 60.0},
    "resend-stale-issuances": {"task": "certificates.resend_stale_issuances", "schedule": 60.0},
    "resend-batches": {"task": "certificates.resend_batches", "schedule": 30.0},
    "remind-of-ends": {
        "task": "certificates.send_reminders",
        "schedule": crontab(hour="8", minute="10"),
    },
    "resend-stale-invitations": {
        "task": "certificates.resend_stale_invitations",
        "schedule": 60.0,
    },
    "resend-certificate-mails": {"task": "certificates.resend_stale_mails", "schedule": 60.0},
    "clear-after-erasures": {"task": "certificates.clear_after_erasures", "schedule": 600.0},
    "expire-enrolments": {
        "task": "lms.learning.expire_overdue_enrolments",
        "schedule": crontab(hour="0", minute="20"),
    },
    "sweep-personal-files": {"task": "lms.desks.sweep_personal_files", "schedule": 300.0},
    "resend-reports": {"task": "lms.desks.resend_stale_reports", "schedule": 60.0},
    "sweep-statistics": {"task": "lms.learning.sweep_statistics", "schedule": 300.0},
    "resend-staff-imports": {"task": "lms.learning.resend_staff_imports", "schedule": 60.0},
    "forget-staff-imports": {
        "task": "lms.learning.forget_staff_imports",
        "schedule": crontab(hour="3", minute="40"),
    },
}

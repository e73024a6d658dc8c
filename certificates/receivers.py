"""News from below: a completed course asks for a certificate."""

from datetime import datetime
from typing import Any

from certificates.services import request_certificate
from lms.learning.models import Enrolment
from lms.learning.queries import is_certified_by_trainer
from lms.learning.signals import course_completed


def issue_for_completion(
    sender: object, *, enrolment: Enrolment, now: datetime, **_kwargs: Any
) -> None:
    """Insert the certificate and its outbox row; no input or output happens here.

    Nothing is inserted where the trainer of the learner's cohort issues the certificates.
    """
    if not is_certified_by_trainer(enrolment):
        request_certificate(enrolment=enrolment, now=now)


def connect() -> None:
    """Listen for completed courses."""
    course_completed.connect(issue_for_completion, dispatch_uid="certificates.issue")

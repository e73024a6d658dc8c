"""Issuing, revoking and replacing certificates."""

from datetime import datetime

from certificates.models import Certificate
from lms.learning.models import Enrolment


def request_certificate(*, enrolment: Enrolment, now: datetime) -> Certificate:
    """Insert the certificate of a completed enrolment and the row that asks for its PDF."""
    raise NotImplementedError

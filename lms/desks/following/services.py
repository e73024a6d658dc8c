"""The one thing that following a cohort writes down: who took its progress away as a file."""

from datetime import datetime

from django.db import transaction

from lms.accounts.models import User
from lms.core.services import record_event
from lms.learning.models import Cohort


@transaction.atomic
def record_progress_download(
    *, cohort: Cohort, form: str, people: int, acting_user: User, now: datetime
) -> None:
    """Note in the audit trail that somebody took the names and the progress of a cohort.

    Args:
        cohort: whose.
        form: `csv` or `xlsx`.
        people: how many were in the file.
        acting_user: who.
        now: when.
    """
    record_event(
        action="cohort_progress_downloaded",
        target=cohort,
        acting_user=acting_user,
        now=now,
        code=f"{form}, {people}",
    )

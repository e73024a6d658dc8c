"""The rule by which a cohort says who is stuck."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lms.accounts.models import User
from lms.core.services import record_event
from lms.learning.models import Cohort
from lms.learning.tailoring.services.refusals import TailoringRefused

MOST_DAYS = 90
MOST_FAILURES = 20


@transaction.atomic
def change_stuck_rule(
    *, cohort: Cohort, stuck_days: int, stuck_failures: int, acting_user: User, now: datetime
) -> Cohort:
    """Change after how many days, or failed attempts, somebody of the cohort counts as stuck.

    Nothing is written where nothing is new. Raises TailoringRefused for numbers out of range.
    """
    if not (1 <= stuck_days <= MOST_DAYS and 1 <= stuck_failures <= MOST_FAILURES):
        raise TailoringRefused(
            _("Give from 1 to %(days)d days, and from 1 to %(failures)d attempts.")
            % {"days": MOST_DAYS, "failures": MOST_FAILURES}
        )
    locked = Cohort.objects.select_for_update().get(pk=cohort.pk)
    wanted = {"stuck_days": stuck_days, "stuck_failures": stuck_failures}
    changed = [field for field, value in wanted.items() if getattr(locked, field) != value]
    if not changed:
        return locked
    locked.stuck_days, locked.stuck_failures = stuck_days, stuck_failures
    locked.save(update_fields=changed)
    record_event(
        action="stuck_rule_changed",
        target=locked,
        acting_user=acting_user,
        now=now,
        changed_fields=changed,
    )
    return locked

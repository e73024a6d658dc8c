"""Nominating many people at once who were just invited: the cohort is locked and counted once."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lms.accounts.models import Agency, Invitation, User
from lms.core.services import record_events
from lms.learning.cohorts.queries import seat_count
from lms.learning.cohorts.services.seats import (
    PlaceRefused,
    lock_cohort,
    refuse_full,
    refuse_over,
)
from lms.learning.enums import PlaceState
from lms.learning.models import Cohort, CohortPlace

ADDED_AT_ONCE = 100


@transaction.atomic
def nominate_invited(
    *,
    cohort: Cohort,
    agency: Agency,
    invitations: Sequence[Invitation],
    acting_user: User,
    now: datetime,
) -> list[CohortPlace]:
    """Nominate people whose invitations are new, in their order; whoever finds no seat waits.

    Raises:
        PlaceRefused: the agency may not nominate to this cohort, the cohort is over, or it has
            fewer seats than people and no waiting list. Nobody is nominated then.
        IntegrityError: one of them has a place there already.
    """
    locked = lock_cohort(cohort)
    refuse_over(locked, now=now)
    if not locked.agencies.filter(pk=agency.pk).exists():
        raise PlaceRefused(_("Your agency cannot nominate people to this cohort."))
    free = seat_count(locked, now=now).free
    refuse_full(locked, is_free=free is None or free >= len(invitations))
    rows = [
        CohortPlace(
            cohort=locked,
            agency=agency,
            invitation=invitation,
            state=PlaceState.INVITED if free is None or place < free else PlaceState.WAITING,
            created_at=now,
            created_by=acting_user,
        )
        for place, invitation in enumerate(invitations)
    ]
    made = CohortPlace.objects.bulk_create(rows, batch_size=ADDED_AT_ONCE)
    record_events("place_nominated", made, acting_user=acting_user, now=now, fields=["state"])
    return made

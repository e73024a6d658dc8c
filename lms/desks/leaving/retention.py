"""Personal values that are emptied by the clock, whether or not anybody asks."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from lms.accounts.invitations.queries import invitations
from lms.accounts.models import ERASED_NAME, UNANSWERED
from lms.core.enums import OutboxState
from lms.core.services import record_events
from lms.desks.leaving.steps.accounts import EMPTIED_INVITATION
from lms.learning.enums import StaffImportStage
from lms.learning.models import StaffImport

KEPT_INVITATION = timedelta(days=30)
"""So long an answered, taken back or expired invitation keeps the name and the address."""
KEPT_FILE_NAME = timedelta(days=60)
"""So long the list of imports names a file; the rows themselves go after 7 and 30 days."""
AT_ONCE = 500


@transaction.atomic
def forget_old_values(*, now: datetime) -> int:
    """Empty old invitations and names of files; return how many rows lost something.

    An invitation that ran out is taken back with it, so that no list shows a line without a name.
    The agency can invite again at any time.
    """
    limit = now - KEPT_INVITATION
    over = (
        Q(accepted_at__lte=limit)
        | Q(declined_at__lte=limit)
        | Q(withdrawn_at__lte=limit)
        | UNANSWERED & Q(expires_at__lte=limit)
    )
    rows = invitations().filter(over).exclude(full_name=ERASED_NAME)
    found = list(rows.select_for_update(of=("self",)).order_by("pk")[:AT_ONCE])
    pks = [row.pk for row in found]
    invitations().filter(UNANSWERED, pk__in=pks).update(withdrawn_at=now)
    invitations().filter(pk__in=pks).update(**EMPTIED_INVITATION)
    record_events("invitation_emptied", found, acting_user=None, now=now)
    files: QuerySet[StaffImport] = QuerySet(StaffImport).filter(
        stage__in=(StaffImportStage.OVER, StaffImportStage.DROPPED),
        state__in=(OutboxState.DONE, OutboxState.FAILED),
        created_at__lte=now - KEPT_FILE_NAME,
    )
    return len(found) + files.exclude(file_name=ERASED_NAME).update(file_name=ERASED_NAME)

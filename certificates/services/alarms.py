"""Alarms that administrators see: somebody tries codes of certificates at random."""

from datetime import datetime, timedelta

from django.db import transaction

from certificates.enums import BurstKind
from certificates.models import IssuerSettings
from certificates.queries import BURST_ACTION, bursts_since
from lms.core.services import record_event

PAUSE = timedelta(minutes=15)
"""An attack that goes on all night is no reason for a thousand rows."""


@transaction.atomic
def note_burst(*, burst: BurstKind, now: datetime) -> bool:
    """Write down that unknown codes came in a burst; False if that was written a moment ago.

    Neither an address nor a code is kept: whoever types badly must not stand in the audit trail.
    """
    issuer: IssuerSettings = IssuerSettings.load()
    IssuerSettings.objects.select_for_update().get(pk=issuer.pk)
    if bursts_since(now - PAUSE).filter(reason=burst).exists():
        return False
    record_event(action=BURST_ACTION, target=issuer, acting_user=None, now=now, code=burst)
    return True

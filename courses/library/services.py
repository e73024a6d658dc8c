"""What is done to the library outside of its forms."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.library.checking import HELPLINE, SERVICE
from courses.library.queries import forget_library
from courses.models import Helpline, Service
from lms.accounts.models import User
from lms.core.services import record_event


class CheckRefused(Exception):
    """What was to be marked as checked does not exist any more; the message says so."""


@transaction.atomic
def mark_checked(*, kind: str, key: str, acting_user: User, now: datetime) -> None:
    """Note that somebody called a line or asked a service today, in every language at once.

    A second press on the same day changes nothing and is not noted again.

    Args:
        kind: HELPLINE or SERVICE.
        key: the key of the line or the service.
        acting_user: who checked it.
        now: when.

    Raises:
        CheckRefused: there is no such line or service.
    """
    models: dict[str, Any] = {HELPLINE: Helpline, SERVICE: Service}
    model = models.get(kind)
    rows = list(model.objects.select_for_update().filter(key=key)) if model else []
    if not rows:
        raise CheckRefused(_("It is not on the list any more. The list is shown anew."))
    today = timezone.localdate(now)
    changed = [row for row in rows if row.verified_on != today]
    for row in changed:
        row.verified_on = today
        row.save(update_fields=["verified_on"])
        record_event(
            action="service_checked" if kind == SERVICE else "helpline_checked",
            target=row,
            acting_user=acting_user,
            now=now,
            changed_fields=["verified_on"],
        )
    if changed:
        transaction.on_commit(forget_library)

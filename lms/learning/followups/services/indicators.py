"""Indicators of an agency: defined, entered by quarter, corrected, ended. Never of a person."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lms.accounts.models import Agency, User
from lms.core.services import record_event
from lms.learning.followups.quarters import Quarter
from lms.learning.models import AgencyIndicator, IndicatorValue
from lms.learning.quiet_hours import lima_date

DEFINITION = ("name", "definition", "unit", "source", "is_shared")
EARLIEST = Quarter(2015, 1)


class IndicatorRefused(Exception):
    """An indicator or a figure cannot be kept; the message says why."""


@dataclass(frozen=True)
class Defined:
    """What an agency says of an indicator; all of it is asked for."""

    name: str
    definition: str
    unit: str
    source: str
    is_shared: bool = False


def define_indicator(
    *, agency: Agency, defined: Defined, acting_user: User, now: datetime
) -> AgencyIndicator:
    """Add an indicator to those of an agency. Raises IndicatorRefused if it has one of this name."""
    try:
        with transaction.atomic():
            made = AgencyIndicator.objects.create(
                agency=agency,
                **{name: getattr(defined, name) for name in DEFINITION},
                created_at=now,
                created_by=acting_user,
            )
            _note("indicator_defined", made, acting_user, now, DEFINITION)
            return made
    except IntegrityError as error:
        raise IndicatorRefused(_("The agency has an indicator of this name already.")) from error


def redefine_indicator(
    *, indicator: AgencyIndicator, defined: Defined, acting_user: User, now: datetime
) -> AgencyIndicator:
    """Change the words of an indicator, or whether it may be shown; its figures stay.

    Raises IndicatorRefused if the agency has another one of this name.
    """
    try:
        with transaction.atomic():
            locked = AgencyIndicator.objects.select_for_update().get(pk=indicator.pk)
            changed = [
                name for name in DEFINITION if getattr(locked, name) != getattr(defined, name)
            ]
            for name in changed:
                setattr(locked, name, getattr(defined, name))
            if changed:
                locked.save(update_fields=changed)
                _note("indicator_changed", locked, acting_user, now, changed)
            return locked
    except IntegrityError as error:
        raise IndicatorRefused(_("The agency has an indicator of this name already.")) from error


@transaction.atomic
def end_indicator(*, indicator: AgencyIndicator, acting_user: User, now: datetime) -> None:
    """Stop keeping an indicator; it leaves the pages and reports, and its figures stay on record."""
    locked = AgencyIndicator.objects.select_for_update().get(pk=indicator.pk)
    if locked.ended_at is None:
        locked.ended_at = now
        locked.save(update_fields=["ended_at"])
        _note("indicator_ended", locked, acting_user, now, ["ended_at"])


@transaction.atomic
def enter_value(
    *,
    indicator: AgencyIndicator,
    quarter: Quarter,
    value: Decimal,
    note: str,
    acting_user: User,
    now: datetime,
) -> IndicatorValue:
    """Enter the figure of a quarter, or correct it: then the one before stays, marked as corrected.

    The same figure and note again change nothing. Raises IndicatorRefused for a quarter to come,
    one before EARLIEST, or an indicator that the agency keeps no more.
    """
    locked = AgencyIndicator.objects.select_for_update().get(pk=indicator.pk)
    if locked.ended_at is not None:
        raise IndicatorRefused(_("The agency keeps this indicator no more."))
    if quarter > Quarter.of(lima_date(now)):
        raise IndicatorRefused(_("This quarter has not begun yet."))
    if quarter < EARLIEST:
        raise IndicatorRefused(_("Figures go back to %(year)d.") % {"year": EARLIEST.year})
    rows = IndicatorValue.objects.filter(
        indicator=locked, year=quarter.year, quarter=quarter.number, replaced_at=None
    )
    standing = rows.first()
    if standing is not None and (standing.value, standing.note) == (value, note):
        return standing
    rows.update(replaced_at=now)
    made = IndicatorValue.objects.create(
        indicator=locked,
        year=quarter.year,
        quarter=quarter.number,
        value=value,
        note=note,
        entered_at=now,
        entered_by=acting_user,
    )
    action = "indicator_value_entered" if standing is None else "indicator_value_corrected"
    record_event(
        action=action,
        target=made,
        acting_user=acting_user,
        now=now,
        changed_fields=["value", "note"],
    )
    return made


def _note(
    action: str,
    indicator: AgencyIndicator,
    acting_user: User,
    now: datetime,
    fields: "list[str] | tuple[str, ...]",
) -> None:
    record_event(
        action=action, target=indicator, acting_user=acting_user, now=now, changed_fields=fields
    )

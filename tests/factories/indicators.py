"""Indicators of agencies, and their figures."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from lms.accounts.models import Agency, User
from lms.learning.followups import services
from lms.learning.followups.quarters import Quarter
from lms.learning.models import AgencyIndicator, IndicatorValue
from tests.factories.courses import MADE_AT


def make_indicator(
    agency: Agency, *, by: User, name: str = "Derivaciones", **changes: Any
) -> AgencyIndicator:
    """Return an indicator of an agency."""
    words = {"definition": "Cuántas se hicieron.", "unit": "derivaciones", "source": "Registro"}
    defined = services.Defined(name=name, **{**words, **changes})
    return services.define_indicator(agency=agency, defined=defined, acting_user=by, now=MADE_AT)


def enter(
    indicator: AgencyIndicator, quarter: Quarter, value: str, *, by: User, now: datetime
) -> IndicatorValue:
    """Enter the figure of a quarter."""
    return services.enter_value(
        indicator=indicator,
        quarter=quarter,
        value=Decimal(value),
        note="",
        acting_user=by,
        now=now,
    )

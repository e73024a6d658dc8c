"""The indicators as a file: one row for each indicator and quarter."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from lms.accounts.models import Agency
from lms.core.workbooks import Page, table_of
from lms.learning.followups.indicator_queries import BESIDE, KeptIndicator
from lms.learning.followups.quarters import Quarter


def indicators_file(
    agency: Agency,
    kept: Sequence[KeptIndicator],
    trained: Mapping[Quarter, int],
    *,
    kind: str,
    asked_by: str,
) -> bytes:
    """Return the indicators as `csv` or `xlsx`; no text in it acts as a formula."""
    heads = (
        _("Indicator"),
        _("What is counted, and how"),
        _("Unit of measure"),
        _("Where the figure comes from"),
        _("Quarter"),
        _("Figure"),
        _("Note"),
        _("Trained people at the end of the quarter"),
    )
    rows = [
        (agency.name, _("Indicators")),
        (str(BESIDE),),
        (_("Asked by"), asked_by),
        (),
        heads,
        *(
            (
                one.indicator.name,
                one.indicator.definition,
                one.indicator.unit,
                one.indicator.source,
                quarter.label,
                one.values[quarter].value,
                one.values[quarter].note,
                trained.get(quarter, ""),
            )
            for one in kept
            for quarter in sorted(one.values)
        ),
    ]
    return table_of(Page(_("Indicators"), rows, is_headed=False), kind=kind)

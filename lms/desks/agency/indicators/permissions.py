"""The only road from a request to an indicator: that of an agency whose desk is open already."""

from django.http import Http404

from lms.accounts.models import Agency
from lms.learning.followups.indicator_queries import indicators_of
from lms.learning.models import AgencyIndicator


def access_indicator(agency: Agency, indicator_id: int) -> AgencyIndicator:
    """Return an indicator that this agency keeps; 404 for every other one."""
    found = indicators_of(agency).filter(pk=indicator_id).first()
    if found is None:
        raise Http404
    return found

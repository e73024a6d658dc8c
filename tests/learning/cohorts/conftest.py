"""What the tests of cohorts share: the cast, an agency, and a cohort with one seat."""

import pytest

from lms.accounts.models import Agency
from lms.learning.enums import CohortJoining
from lms.learning.models import Cohort
from tests.factories import AgencyFactory
from tests.factories.cohorts import make_cohort
from tests.learning.cast import Cast, make_cast


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def agency() -> Agency:
    found: Agency = AgencyFactory()
    return found


@pytest.fixture
def cohort(cast: Cast, agency: Agency) -> Cohort:
    """An open cohort with one seat, to which the agency nominates."""
    found = make_cohort(cast.release, seats=1, joining=CohortJoining.OPEN)
    found.agencies.add(agency)
    return found

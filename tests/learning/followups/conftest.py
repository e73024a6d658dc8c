"""What the tests of the time after a course begin with: a learner who completed hers at NOW."""

import pytest

from tests.factories import make_course
from tests.factories.certificates import complete
from tests.learning.cast import NOW, Cast, make_cast


@pytest.fixture
def cast() -> Cast:
    found = make_cast(make_course(questions=14, lessons=1))
    complete(found.enrolment, now=NOW)
    return found

"""What the tests of the coordinator's desk share."""

import pytest

from tests.desks.agency.desk_scene import Desk, make_desk


@pytest.fixture
def desk() -> Desk:
    return make_desk()

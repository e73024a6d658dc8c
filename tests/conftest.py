"""What every test may use."""

from datetime import UTC, datetime

import pytest
from django.core.cache import cache


@pytest.fixture
def now() -> datetime:
    """A moment for services that take one: noon in Lima."""
    return datetime(2026, 11, 24, 17, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """No test inherits another's rate limits."""
    cache.clear()

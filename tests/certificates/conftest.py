"""What the tests of certificates share."""

import pytest
from django.core.files.storage import default_storage


@pytest.fixture(autouse=True)
def _empty_storage() -> None:
    """No test finds another's files."""
    if default_storage.exists("certificates"):
        for name in default_storage.listdir("certificates")[1]:
            default_storage.delete(f"certificates/{name}")

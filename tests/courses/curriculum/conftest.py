"""The small curriculum in a folder, and its load."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from django.test.utils import override_settings

from courses.curriculum.folder import read_curriculum
from courses.curriculum.ledger import Report
from courses.curriculum.loader import load_curriculum
from tests.factories.curriculum import write_curriculum

Load = Callable[..., Report]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder that may be changed."""
    return write_curriculum(tmp_path)


@pytest.fixture
def load(folder: Path, now: datetime) -> Load:
    """Read and load the folder as it is when called, without filling the search index."""

    def run(**options: bool) -> Report:
        tasks = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
        with override_settings(TASKS=tasks):
            return load_curriculum(read_curriculum(folder), now=now, **options)

    return run

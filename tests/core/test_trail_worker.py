"""Real workers seal what services wrote: every row once, in one chain."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.workers import Worker, database_with, environment_in, run, wait_for, workers_in

ROWS = 30
QUESTIONS = {
    "auditevent": "SELECT COUNT(*) FROM core_auditevent",
    "auditseal": "SELECT COUNT(*) FROM core_auditseal",
}


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a product in a folder of its own."""
    return environment_in(tmp_path, "tests.core.worker_settings")


@pytest.fixture
def database(tmp_path: Path, environment: dict[str, str]) -> Path:
    """Return a SQLite database with rows of the trail that no worker has seen."""
    return database_with(tmp_path, environment, "tests.core.worker_scene", ROWS)


@pytest.fixture
def worker(environment: dict[str, str], tmp_path: Path, database: Path) -> Iterator[Worker]:
    """Start a worker of two processes, and end it."""
    with workers_in(environment, tmp_path) as start:
        yield start()


def count(database: Path, table: str) -> int:
    with closing(sqlite3.connect(database, timeout=20)) as connection:
        number: int = connection.execute(QUESTIONS[table]).fetchone()[0]
    return number


@pytest.mark.worker
def test_workers_seal_what_services_wrote(
    worker: Worker, database: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    wait_for(lambda: count(database, "auditseal") == ROWS, "no seals were put on", tmp_path)

    assert count(database, "auditevent") == ROWS
    run(environment, "manage.py", "verify_audit", "--minutes", "0")

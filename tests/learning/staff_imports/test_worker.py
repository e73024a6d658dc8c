"""A real worker is killed in the middle of an import: another goes on, and nobody comes twice."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.workers import Worker, database_with, environment_in, wait_for, workers_in

PEOPLE = 1_500


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a product in a folder of its own."""
    return environment_in(tmp_path, "tests.learning.staff_imports.worker_settings")


@pytest.fixture
def database(tmp_path: Path, environment: dict[str, str]) -> Path:
    """Return a SQLite database with an import that was confirmed, and nobody taken over."""
    return database_with(tmp_path, environment, "tests.learning.staff_imports.import_scene", PEOPLE)


@pytest.fixture
def workers(environment: dict[str, str], tmp_path: Path) -> Iterator[Callable[[], Worker]]:
    """Start workers, and end what is left of them."""
    with workers_in(environment, tmp_path) as start:
        yield start


def one(database: Path, query: str) -> tuple[object, ...]:
    with closing(sqlite3.connect(database, timeout=20)) as connection:
        found: tuple[object, ...] = connection.execute(query).fetchone()
    return found


@pytest.mark.worker
def test_import_survives_a_killed_worker_and_takes_each_person_once(
    database: Path, workers: Callable[[], Worker], tmp_path: Path
) -> None:
    def done() -> int:
        found = one(database, "SELECT done FROM learning_staffimport")[0]
        return int(str(found))

    worker = workers()
    wait_for(lambda: done() > 0, "nobody was taken over", tmp_path)
    worker.kill()
    half = done()
    assert 0 < half < PEOPLE
    assert one(database, "SELECT count(*) FROM accounts_invitation") == (half,)

    workers()
    wait_for(lambda: done() == PEOPLE, "the import did not go on", tmp_path)

    counts = "SELECT count(*), count(DISTINCT email) FROM accounts_invitation"
    assert one(database, counts) == (PEOPLE, PEOPLE)
    places = "SELECT count(*), count(DISTINCT invitation_id) FROM learning_cohortplace"
    assert one(database, places) == (PEOPLE, PEOPLE)
    state = "SELECT stage, state, total, rows FROM learning_staffimport"
    assert one(database, state) == ("over", "done", PEOPLE, "[]")

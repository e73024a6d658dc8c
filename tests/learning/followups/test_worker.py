"""A real worker invites to boosters and writes to a supervisor: each once."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support.workers import Worker, database_with, environment_in, wait_for, workers_in

PEOPLE = 3


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a product in a folder of its own."""
    return environment_in(tmp_path, "tests.learning.followups.worker_settings")


@pytest.fixture
def database(tmp_path: Path, environment: dict[str, str]) -> Path:
    """Return a SQLite database with people whose booster is due, and a mail that waits."""
    return database_with(tmp_path, environment, "tests.learning.followups.worker_scene", PEOPLE)


@pytest.fixture
def worker(environment: dict[str, str], tmp_path: Path, database: Path) -> Iterator[Worker]:
    """Start a worker, and end it."""
    with workers_in(environment, tmp_path) as start:
        yield start()


def column(database: Path, sql: str) -> list[Any]:
    with closing(sqlite3.connect(database, timeout=20)) as connection:
        return [row[0] for row in connection.execute(sql).fetchall()]


def recipients(folder: Path) -> list[str]:
    """Return whom each mail goes to."""
    texts = [path.read_text() for path in (folder / "mails").glob("*.log")]
    lines = [line for text in texts for line in text.splitlines()]
    return sorted(line.partition(": ")[2] for line in lines if line.startswith("To: "))


@pytest.mark.worker
def test_worker_tells_everybody_once_and_forgets_the_supervisor(
    worker: Worker, database: Path, tmp_path: Path
) -> None:
    def is_done() -> bool:
        notices = column(database, "SELECT state FROM learning_notice")
        asked = column(database, "SELECT address_ciphertext FROM learning_supervisorrequest")
        return notices == ["done"] * PEOPLE and asked == [""]

    wait_for(is_done, "the mails did not go out", tmp_path)

    learners = column(
        database,
        "SELECT u.email FROM learning_booster b JOIN learning_enrolment e ON e.id = b.enrolment_id"
        " JOIN accounts_user u ON u.id = e.learner_id",
    )
    assert len(learners) == PEOPLE
    assert recipients(tmp_path) == sorted([*learners, "jefa@ejemplo.pe"])
    assert column(database, "SELECT state FROM learning_supervisorrequest") == ["done"]

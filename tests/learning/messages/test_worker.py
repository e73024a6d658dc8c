"""A real worker sends the mails of one message to some people: one each, and to nobody else."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support.workers import Worker, database_with, environment_in, wait_for, workers_in

PEOPLE = 40
"""More than one turn takes."""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a product in a folder of its own."""
    return environment_in(tmp_path, "tests.learning.messages.worker_settings")


@pytest.fixture
def database(tmp_path: Path, environment: dict[str, str]) -> Path:
    """Return a SQLite database with a message whose mails wait for the worker."""
    return database_with(tmp_path, environment, "tests.learning.messages.worker_scene", PEOPLE)


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
def test_worker_mails_each_chosen_person_once(
    worker: Worker, database: Path, tmp_path: Path
) -> None:
    def is_done() -> bool:
        return column(database, "SELECT state FROM learning_notice") == ["done"] * PEOPLE

    wait_for(is_done, "the mails did not go out", tmp_path)

    chosen = column(
        database,
        "SELECT u.email FROM learning_messagecopy c"
        " JOIN learning_enrolment e ON e.id = c.enrolment_id"
        " JOIN accounts_user u ON u.id = e.learner_id",
    )
    assert recipients(tmp_path) == sorted(chosen)
    assert len(chosen) == PEOPLE
    assert column(database, "SELECT tries FROM learning_notice") == [1] * PEOPLE

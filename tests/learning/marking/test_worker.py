"""A real worker goes through a correction and sends each learner's mails, exactly once."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support.workers import Worker, database_with, environment_in, wait_for, workers_in

LEARNERS = 4


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a product in a folder of its own."""
    return environment_in(tmp_path, "tests.learning.marking.worker_settings")


@pytest.fixture
def database(tmp_path: Path, environment: dict[str, str]) -> Path:
    """Return a SQLite database with a correction that waits for its worker."""
    return database_with(tmp_path, environment, "tests.learning.marking.worker_scene", LEARNERS)


@pytest.fixture
def worker(environment: dict[str, str], tmp_path: Path, database: Path) -> Iterator[Worker]:
    """Start a worker, and end it."""
    with workers_in(environment, tmp_path) as start:
        yield start()


def column(database: Path, sql: str) -> list[Any]:
    with closing(sqlite3.connect(database, timeout=20)) as connection:
        return [row[0] for row in connection.execute(sql).fetchall()]


def mails(folder: Path) -> list[str]:
    """Return the Message-ID of each mail."""
    texts = [path.read_text() for path in (folder / "mails").glob("*.log")]
    lines = [line for text in texts for line in text.splitlines()]
    return [line for line in lines if line.lower().startswith("message-id:")]


@pytest.mark.worker
def test_worker_corrects_everybody_and_writes_to_each_once(
    worker: Worker, database: Path, tmp_path: Path
) -> None:
    def is_done() -> bool:
        changed = column(database, "SELECT attempts_changed FROM learning_regrade")
        states = column(database, "SELECT state FROM learning_notice")
        return changed == [LEARNERS] and states == ["done"] * 2 * LEARNERS

    wait_for(is_done, "the correction or its mails did not arrive", tmp_path)

    kinds = column(database, "SELECT kind FROM learning_notice ORDER BY kind")
    assert kinds == ["marked"] * LEARNERS + ["regraded"] * LEARNERS
    found = mails(tmp_path)
    assert len(found) == len(set(found)) == 2 * LEARNERS
    assert column(database, "SELECT tries FROM learning_notice") == [1] * 2 * LEARNERS
